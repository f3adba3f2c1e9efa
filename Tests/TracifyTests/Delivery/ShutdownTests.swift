//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Synchronization
import Testing

@testable import Tracify

@Suite(.timeLimit(.minutes(15)))
struct ShutdownTests {
    @Test func gracefulShutdownDeliversQueuedEvents() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        for index in 0..<250 { tracker.view("/\(index)") }
        try await running(tracker) {}
        #expect(sink.events.count == 250)
        #expect(sink.isShutDown)
        #expect(tracker.statistics.delivered(.pageView) == 250)
    }

    @Test func gracefulShutdownWaitsForBatchesInFlight() async throws {
        let sink = GatedSink()
        let tracker = try Tracker(configuration: .stub { $0.batches.maximumEvents = 1 }, sink: sink, clock: ManualClock())
        try await running(tracker) {
            tracker.view()
            await sink.waitForDeliveries(1)
            Task { sink.releaseFirst() }
        }
        #expect(sink.delivered.count == 1)
        #expect(sink.isShutDown)
    }

    @Test func countsDropsAfterDeadline() async throws {
        let sink = GatedSink()
        let clock = ManualClock()
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 1
            $0.batches.maximumConcurrentDeliveries = 2
            $0.shutdown.gracefulDeadline = .seconds(10)
        }
        let tracker = try Tracker(configuration: configuration, sink: sink, clock: clock)
        try await running(tracker) {
            for _ in 0..<5 { tracker.view() }
            await sink.waitForDeliveries(2)
            // The ticker, and once the shutdown has begun, the watchdog.
            Task {
                await clock.waitForSleepers(2)
                clock.advance(by: .seconds(10))
            }
        }
        #expect(tracker.statistics.dropped(.shutdownDeadline, .pageView) == 5)
        #expect(tracker.statistics.delivered() == 0)
        #expect(sink.isShutDown)
    }

    @Test func cancellationDeliversWithinItsDeadline() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        for _ in 0..<10 { tracker.view() }
        let task = Task { try await tracker.run() }
        task.cancel()
        try await task.value
        #expect(sink.events.count == 10)
        #expect(sink.isShutDown)
    }

    @Test func cancellationDropsEventsAfterItsDeadline() async throws {
        let sink = GatedSink()
        let clock = ManualClock()
        let configuration = try Tracker.Configuration.stub { $0.shutdown.cancellationDeadline = .seconds(2) }
        let tracker = try Tracker(configuration: configuration, sink: sink, clock: clock)
        tracker.view()
        let task = Task { try await tracker.run() }
        task.cancel()
        await sink.waitForDeliveries(1)
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(2))
        try await task.value
        #expect(tracker.statistics.dropped(.shutdownDeadline, .pageView) == 1)
    }

    /// A service group cancels its services when a graceful shutdown takes too long.
    ///
    /// The shorter deadline counts from then on.
    @Test func cancellationDuringGracefulShutdownShortensDeadline() async throws {
        let sink = GatedSink()
        let clock = ManualClock()
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 1
            $0.shutdown.gracefulDeadline = .seconds(600)
            $0.shutdown.cancellationDeadline = .seconds(2)
        }
        let tracker = try Tracker(configuration: configuration, sink: sink, clock: clock)
        tracker.view()
        let group = ServiceGroup(services: [tracker], logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let run = Task { try await group.run() }
        await sink.waitForDeliveries(1)
        await group.triggerGracefulShutdown()
        await clock.waitForSleepers(2)
        run.cancel()
        try await clock.advance(by: .milliseconds(100)) { tracker.statistics.dropped() > 0 }
        #expect(clock.now.offset < .seconds(600))
        _ = try? await run.value
        #expect(tracker.statistics.dropped(.shutdownDeadline, .pageView) == 1)
    }

    @Test func abandonsSinkThatIgnoresCancellation() async throws {
        let sink = StubbornSink()
        let clock = ManualClock()
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 1
            $0.shutdown.gracefulDeadline = .seconds(10)
        }
        let tracker = try Tracker(configuration: configuration, sink: sink, clock: clock)
        try await running(tracker) {
            tracker.view()
            await sink.waitUntilBusy()
            Task {
                await clock.waitForSleepers(2)
                clock.advance(by: .seconds(10))
                await clock.waitForSleepers(2)
                clock.advance(by: .seconds(1))
            }
        }
        #expect(tracker.statistics.dropped(.shutdownDeadline, .pageView) == 1)
        // The abandoned delivery's later result is not counted again.
        sink.release()
        try await waitUntil { !sink.isBusy }
        #expect(tracker.statistics.delivered() == 0)
    }

    /// A sink that shuts down when it is released.
    private final class SlowToShutDownSink: EventSink {
        let gate = StubbornSink()
        private let hasEnded = Atomic(false)
        var hasShutDown: Bool { self.hasEnded.load(ordering: .acquiring) }

        func deliver(_ batch: EventBatch) async throws {}

        func shutdown() async {
            try? await self.gate.deliver(try .stub(["/"]))
            self.hasEnded.store(true, ordering: .releasing)
        }
    }

    /// A sink may have events of its own to deliver, as a multiplex does for its best-effort branches.
    @Test func leavesTheRestOfTheDeadlineToTheSink() async throws {
        let sink = SlowToShutDownSink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub { $0.shutdown.gracefulDeadline = .seconds(10) }, sink: sink, clock: clock)
        try await running(tracker) {
            Task {
                await sink.gate.waitUntilBusy()
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(9))
                for _ in 0..<1000 { await Task.yield() }
                sink.gate.release()
            }
        }
        #expect(sink.hasShutDown)
    }

    @Test func abandonsSinkWhoseShutdownHangs() async throws {
        let sink = SlowToShutDownSink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: clock)
        let time = Task {
            await sink.gate.waitUntilBusy()
            try await clock.advance(by: .seconds(1)) { Task.isCancelled }
        }
        try await running(tracker) {}
        time.cancel()
        #expect(!sink.hasShutDown)
        sink.gate.release()
    }

    @Test func retriesAfterCancellationErrorThrownBySink() async throws {
        final class CancellingOnceSink: EventSink {
            let sink = InMemorySink()
            func deliver(_ batch: EventBatch) async throws {
                if self.sink.deliveryCount == 0 {
                    self.sink.failNext(1)
                    try? await self.sink.deliver(batch)
                    throw CancellationError()
                }
                try await self.sink.deliver(batch)
            }
        }
        let sink = CancellingOnceSink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub { $0.batches.maximumEvents = 1 }, sink: sink, clock: clock)
        try await running(tracker) {
            tracker.view()
            await clock.waitForSleepers(2)
            clock.advance(by: .seconds(1))
            _ = try await sink.sink.waitForEvents(1)
        }
        #expect(tracker.statistics.delivered() == 1)
    }

    @Test func logsShutdownDropsDespiteRateLimit() async throws {
        let log = LogLines()
        let clock = ManualClock()
        let sink = ScriptedSink { _ in .retryable("down") }
        let tracker = try Tracker(
            configuration: .stub {
                $0.batches.maximumEvents = 1
                $0.shutdown.gracefulDeadline = .seconds(10)
            },
            sink: sink,
            logger: log.logger,
            clock: clock
        )
        try await running(tracker) {
            tracker.view()
            await sink.waitForAttempts(1)
            Task { try await clock.advance(by: .milliseconds(100)) { tracker.statistics.dropped() > 0 } }
        }
        #expect(log.lines.contains { $0.hasPrefix("error Delivery failed") })
        #expect(log.lines.contains { $0.contains("Events were dropped") && $0.contains("shutdown_deadline.pageview=1") })
    }

    @Test func throwsForOrderDuringShutdown() async throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink(), clock: ManualClock())
        try await running(tracker) {}
        let order = try Order(id: "1", currency: .eur, amount: Amount("1.00"))
        await #expect(throws: TrackerError.shuttingDown) { try await tracker.orderPlaced(order, by: Browsing.visit()) }
        tracker.view()
        #expect(tracker.statistics.dropped(.shuttingDown, .purchase) == 1)
        #expect(tracker.statistics.dropped(.shuttingDown, .pageView) == 1)
    }

    @Test func runsOnlyOnce() async throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink(), clock: ManualClock())
        try await running(tracker) {}
        await #expect(throws: TrackerError.alreadyRunning) { try await tracker.run() }
    }

    /// A stop inside a backoff pause tries at once, and again until the deadline.
    @Test(arguments: [0, 3])
    func triesDuringShutdownWhateverThePause(failuresAfterStop: Int) async throws {
        let clock = ManualClock()
        let remaining = Shared(Int.max)
        let sink = ScriptedSink { _ in
            remaining.change { $0 -= 1 }
            return remaining.value >= 0 ? .retryable("down") : nil
        }
        let tracker = try Tracker(
            configuration: .stub { $0.shutdown.gracefulDeadline = .seconds(10) },
            sink: sink,
            store: nil,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            metrics: NOOPMetricsHandler.instance,
            clock: clock,
            now: { Date() },
            jitter: { 1 }
        )
        try await running(tracker) {
            for index in 0..<10 {
                try await tracker.orderPlaced(Order(id: "\(index)", currency: .eur, amount: .zero), by: Browsing.visit())
            }
            // Long enough that the pauses are a minute.
            try await clock.advance(by: .seconds(1)) { sink.attempts.count >= 9 }
            remaining.change { $0 = failuresAfterStop }
            Task { try await clock.advance(by: .milliseconds(10)) { tracker.statistics.delivered() == 10 } }
        }
        #expect(tracker.statistics.delivered(.purchase) == 10)
        #expect(tracker.statistics.dropped() == 0)
    }

    @Test func logsLostOrdersWithAdvice() async throws {
        let (log, clock) = (LogLines(), ManualClock())
        let sink = ScriptedSink { _ in .retryable("down") }
        let tracker = try Tracker(
            configuration: .stub { $0.shutdown.gracefulDeadline = .seconds(10) },
            sink: sink,
            logger: log.logger,
            clock: clock
        )
        try await running(tracker) {
            try await tracker.orderPlaced(Order(id: "1", currency: .eur, amount: .zero), by: Browsing.visit())
            Task { try await clock.advance(by: .milliseconds(500)) { tracker.statistics.dropped() == 1 } }
        }
        #expect(log.lines.contains { $0.hasPrefix("notice Delivering 1 events, at most 10.0 seconds") })
        #expect(log.lines.contains { $0.hasPrefix("error Accepted orders are lost") && $0.contains("TRACIFY_STORE_PATH") })
    }

    @Test func flushDeliversPartialBatches() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        try await running(tracker) {
            tracker.view("/1")
            #expect(await tracker.flush(within: .seconds(5)))
            #expect(sink.events.count == 1)
            // Nothing is left, and nothing else wakes the exporter.
            for _ in 0..<100 { #expect(await tracker.flush(within: .seconds(5))) }
        }
    }

    @Test func flushIsBounded() async throws {
        let clock = ManualClock()
        let sink = ScriptedSink { _ in .retryable("down") }
        let tracker = try Tracker(
            configuration: .stub { $0.shutdown.gracefulDeadline = .seconds(10) },
            sink: sink,
            clock: clock
        )
        try await running(tracker) {
            tracker.view("/1")
            let isDone = Shared(false)
            let flush = Task {
                defer { isDone.change { $0 = true } }
                return await tracker.flush(within: .seconds(3))
            }
            try await clock.advance(by: .milliseconds(100)) { isDone.value }
            #expect(await !flush.value)
            Task { try await clock.advance(by: .milliseconds(500)) { tracker.statistics.dropped() == 1 } }
        }
    }
}
