//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization
import Testing

@testable import Tracify

/// An outbox in memory, whose leases end by a manual clock.
final class TestOutbox: Outbox {
    struct Failure: Error {}

    private struct Row {
        let entry: OutboxEntry
        var leasedUntil: ManualClock.Instant?
    }

    private struct State {
        var rows: [Row] = []
        var claims = 0
        var released: [EventID] = []
        var isDown = false
        var ignoresLeases = false
        var refusesRejections = false
        var rejections: [EventID: String] = [:]
        var claimDelay: Duration?
    }

    private let clock: ManualClock
    private let state = Mutex(State())

    init(_ clock: ManualClock) {
        self.clock = clock
    }

    var ids: [EventID] { self.state.withLock { $0.rows.map(\.entry.id) } }
    var leasedIDs: [EventID] {
        let now = self.clock.now
        return self.state.withLock { $0.rows.filter { $0.leasedUntil.map { $0 > now } ?? false }.map(\.entry.id) }
    }
    var claims: Int { self.state.withLock { $0.claims } }
    var released: [EventID] { self.state.withLock { $0.released } }

    var rejections: [EventID: String] { self.state.withLock { $0.rejections } }

    func insert(_ entries: [OutboxEntry]) {
        self.state.withLock { $0.rows += entries.map { Row(entry: $0) } }
    }

    func setDown(_ isDown: Bool) { self.state.withLock { $0.isDown = isDown } }
    func refuseRejections(_ refuses: Bool) { self.state.withLock { $0.refusesRejections = refuses } }
    /// Lets the next claim last longer.
    func delayClaim(by duration: Duration) { self.state.withLock { $0.claimDelay = duration } }
    func ignoreLeases() { self.state.withLock { $0.ignoresLeases = true } }

    func claim(limit: Int, lease: Duration) async throws -> [OutboxEntry] {
        let now = self.clock.now
        let delay = self.state.withLock { $0.claimDelay.take() }
        // Not cut off with the task, as a call of a database is not.
        if let delay { await Task { try? await self.clock.sleep(for: delay) }.value }
        return try self.state.withLock { state in
            if state.isDown { throw Failure() }
            state.claims += 1
            var claimed: [OutboxEntry] = []
            for index in state.rows.indices where claimed.count < limit {
                if let end = state.rows[index].leasedUntil, end > now, !state.ignoresLeases { continue }
                state.rows[index].leasedUntil = now.advanced(by: lease)
                claimed.append(state.rows[index].entry)
            }
            return claimed
        }
    }

    func delete(ids: [EventID]) async throws {
        try self.state.withLock { state in
            if state.isDown { throw Failure() }
            state.rows.removeAll { ids.contains($0.entry.id) }
        }
    }

    /// As an outbox does that has a place for rejected entries.
    func reject(id: EventID, reason: String) async throws {
        try self.state.withLock { state in
            if state.refusesRejections { throw Failure() }
            state.rejections[id] = reason
        }
    }

    func release(ids: [EventID]) async throws {
        try self.state.withLock { state in
            if state.isDown { throw Failure() }
            state.released += ids
            for index in state.rows.indices where ids.contains(state.rows[index].entry.id) { state.rows[index].leasedUntil = nil }
        }
    }
}

extension TestOutbox {
    /// Returns the entries of orders with these IDs.
    static func entries(_ tracker: Tracker, _ ids: Range<Int>) async throws -> [OutboxEntry] {
        var entries: [OutboxEntry] = []
        for id in ids {
            entries.append(try #require(try await tracker.prepare(Order.stub(id: "\(id)"), by: Browsing.visit("/\(id)"))))
        }
        return entries
    }

    /// Runs a tracker with its relay while `body` lets time pass.
    func relaying(
        _ tracker: Tracker,
        _ configuration: OutboxConfiguration = .init(),
        _ body: @Sendable @escaping () async throws -> Void
    ) async throws {
        let relay = try OutboxRelay(self, tracker: tracker, configuration: configuration)
        try await running(tracker) {
            let task = Task { try await relay.run() }
            do {
                try await body()
            } catch {
                task.cancel()
                throw error
            }
            task.cancel()
            let isEnded = Atomic(false)
            async let end: Void = {
                _ = await task.result
                isEnded.store(true, ordering: .relaxed)
            }()
            try await self.clock.advance(by: .seconds(1)) { isEnded.load(ordering: .relaxed) }
            await end
        }
    }
}
