//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging
import ServiceLifecycle
import Testing

@testable import Tracify

struct WithTrackerTests {
    private struct BodyError: Error {}

    private static func order(_ id: String = "A-1") throws -> Order { try Order(id: id, currency: .eur, amount: Amount("25")) }

    @Test func deliversWhatTheClosureReportsAndReturnsItsValue() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        let value = try await withTracker(tracker) { tracker in
            tracker.view("/1")
            try await tracker.orderPlaced(Self.order(), by: Browsing.visit())
            #expect(tracker.health.isHealthy)
            return 7
        }
        #expect(value == 7)
        // Orders and page views have lanes of their own, so their order is not fixed.
        #expect(Set(sink.events.map(\.type)) == [.purchase, .pageView])
        #expect(sink.events.count == 2)
        #expect(sink.isShutDown)
    }

    @Test func logsTheStart() async throws {
        let log = LogLines()
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink(), logger: log.logger, clock: ManualClock())
        try await withTracker(tracker) { _ in }
        #expect(log.lines.count { $0.hasPrefix("notice Tracking starts") } == 1)
    }

    @Test func deliversBeforeItRethrows() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        await #expect(throws: BodyError.self) {
            try await withTracker(tracker) { tracker in
                tracker.view("/1")
                throw BodyError()
            }
        }
        #expect(sink.events.count == 1)
        #expect(sink.isShutDown)
    }

    @Test func refusesATrackerThatHasRun() async throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink(), clock: ManualClock())
        try await withTracker(tracker) { _ in }
        await #expect(throws: TrackerError.alreadyRunning) {
            try await withTracker(tracker) { _ in Issue.record("The closure is called") }
        }
    }

    @Test func closureKeepsItsActor() async throws {
        actor Job {
            var count = 0

            func run(_ tracker: Tracker) async throws -> Int {
                try await withTracker(tracker) { tracker in
                    tracker.view()
                    self.count += 1
                    return self.count
                }
            }
        }
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        #expect(try await Job().run(tracker) == 1)
        #expect(sink.events.count == 1)
    }

    @Test func endsAtTheTimeLimitWhenTheDestinationIsDown() async throws {
        let sink = ScriptedSink { _ in .retryable("down") }
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: clock)
        let isDone = Shared(false)
        let job = Task {
            try await withTracker(tracker, within: .seconds(5)) { $0.view() }
            isDone.change { $0 = true }
        }
        try await clock.advance(by: .milliseconds(100)) { isDone.value }
        try await job.value
        #expect(clock.now.offset >= .seconds(5))
        #expect(tracker.statistics.dropped(.shutdownDeadline, .pageView) == 1)
        #expect(!sink.attempts.isEmpty)
    }

    @Test func keepsToTheTrackersDeadlineByDefault() async throws {
        let sink = ScriptedSink { _ in .retryable("down") }
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub { $0.shutdown.gracefulDeadline = .seconds(20) }, sink: sink, clock: clock)
        let isDone = Shared(false)
        let job = Task {
            try await withTracker(tracker) { $0.view() }
            isDone.change { $0 = true }
        }
        try await clock.advance(by: .milliseconds(100)) { isDone.value }
        try await job.value
        #expect(tracker.statistics.dropped(.shutdownDeadline, .pageView) == 1)
    }

    @Test func timeLimitEndsEarlyWhenEverythingIsDelivered() async throws {
        let sink = InMemorySink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: clock)
        try await withTracker(tracker, within: .seconds(5)) { $0.view() }
        #expect(sink.events.count == 1)
        #expect(clock.now.offset == .zero)
    }

    @Test func cancellationReachesTheClosureAndItsEventsAreDelivered() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let job = Task {
            try await withTracker(tracker) { tracker in
                start.finish()
                // Waits for the cancellation.
                for await _ in AsyncStream<Void>.makeStream().stream {}
                #expect(Task.isCancelled)
                // The last report of a job that was cancelled.
                try await tracker.orderPlaced(Self.order(), by: Browsing.visit())
                try Task.checkCancellation()
            }
        }
        for await _ in started {}
        job.cancel()
        await #expect(throws: CancellationError.self) { try await job.value }
        #expect(sink.events.map(\.type) == [.purchase])
        #expect(sink.isShutDown)
    }

    @Test func cancellationShortensTheDelivery() async throws {
        let sink = GatedSink()
        let clock = ManualClock()
        let deadline = Duration.seconds(86_400)
        let tracker = try Tracker(configuration: .stub { $0.shutdown.gracefulDeadline = deadline }, sink: sink, clock: clock)
        let isDone = Shared(false)
        let job = Task {
            try await withTracker(tracker) { $0.view() }
            isDone.change { $0 = true }
        }
        await sink.waitForDeliveries(1)
        job.cancel()
        try await clock.advance(by: .milliseconds(100)) { isDone.value || clock.now.offset >= deadline }
        #expect(clock.now.offset < deadline)
        try await job.value
        #expect(tracker.statistics.dropped(.shutdownDeadline, .pageView) == 1)
    }

    /// In a service group, the closure decides when it ends; until then its events are accepted.
    @Test func shutdownOfAServiceGroupWaitsForTheClosure() async throws {
        struct Job: Service {
            let tracker: Tracker

            func run() async throws {
                try await withTracker(self.tracker) { tracker in
                    try await gracefulShutdown()
                    try await tracker.orderPlaced(WithTrackerTests.order(), by: Browsing.visit())
                }
            }
        }
        let sink = InMemorySink()
        let job = Job(tracker: try Tracker(configuration: .stub(), sink: sink, clock: ManualClock()))
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: job, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger
            )
        )
        let run = Task { try await group.run() }
        await group.triggerGracefulShutdown()
        try await run.value
        #expect(sink.events.map(\.type) == [.purchase])
    }

    @Test func disabledTrackerRunsTheClosure() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub { $0.isEnabled = false }, sink: sink, clock: ManualClock())
        let receipt = try await withTracker(tracker, within: .seconds(1)) { tracker in
            try await tracker.orderPlaced(Self.order(), by: Browsing.visit())
        }
        #expect(receipt == .notReported)
        #expect(sink.isShutDown)
    }
}
