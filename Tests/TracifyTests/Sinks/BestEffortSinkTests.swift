//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization
import Testing

@testable import Tracify

/// The best-effort branches of a multiplex.
struct BestEffortSinkTests {
    /// A sink whose end of life a test can wait for.
    private final class MortalSink: EventSink {
        private let gate = GatedSink()
        private let onEnd: @Sendable () -> Void

        init(onEnd: @escaping @Sendable () -> Void) {
            self.onEnd = onEnd
        }

        deinit {
            self.onEnd()
        }

        func deliver(_ batch: EventBatch) async throws { try await self.gate.deliver(batch) }
        func waitUntilBusy() async { await self.gate.waitForDeliveries(1) }
    }

    private func configuration(
        _ change: (inout BestEffortConfiguration) -> Void = { _ in }
    ) -> BestEffortConfiguration {
        var configuration = BestEffortConfiguration()
        change(&configuration)
        return configuration
    }

    @Test func hangingSinkDelaysNeitherBatchNorOtherSinks() async throws {
        let hanging = GatedSink()
        let (required, other) = (InMemorySink(), InMemorySink())
        let multiplex = MultiplexSink([.required(required), .bestEffort(hanging), .bestEffort(other)])
        for index in 0..<5 { try await multiplex.deliver(try .stub(["/\(index)"], firstID: UInt64(index))) }
        #expect(required.events.count == 5)
        #expect(try await other.waitForEvents(5).count == 5)
        await hanging.waitForDeliveries(1)
        #expect(multiplex.droppedEvents == ["GatedSink": 0, "InMemorySink 2": 0])
    }

    @Test func failingSinkDoesNotFailBatch() async throws {
        for failure in [DeliveryError.rejected("no"), .tooLarge("1 event"), .unauthorized("token"), .retryable("down")] {
            let failing = ScriptedSink { _ in failure }
            let multiplex = MultiplexSink([
                .required(InMemorySink()), .bestEffort(failing, configuration: self.configuration { $0.maximumRetries = 0 }),
            ])
            try await multiplex.deliver(try .stub(["/1"]))
            await multiplex.shutdown()
            #expect(failing.attempts == [1])
            #expect(multiplex.droppedEvents == ["ScriptedSink": 1])
        }
    }

    @Test func receivesBatchOnceThoughRequiredSinkFails() async throws {
        let required = ScriptedSink { _ in .retryable("down") }
        let file = ScriptedSink()
        let multiplex = MultiplexSink([.required(required), .bestEffort(file)])
        let batch = try EventBatch.stub(["/1", "/2"])
        for _ in 0..<3 { await #expect(throws: DeliveryError.self) { try await multiplex.deliver(batch) } }
        await file.waitForAttempts(1)
        required.decide { _ in nil }
        try await multiplex.deliver(batch)
        await multiplex.shutdown()
        #expect(file.delivered == ["/1", "/2"])
        #expect(required.delivered == ["/1", "/2"])
    }

    @Test func dropsOldestBatchesWhenQueueIsFull() async throws {
        let slow = GatedSink()
        let multiplex = MultiplexSink([
            .bestEffort(slow, name: "slow", configuration: self.configuration { $0.maximumQueuedEvents = 4 })
        ])
        try await multiplex.deliver(try .stub(["/in-flight"]))
        await slow.waitForDeliveries(1)
        for index in 1...4 {
            try await multiplex.deliver(try .stub(["/\(index)a", "/\(index)b"], firstID: UInt64(index * 10)))
        }
        #expect(multiplex.droppedEvents == ["slow": 4])
        for _ in 0..<3 {
            await slow.waitForDeliveries(1)
            slow.releaseFirst()
        }
        #expect(try slow.delivered.flatMap { try $0.paths() } == ["/in-flight", "/3a", "/3b", "/4a", "/4b"])
    }

    @Test func keepsNewestBatchThatIsLargerThanQueue() async throws {
        let sink = InMemorySink()
        let multiplex = MultiplexSink([.bestEffort(sink, configuration: self.configuration { $0.maximumQueuedEvents = 0 })])
        try await multiplex.deliver(try .stub(["/1", "/2", "/3"]))
        #expect(try await sink.waitForEvents(3).count == 3)
        #expect(multiplex.droppedEvents == ["InMemorySink": 0])
    }

    @Test func retriesTransientFailuresWithGrowingPauses() async throws {
        let clock = ManualClock()
        let sink = InMemorySink()
        sink.failNext(1, with: .retryable("down"))
        sink.failNext(1, with: .unconfirmed("no answer"))
        sink.failNext(1, with: .retryable("busy", after: .seconds(30)))
        sink.failNext(1, with: .retryable("busy", after: .seconds(3600)))
        let multiplex = MultiplexSink([.bestEffort(sink)], clock: clock)
        try await multiplex.deliver(try .stub(["/1"]))
        for (failures, pause) in [1, 2, 30, 60].enumerated() {
            await clock.waitForSleepers(1)
            #expect(sink.deliveryCount == failures + 1)
            clock.advance(by: .seconds(pause) - .nanoseconds(1))
            #expect(clock.sleeperCount == 1)
            clock.advance(by: .nanoseconds(1))
        }
        #expect(try await sink.waitForEvents(1).count == 1)
        #expect(multiplex.droppedEvents == ["InMemorySink": 0])
    }

    @Test func dropsBatchAfterLastRetry() async throws {
        let clock = ManualClock()
        let sink = ScriptedSink { $0.contains(path: "/1") ? .retryable("down") : nil }
        let multiplex = MultiplexSink(
            [.bestEffort(sink, configuration: self.configuration { $0.maximumRetries = 2 })],
            clock: clock
        )
        try await multiplex.deliver(try .stub(["/1", "/2"]))
        try await multiplex.deliver(try .stub(["/3"], firstID: 2))
        for _ in 0..<2 {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(60))
        }
        await sink.waitForAttempts(4)
        #expect(sink.attempts == [2, 2, 2, 1])
        #expect(sink.delivered == ["/3"])
        #expect(multiplex.droppedEvents == ["ScriptedSink": 2])
    }

    @Test func halvesBatchThatIsTooLarge() async throws {
        let sink = ScriptedSink { batch in
            batch.count > 2 || batch.contains(path: "/huge") ? .tooLarge("limit") : nil
        }
        let multiplex = MultiplexSink([.bestEffort(sink)])
        try await multiplex.deliver(try .stub(["/1", "/2", "/huge", "/4", "/5"]))
        await multiplex.shutdown()
        #expect(sink.delivered == ["/1", "/2", "/4", "/5"])
        #expect(multiplex.droppedEvents == ["ScriptedSink": 1])
    }

    @Test func shutdownDrainsQueue() async throws {
        let slow = GatedSink()
        let multiplex = MultiplexSink([.bestEffort(slow)], clock: ManualClock())
        for index in 0..<3 { try await multiplex.deliver(try .stub(["/\(index)"], firstID: UInt64(index))) }
        async let shutdown: Void = multiplex.shutdown()
        for _ in 0..<3 {
            await slow.waitForDeliveries(1)
            slow.releaseFirst()
        }
        await shutdown
        #expect(slow.delivered.count == 3)
        #expect(slow.isShutDown)
        #expect(multiplex.droppedEvents == ["GatedSink": 0])
    }

    @Test func shutdownCancelsDeliveryAfterDrainTimeout() async throws {
        let clock = ManualClock()
        let hanging = GatedSink()
        let required = InMemorySink()
        let multiplex = MultiplexSink([.required(required), .bestEffort(hanging)], clock: clock)
        for index in 0..<3 { try await multiplex.deliver(try .stub(["/\(index)"], firstID: UInt64(index))) }
        await hanging.waitForDeliveries(1)
        async let shutdown: Void = multiplex.shutdown()
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(5))
        await shutdown
        #expect(hanging.isShutDown)
        #expect(required.isShutDown)
        #expect(multiplex.droppedEvents == ["GatedSink": 3])
    }

    @Test func shutdownAbandonsSinkThatIgnoresCancellation() async throws {
        let clock = ManualClock()
        let stubborn = StubbornSink()
        let multiplex = MultiplexSink([.bestEffort(stubborn)], clock: clock)
        for index in 0..<3 { try await multiplex.deliver(try .stub(["/\(index)"], firstID: UInt64(index))) }
        await stubborn.waitUntilBusy()
        async let shutdown: Void = multiplex.shutdown()
        for pause in [5, 1] {
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(pause))
        }
        await shutdown
        #expect(multiplex.droppedEvents == ["StubbornSink": 3])
        stubborn.release()
    }

    /// A tracker cancels the shutdown of a sink that takes too long.
    @Test func cancelledShutdownEndsAtOnce() async throws {
        let hanging = GatedSink()
        let multiplex = MultiplexSink([.bestEffort(hanging)], clock: ManualClock())
        try await multiplex.deliver(try .stub(["/1"]))
        await hanging.waitForDeliveries(1)
        let shutdown = Task { await multiplex.shutdown() }
        shutdown.cancel()
        await shutdown.value
        #expect(multiplex.droppedEvents == ["GatedSink": 1])
    }

    /// The task must not keep a multiplex alive that nobody shuts down, nor live on by itself.
    @Test func taskEndsWithMultiplexThatIsNeverShutDown() async throws {
        let (ends, continuation) = AsyncStream.makeStream(of: Void.self)
        func useAndForget() async throws {
            let sink = MortalSink { continuation.finish() }
            let multiplex = MultiplexSink([.bestEffort(sink)])
            for index in 0..<3 { try await multiplex.deliver(try .stub(["/\(index)"], firstID: UInt64(index))) }
            await sink.waitUntilBusy()
        }
        try await useAndForget()
        for await _ in ends {}
    }

    @Test func logsDropsAtLimitedRateWithTotals() async throws {
        let clock = ManualClock()
        let log = LogLines()
        let sink = ScriptedSink { _ in .rejected("no") }
        let multiplex = MultiplexSink([.bestEffort(sink, name: "archive")], logger: log.logger, clock: clock)
        for index in 0..<4 {
            if index == 3 { clock.advance(by: .seconds(10)) }
            try await multiplex.deliver(try .stub(["/\(index)"], firstID: UInt64(index)))
            await sink.waitForAttempts(index + 1)
        }
        await multiplex.shutdown()
        let line = "warning Events for a best-effort sink were dropped"
        #expect(log.lines.first == "\(line) dropped_new=1 dropped_total=1 reason=rejected: no sink=archive")
        #expect(log.lines.last?.contains("dropped_total=4") == true)
        #expect(log.lines.count <= 3)
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 4), (7, 60), (1000, 60)])
    func pauseDoublesUpToOneMinute(retry: Int, seconds: Int) {
        #expect(self.configuration().pause(beforeRetry: retry, retryAfter: nil) == .seconds(seconds))
    }
}
