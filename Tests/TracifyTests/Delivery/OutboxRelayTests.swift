//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging
import Testing

@testable import Tracify

@Suite(.timeLimit(.minutes(5)))
struct OutboxRelayTests {
    private let clock = ManualClock()
    private let sink = ScriptedSink()
    private let log = LogLines()

    private func tracker(_ sink: some EventSink) throws -> Tracker {
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 10
            $0.shutdown.gracefulDeadline = .seconds(10)
        }
        return try Tracker(configuration: configuration, sink: sink, logger: self.log.logger, clock: self.clock)
    }

    @Test func deletesWhatTheDestinationAccepted() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<25))
        let reports = tracker.deliveryReports()
        let ids = outbox.ids
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .milliseconds(100)) { outbox.ids.isEmpty }
        }
        #expect(self.sink.delivered == (0..<25).map { "/\($0)" })
        #expect(self.sink.attempts == [10, 10, 5])
        #expect(tracker.statistics.captured(.purchase) == 25)
        #expect(tracker.statistics.delivered(.purchase) == 25)
        var reported: [EventID] = []
        for await report in reports where report.outcome == .delivered { reported += report.eventIDs }
        #expect(reported == ids)
    }

    @Test func keepsEverythingWhileTheDestinationIsDown() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<30))
        self.sink.decide { _ in .retryable("down") }
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .seconds(1)) { self.sink.attempts.count >= 3 }
            #expect(outbox.ids.count == 30)
            #expect(tracker.health.problem?.code == .unavailable)
            #expect(tracker.health.problem?.lane == .orders)
            self.sink.decide { _ in nil }
            try await self.clock.advance(by: .seconds(1)) { outbox.ids.isEmpty }
            #expect(tracker.health.isHealthy)
        }
        #expect(self.sink.delivered.sorted() == (0..<30).map { "/\($0)" }.sorted())
    }

    @Test func relayThatEndsDoesNotSayThatDeliveryWorks() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<5))
        self.sink.decide { _ in .retryable("down") }
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .seconds(1)) { tracker.health.problem?.code == .unavailable }
        }
        // Its problem is that of another relay now.
        #expect(tracker.health.isHealthy)
        #expect(self.log.lines.contains { $0.hasPrefix("error Delivery failed") })
        #expect(self.log.lines.allSatisfy { !$0.contains("works again") })
    }

    /// There is no dead letter beside the shop's own table.
    @Test func rejectedEntryStaysAndIsSentAgainLater() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        let entries = try await TestOutbox.entries(tracker, 0..<5)
        outbox.insert(entries)
        self.sink.decide { $0.contains(path: "/3") ? .rejected("no") : nil }
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .seconds(1)) { tracker.statistics.rejected(.purchase) == 1 && outbox.ids.count == 1 }
            #expect(outbox.ids == [entries[3].id])
            #expect(try await tracker.deadLetters().isEmpty)
            let attempts = self.sink.attempts.count
            try await self.clock.advance(by: .seconds(10)) { outbox.claims > 20 }
            #expect(self.sink.attempts.count == attempts)
            self.sink.decide { _ in nil }
            try await self.clock.advance(by: .seconds(60)) { outbox.ids.isEmpty }
        }
        #expect(tracker.statistics.delivered(.purchase) == 5)
    }

    @Test func logsEveryRejectionInTheEnd() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<3))
        self.sink.decide { _ in .rejected("no") }
        let log = self.log
        let events = { @Sendable () -> [Substring] in
            log.lines.filter { $0.contains("became dead letters") }
                .compactMap { $0.split(separator: " ").first { $0.hasPrefix("events=") } }
        }
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .milliseconds(100)) { tracker.statistics.rejected(.purchase) == 3 }
            try await self.clock.advance(by: .seconds(1)) { events().count == 2 }
        }
        #expect(events() == ["events=1", "events=2"])
    }

    @Test func unreadableEntryStaysAndHoldsNothingUp() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        let newer = OutboxEntry(id: EventID(), json: #"{"version":2,"secret":"jane@example.com"}"#)
        outbox.insert([newer] + (try await TestOutbox.entries(tracker, 0..<12)))
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .milliseconds(100)) { outbox.ids == [newer.id] }
        }
        let lines = self.log.lines.filter { $0.contains("cannot be read") }
        #expect(
            lines == [
                """
                error An entry of the outbox cannot be read and stays there event_id=\(newer.id) reason=outbox_entry.version is \
                malformed; allowed: 1; an entry of a newer version is left to newer servers
                """
            ]
        )
        #expect(!self.log.lines.contains { $0.contains("jane") })
    }

    @Test func givesBackWhatItCouldNotDeliverInHalfTheLease() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<3))
        self.sink.decide { _ in .retryable("down") }
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .seconds(1)) { outbox.released.count >= 3 }
            self.sink.decide { _ in nil }
            try await self.clock.advance(by: .seconds(1)) { outbox.ids.isEmpty }
        }
        #expect(self.sink.delivered.sorted() == ["/0", "/1", "/2"])
    }

    @Test func givesBackEverythingAtTheShutdown() async throws {
        let sink = GatedSink()
        let tracker = try self.tracker(sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<30))
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .milliseconds(100)) { outbox.leasedIDs.count >= 10 }
            await sink.waitForDeliveries(1)
        }
        #expect(outbox.ids.count == 30)
        #expect(outbox.leasedIDs.isEmpty)
        #expect(tracker.statistics.dropped() == 0)
        #expect(!self.log.lines.contains { $0.contains("lost") })
    }

    /// A backlog must not use up the time of a shutdown.
    @Test func claimsNothingMoreDuringAShutdown() async throws {
        let sink = GatedSink()
        let tracker = try self.tracker(sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<100))
        let relay = try OutboxRelay(outbox, tracker: tracker)
        try await running(tracker) {
            let task = Task { try await relay.run() }
            await sink.waitForDeliveries(1)
            task.cancel()
            try await waitUntil { self.log.lines.contains { $0.contains("Delivering") } }
            let claims = outbox.claims
            sink.releaseFirst()
            try await task.value
            #expect(outbox.claims == claims)
        }
        #expect(sink.delivered.count == 1)
        #expect(outbox.ids.count == 90)
        #expect(outbox.leasedIDs.isEmpty)
    }

    @Test func recoversWhenTheDatabaseIsBack() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<3))
        outbox.setDown(true)
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .seconds(1)) { tracker.health.problem?.code == .storeFailed }
            #expect(tracker.health.problem?.reason == "Event store error (disk): the outbox failed: Failure")
            outbox.setDown(false)
            try await self.clock.advance(by: .seconds(1)) { outbox.ids.isEmpty && tracker.health.isHealthy }
        }
        #expect(tracker.statistics.delivered(.purchase) == 3)
    }

    /// Sent once, although its deletion failed many times.
    @Test func repeatsDeletionsAndNotDeliveries() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<3))
        self.sink.decide { _ in
            outbox.setDown(true)
            return nil
        }
        try await outbox.relaying(tracker) {
            try await self.clock.advance(by: .seconds(1)) { tracker.health.problem?.code == .storeFailed }
            for _ in 0..<20 {
                self.clock.advance(by: .seconds(1))
                for _ in 0..<20 { await Task.yield() }
            }
            #expect(outbox.ids.count == 3)
            outbox.setDown(false)
            try await self.clock.advance(by: .seconds(1)) { outbox.ids.isEmpty }
        }
        #expect(self.sink.attempts == [3])
    }

    @Test func outboxThatIgnoresItsLeasesIsNotAskedForEver() async throws {
        let sink = GatedSink()
        let tracker = try self.tracker(sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<10))
        outbox.ignoreLeases()
        try await outbox.relaying(tracker) {
            await sink.waitForDeliveries(1)
            for _ in 0..<5 {
                self.clock.advance(by: .seconds(1))
                for _ in 0..<20 { await Task.yield() }
            }
            sink.releaseFirst()
            try await self.clock.advance(by: .seconds(1)) { outbox.ids.isEmpty }
        }
        #expect(sink.delivered.count == 1)
    }

    /// What is sent in the second half of a lease might still be under way when another server gets it.
    @Test func leaseIsHalfOverInTime() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<2))
        let clock = self.clock
        let store = OutboxEventStore(outbox, configuration: .init(), logger: self.log.logger) { clock.now.offset }
        let first = try await store.read(.orders, after: 0, count: 1)
        clock.advance(by: .seconds(100))
        let second = try await store.read(.orders, after: 0, count: 1)
        #expect((first.events + second.events).map(\.position) == [1, 2])
        clock.advance(by: .seconds(50))
        #expect(store.idsToGiveBack().isEmpty)
        clock.advance(by: .seconds(1))
        #expect(store.idsToGiveBack() == [outbox.ids[0]])
        clock.advance(by: .seconds(100))
        #expect(store.idsToGiveBack() == Set(outbox.ids))
        await store.giveBack([outbox.ids[1]])
        #expect(store.idsToGiveBack() == [outbox.ids[0]])
        #expect(outbox.leasedIDs == [outbox.ids[0]])
    }

    @Test func looksOnceAnIntervalAndWhenItIsWoken() async throws {
        let tracker = try self.tracker(self.sink)
        let outbox = TestOutbox(self.clock)
        var configuration = OutboxConfiguration()
        configuration.interval = .seconds(3600)
        let relay = try OutboxRelay(outbox, tracker: tracker, configuration: configuration)
        try await running(tracker) {
            let task = Task { try await relay.run() }
            try await waitUntil { outbox.claims > 0 }
            outbox.insert(try await TestOutbox.entries(tracker, 0..<1))
            relay.wake()
            try await waitUntil { outbox.ids.isEmpty }
            task.cancel()
            try await task.value
        }
        #expect(self.clock.now.offset == .zero)
    }

    @Test func severalRelaysSendNothingTwice() async throws {
        let outbox = TestOutbox(self.clock)
        let sinks = [ScriptedSink(), ScriptedSink(), ScriptedSink()]
        let trackers = try sinks.map { try self.tracker($0) }
        outbox.insert(try await TestOutbox.entries(trackers[0], 0..<200))
        let clock = self.clock
        try await withThrowingTaskGroup(of: Void.self) { group in
            for tracker in trackers {
                group.addTask {
                    try await outbox.relaying(tracker) {
                        try await clock.advance(by: .milliseconds(10)) { outbox.ids.isEmpty }
                    }
                }
            }
            try await group.waitForAll()
        }
        let delivered = sinks.flatMap(\.delivered)
        #expect(delivered.count == 200)
        #expect(Set(delivered).count == 200)
    }

    @Test func relayOfADisabledTrackerOnlyWaits() async throws {
        let tracker = try Tracker(configuration: .stub { $0.isEnabled = false }, sink: self.sink, clock: self.clock)
        let outbox = TestOutbox(self.clock)
        let relay = try OutboxRelay(outbox, tracker: tracker)
        let task = Task { try await relay.run() }
        await Task.yield()
        task.cancel()
        try await task.value
        #expect(outbox.claims == 0)
        await #expect(throws: TrackerError.alreadyRunning) { try await relay.run() }
    }

    @Test func refusesSettingsOutOfRange() throws {
        let tracker = try self.tracker(self.sink)
        let changes: [(String, (inout OutboxConfiguration) -> Void)] = [
            ("outbox.interval", { $0.interval = .zero }), ("outbox.lease", { $0.lease = .seconds(9) }),
            ("outbox.retryOfRejected", { $0.retryOfRejected = .zero }),
        ]
        for (field, change) in changes {
            var configuration = OutboxConfiguration()
            change(&configuration)
            let error = #expect(throws: ValidationError.self) {
                try OutboxRelay(TestOutbox(self.clock), tracker: tracker, configuration: configuration)
            }
            #expect(error?.field == field)
        }
    }
}
