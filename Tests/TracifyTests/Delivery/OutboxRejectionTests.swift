//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// An outbox that has a place for rejected entries, as a broker's stream has.
@Suite(.timeLimit(.minutes(5)))
struct OutboxRejectionTests {
    private let clock = ManualClock()
    private let sink = ScriptedSink()

    private func tracker(_ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 10
            $0.shutdown.gracefulDeadline = .seconds(10)
            change(&$0)
        }
        return try Tracker(configuration: configuration, sink: self.sink, logger: LogLines().logger, clock: self.clock)
    }

    private func relaying(_ tracker: Tracker, _ outbox: TestOutbox, _ body: @Sendable @escaping () async throws -> Void)
        async throws
    {
        var configuration = OutboxConfiguration()
        configuration.lease = .seconds(60)
        configuration.hasDeadLetters = true
        try await outbox.relaying(tracker, configuration, body)
    }

    @Test func rejectionThatCannotBeStoredHoldsUpNoOther() async throws {
        let tracker = try self.tracker()
        let outbox = TestOutbox(self.clock)
        let entries = try await TestOutbox.entries(tracker, 0..<5)
        outbox.insert(entries)
        outbox.refuseRejections(true)
        self.sink.decide { $0.contains(path: "/3") ? .rejected("no") : nil }
        try await self.relaying(tracker, outbox) {
            try await self.clock.advance(by: .seconds(1)) { outbox.ids == [entries[3].id] }
            #expect(outbox.rejections.isEmpty)
            outbox.refuseRejections(false)
            try await self.clock.advance(by: .seconds(1)) { !outbox.rejections.isEmpty }
        }
        #expect(outbox.rejections == [entries[3].id: "no"])
    }

    @Test func unreadableEntryHoldsUpNoOther() async throws {
        let tracker = try self.tracker()
        let outbox = TestOutbox(self.clock)
        let bad = OutboxEntry(id: EventID(), json: "{")
        outbox.insert([bad] + (try await TestOutbox.entries(tracker, 0..<3)))
        outbox.refuseRejections(true)
        try await self.relaying(tracker, outbox) {
            try await self.clock.advance(by: .seconds(1)) { outbox.ids == [bad.id] }
            outbox.refuseRejections(false)
            // With the end of its lease.
            try await self.clock.advance(by: .seconds(10)) { !outbox.rejections.isEmpty }
        }
        #expect(outbox.rejections[bad.id]?.contains("outbox_entry") == true)
    }

    @Test func entryOfANewerVersionIsLeftToNewerServers() async throws {
        let tracker = try self.tracker()
        let outbox = TestOutbox(self.clock)
        let entry = try #require(try await TestOutbox.entries(tracker, 0..<1).first)
        let newer = OutboxEntry(id: entry.id, json: entry.json.replacing(#""version":1"#, with: #""version":2"#))
        outbox.insert([newer])
        try await self.relaying(tracker, outbox) {
            try await self.clock.advance(by: .seconds(10)) { outbox.claims > 20 }
            #expect(outbox.ids == [newer.id])
            #expect(outbox.rejections.isEmpty)
        }
        #expect(self.sink.attempts.isEmpty)
    }

    /// The destination has not accepted it, so it must not count as delivered at its server.
    @Test func orderThatIsTooOldIsRejected() async throws {
        let tracker = try self.tracker { $0.retention.maximumOrderAge = .seconds(3600) }
        let outbox = TestOutbox(self.clock)
        let entry = try #require(try await TestOutbox.entries(tracker, 0..<1).first)
        let json = entry.json.replacing(#/"date":\d+/#, with: #""date":1000000000"#)
        outbox.insert([OutboxEntry(id: entry.id, json: json)])
        try await self.relaying(tracker, outbox) {
            try await self.clock.advance(by: .seconds(1)) { !outbox.rejections.isEmpty }
        }
        #expect(outbox.rejections == [entry.id: "older than the maximum age"])
        #expect(outbox.ids == [entry.id])
        #expect(self.sink.attempts.isEmpty)
    }

    @Test func entriesOfAClaimThatEndedTooLateAreDelivered() async throws {
        let tracker = try self.tracker()
        let outbox = TestOutbox(self.clock)
        outbox.insert(try await TestOutbox.entries(tracker, 0..<3))
        // Longer than the tracker waits for a store.
        outbox.delayClaim(by: .seconds(8))
        try await self.relaying(tracker, outbox) {
            try await self.clock.advance(by: .seconds(1)) { outbox.ids.isEmpty }
        }
        #expect(self.sink.delivered.sorted() == ["/0", "/1", "/2"])
    }
}
