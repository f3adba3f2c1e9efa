//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization
import Testing

@testable import Tracify

/// The sinks of the core meet the requirements of every sink, and the check of the requirements finds sinks that do not.
struct SinkConformanceTests {
    @Test func inMemorySinkConforms() async throws {
        try await checkConformance {
            let sink = InMemorySink()
            return SinkUnderTest(
                sink: sink,
                received: {
                    sink.events.map { event in
                        var bytes: [UInt8] = []
                        EventEncoder().encode(event, into: &bytes)
                        return String(decoding: bytes, as: UTF8.self)
                    }
                },
                failNext: { sink.failNext(1) }
            )
        }
    }

    @Test func fileSinkConforms() async throws {
        try await withTemporaryDirectory { directory in
            let files = Shared(0)
            try await checkConformance {
                files.change { $0 += 1 }
                let path = "\(directory)/\(files.value).ndjson"
                let failures = Shared(0)
                var operations = FileOperations()
                operations.synchronize = { _ in
                    guard failures.value > 0 else { return 0 }
                    failures.change { $0 -= 1 }
                    return 5
                }
                return SinkUnderTest(
                    sink: try FileSink(configuration: .init(path: path), operations: operations),
                    received: { try String(contentsOfFileAt: path).split(separator: "\n").map(String.init) },
                    failNext: { failures.change { $0 += 1 } }
                )
            }
        }
    }

    /// Whatever sink fails or hangs, each has what it accepted as a whole.
    @Test(arguments: [(failing: 0, observed: 0), (0, 1), (1, 0), (1, 1)])
    func multiplexSinkConforms(failing: Int, observed: Int) async throws {
        try await checkConformance {
            let sinks = [SwitchSink(), SwitchSink()]
            let hanging = SwitchSink()
            hanging.hang()
            var configuration = BestEffortConfiguration()
            configuration.drainTimeout = .zero
            let multiplex = MultiplexSink([
                .required(sinks[0]), .bestEffort(hanging, configuration: configuration), .required(sinks[1]),
            ])
            var subject = sinks[observed].underTest(multiplex)
            subject.failNext = { sinks[failing].failNext() }
            subject.hang = { sinks[failing].hang() }
            return subject
        }
    }

    @Test(arguments: Fault.allCases)
    func findsSinksThatDoNotConform(fault: Fault) async throws {
        let clock = ManualClock()
        let failure = Shared<String?>(nil)
        let check = Task {
            do {
                try await checkConformance(
                    of: {
                        let sink = SwitchSink()
                        return sink.underTest(FaultySink(fault: fault, sink: sink))
                    },
                    clock: clock
                )
            } catch let error as SinkConformanceFailure {
                failure.change { $0 = error.requirement }
            }
        }
        if fault == .hangs {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(30))
        }
        try await check.value
        #expect(failure.value == fault.rawValue)
    }

    @Test func failureShowsSeed() async throws {
        let failure = await #expect(throws: SinkConformanceFailure.self) {
            try await checkConformance(
                of: {
                    let sink = SwitchSink()
                    return sink.underTest(FaultySink(fault: .reorders, sink: sink))
                },
                seed: 4711
            )
        }
        #expect(failure?.description.contains("seed 4711") == true)
    }

    /// A fault of a sink, by the requirement that it does not meet.
    enum Fault: String, Sendable, CaseIterable {
        case reorders = "Batches that are delivered one after the other arrive in order."
        case losesHalf = "The whole batch arrives, or nothing of it."
        case hidesFailures = "A delivery throws when the destination fails."
        case throwsForeignError = "A delivery throws a DeliveryError or a CancellationError."
        case showsContent = "The reason of an error does not show an event's content."
        case ignoresCancellation = "A cancelled delivery throws when the destination does not answer."
        case hangs = "A delivery ends."
    }
}

/// A sink that breaks one requirement.
private struct FaultySink: EventSink {
    struct Foreign: Error {}

    let fault: SinkConformanceTests.Fault
    let sink: SwitchSink

    func deliver(_ batch: EventBatch) async throws {
        switch self.fault {
        case .reorders:
            try await self.sink.deliver(batch.part(batch.indices.reversed()) ?? batch)
        case .losesHalf:
            do {
                try await self.sink.deliver(batch)
            } catch {
                if let (front, _) = batch.split(at: batch.count / 2) { try await self.sink.deliver(front) }
                throw error
            }
        case .hidesFailures:
            try? await self.sink.deliver(batch)
        case .throwsForeignError:
            do { try await self.sink.deliver(batch) } catch { throw Foreign() }
        case .showsContent:
            do {
                try await self.sink.deliver(batch)
            } catch {
                throw DeliveryError.rejected(String(decoding: batch.body, as: UTF8.self))
            }
        case .ignoresCancellation:
            do { try await self.sink.deliver(batch) } catch is CancellationError {}
        case .hangs:
            try await GatedSink().deliver(batch)
        }
    }
}

/// A sink that fails and hangs on demand.
private final class SwitchSink: EventSink {
    private struct State {
        var lines: [String] = []
        var failures = 0
        var isHanging = false
    }

    private let state = Mutex(State())
    private let gate = GatedSink()

    func failNext() { self.state.withLock { $0.failures += 1 } }
    func hang() { self.state.withLock { $0.isHanging = true } }

    func deliver(_ batch: EventBatch) async throws {
        let isHanging = try self.state.withLock { state in
            if state.isHanging { return true }
            guard state.failures == 0 else {
                state.failures -= 1
                throw DeliveryError.retryable("a test requested this failure")
            }
            state.lines += batch.map { String(decoding: $0.json, as: UTF8.self) }
            return false
        }
        if isHanging { try await self.gate.deliver(batch) }
    }

    /// Returns what the check needs of a sink that delivers to this one.
    func underTest(_ sink: any EventSink) -> SinkUnderTest {
        SinkUnderTest(
            sink: sink,
            received: { self.state.withLock { $0.lines } },
            failNext: { self.failNext() },
            hang: { self.hang() }
        )
    }
}
