//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization
import Testing
import Tracify
import TracifyTesting

/// The check of a sink's requirements finds sinks that do not meet them.
@Suite(.timeLimit(.minutes(15)))
struct FaultySinkTests {
    /// A fault of a sink, with the number of the requirement that it does not meet.
    enum Fault: Int, Sendable, CaseIterable {
        case reorders = 10
        case changesContent = 11
        case losesHalf = 20
        case hidesFailures = 21
        case dropsConcurrent = 30
        case failsWhenRepeated = 40
        case throwsForeignError = 50
        case showsContent = 51
        case ignoresCancellation = 60
        case hangs = 61
        case hangsAtShutdown = 62
        case losesAtShutdown = 70
        case losesLargeBatches = 80

        var requirement: Int { self.rawValue / 10 }
    }

    @Test(arguments: Fault.allCases)
    func findsEachFault(fault: Fault) async throws {
        let clock = GatedClock()
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await checkSinkConformance(clock: clock) {
                let sink = SwitchSink()
                return SinkUnderTest(
                    FaultySink(fault: fault, sink: sink, clock: clock),
                    received: { sink.bodies },
                    failNext: { sink.failNext() },
                    hang: { sink.hang() }
                )
            }
        }
        #expect(failure?.number == fault.requirement, "\(failure.map { "\($0)" } ?? "")")
    }

    /// While other tests keep the executor busy for longer than the limit, a sink is late together with the limit.
    @Test func busyExecutorIsNoFault() async throws {
        let clock = LateClock()
        try await checkSinkConformance(clock: clock) {
            let sink = SwitchSink()
            return SinkUnderTest(YieldingSink(sink: sink), received: { sink.bodies }, hang: { sink.hang() })
        }
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await checkSinkConformance(clock: clock) {
                let sink = SwitchSink()
                return SinkUnderTest(
                    FaultySink(fault: .hangs, sink: sink, clock: GatedClock()),
                    received: { sink.bodies },
                    hang: { sink.hang() }
                )
            }
        }
        #expect(failure?.number == 6)
    }

    @Test func failureShowsRequirementAndSeed() async throws {
        let failure = await #expect(throws: ConformanceFailure.self) {
            try await checkSinkConformance(seed: 4711) {
                let sink = SwitchSink()
                return SinkUnderTest(FaultySink(fault: .reorders, sink: sink), received: { sink.bodies })
            }
        }
        let description = failure?.description ?? ""
        #expect(description.hasPrefix("Requirement 1: Batches that are delivered one after the other arrive"))
        #expect(description.hasSuffix("Seed: 4711"))
    }

    @Test func checksASinkWhoseDestinationCannotBeObserved() async throws {
        try await checkSinkConformance { SinkUnderTest(InMemorySink()) }
        let failure = await #expect(throws: ConformanceFailure.self) {
            let sink = SwitchSink()
            try await checkSinkConformance {
                SinkUnderTest(FaultySink(fault: .throwsForeignError, sink: sink), failNext: { sink.failNext() })
            }
        }
        #expect(failure?.number == 5)
    }

    @Test func stubsAreValidAndDiffer() throws {
        let batches = try [EventBatch(stubs: 3, number: 1), EventBatch(stubs: 3, number: 2)]
        let events = batches.flatMap { $0 }
        #expect(Set(events.map(\.id)).count == 6)
        #expect(Set(events.map(\.json)).count == 6)
        for batch in batches { #expect(EventValidator().validate(batch.body).isEmpty) }
        #expect(try EventBatch(stubs: 3, number: 1).body == batches[0].body)
        #expect(throws: ValidationError.self) { try EventBatch(stubs: 0) }
    }
}

/// A clock of a process that is short of processors: its tasks get one turn in the time of any sleep.
private struct LateClock: Clock {
    private let clock = ContinuousClock()

    var now: ContinuousClock.Instant { self.clock.now }
    var minimumResolution: Duration { self.clock.minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration? = nil) async throws {
        await Task.yield()
        try Task.checkCancellation()
    }
}

/// A sink that needs several turns for a delivery.
private struct YieldingSink: EventSink {
    let sink: SwitchSink

    func deliver(_ batch: EventBatch) async throws {
        for _ in 0..<10 { await Task.yield() }
        try await self.sink.deliver(batch)
    }
}

/// A sink that breaks one requirement.
private final class FaultySink: EventSink {
    struct Foreign: Error {}

    private struct State {
        var running = 0
        var seen: Set<EventID> = []
    }

    private let fault: FaultySinkTests.Fault
    private let sink: SwitchSink
    private let clock: GatedClock?
    private let state = Mutex(State())

    init(fault: FaultySinkTests.Fault, sink: SwitchSink, clock: GatedClock? = nil) {
        self.fault = fault
        self.sink = sink
        self.clock = clock
    }

    func deliver(_ batch: EventBatch) async throws {
        switch self.fault {
        case .reorders: try await self.sink.deliver(EventBatch(batch.reversed()) ?? batch)
        case .changesContent: try await self.deliverNext(batch)
        case .losesHalf:
            do {
                try await self.sink.deliver(batch)
            } catch {
                if let half = EventBatch(batch.prefix(batch.count / 2)) { try await self.sink.deliver(half) }
                throw error
            }
        case .hidesFailures: try? await self.sink.deliver(batch)
        case .dropsConcurrent: try await self.deliverAlone(batch)
        case .failsWhenRepeated:
            try await self.sink.deliver(batch)
            let isRepeated = self.state.withLock { state in batch.contains { !state.seen.insert($0.id).inserted } }
            if isRepeated { throw DeliveryError.rejected("the batch was delivered before") }
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
            self.clock?.end()
            try await Gate().wait()
        case .losesLargeBatches:
            if batch.count < 60 { try await self.sink.deliver(batch) }
        case .hangsAtShutdown, .losesAtShutdown: try await self.sink.deliver(batch)
        }
    }

    func shutdown() async {
        switch self.fault {
        case .hangsAtShutdown:
            self.clock?.end()
            try? await Gate().wait()
        case .losesAtShutdown: self.sink.removeAll()
        default: break
        }
    }

    /// Delivers other events.
    private func deliverNext(_ batch: EventBatch) async throws {
        try await self.sink.deliver(try EventBatch(stubs: batch.count, number: 999))
    }

    /// Delivers a batch, and drops those that arrive meanwhile.
    private func deliverAlone(_ batch: EventBatch) async throws {
        let isAlone = self.state.withLock { state in
            state.running += 1
            return state.running == 1
        }
        // The other deliveries of the check begin meanwhile.
        for _ in 0..<1000 { await Task.yield() }
        if isAlone { try await self.sink.deliver(batch) }
        self.state.withLock { $0.running -= 1 }
    }
}
