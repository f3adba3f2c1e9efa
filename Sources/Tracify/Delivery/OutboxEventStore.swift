//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging
import Synchronization

/// An outbox as an exporter sees it: a store of orders that others fill.
///
/// So it has everything that delivery from a store has: retries, probes of a destination that is down, the search for bad events.
final class OutboxEventStore: EventStore {
    private let outbox: any Outbox
    private let configuration: OutboxConfiguration
    private let logger: Logger
    /// Returns the time since any fixed time.
    private let time: @Sendable () -> Duration
    private let leased = Mutex(LeasedEntries())
    private let isStopping = Atomic(false)
    /// The time of the last log line about an entry that cannot be read.
    private let lastLog = Mutex<Duration?>(nil)

    /// The number of claims of one read, so that an outbox that ignores its leases is not asked for ever.
    private static let maximumClaims = 100

    init(
        _ outbox: any Outbox,
        configuration: OutboxConfiguration,
        logger: Logger,
        time: @escaping @Sendable () -> Duration
    ) {
        self.outbox = outbox
        self.configuration = configuration
        self.logger = logger
        self.time = time
    }

    func read(_ lane: DeliveryLane, after position: UInt64, count: Int) async throws -> StoredEvents {
        guard lane == self.configuration.lane, !self.isStopping.load(ordering: .relaxed) else { return StoredEvents(events: []) }
        for _ in 0..<Self.maximumClaims {
            // Before the claim, so that a lease never seems to last longer than it does.
            let now = self.time()
            let entries = try await self.named { try await self.outbox.claim(limit: count, lease: self.configuration.lease) }
            var unreadable: [(id: EventID, error: ValidationError)] = []
            let events = self.leased.withLock { leased in entries.compactMap { self.event($0, at: now, &leased, &unreadable) } }
            for (id, error) in unreadable { await self.handleUnreadable(id, error, at: now) }
            if !events.isEmpty || entries.count < count { return StoredEvents(events: events) }
        }
        return StoredEvents(events: [])
    }

    private func event(
        _ entry: OutboxEntry,
        at now: Duration,
        _ leased: inout LeasedEntries,
        _ unreadable: inout [(id: EventID, error: ValidationError)]
    ) -> StoredEvent? {
        guard let (position, failures) = leased.claim(entry.id, at: now) else { return nil }
        do {
            return StoredEvent(position: position, event: try entry.event(of: self.configuration.lane), failures: failures)
        } catch {
            unreadable.append((entry.id, error))
            return nil
        }
    }

    private func handleUnreadable(_ id: EventID, _ error: ValidationError, at now: Duration) async {
        // A newer server will read it.
        let isNewer = error.field == OutboxEntry.versionField
        if self.isLogDue(at: now) {
            let stays = isNewer || !self.configuration.hasDeadLetters
            self.logger.error(
                "An entry of the outbox cannot be read\(stays ? " and stays there" : "")",
                metadata: ["event_id": "\(id)", "reason": "\(error)"]
            )
        }
        if isNewer { return self.leased.withLock { $0.reject(id, until: now + self.configuration.lease) } }
        do {
            try await self.outbox.reject(id: id, reason: "\(error)")
            self.rejected(id, at: now)
        } catch {
            // It is claimed again when its lease ends, and those beside it are delivered.
            self.leased.withLock { $0.giveBack([id]) }
        }
    }

    /// Whether a log line is due: at most one in ten seconds.
    private func isLogDue(at now: Duration) -> Bool {
        self.lastLog.withLock { last in
            let isDue = last.map { now - $0 >= .seconds(10) } ?? true
            if isDue { last = now }
            return isDue
        }
    }

    /// Notes that an entry was rejected; unless the outbox has a place for such, it is still there and not to be sent for a time.
    private func rejected(_ id: EventID, at now: Duration) {
        self.leased.withLock { leased in
            if self.configuration.hasDeadLetters {
                leased.forget([id])
            } else {
                leased.reject(id, until: now + self.configuration.retryOfRejected)
            }
        }
    }

    func settle(_ settlements: [Settlement]) async throws -> SettlementResult {
        let now = self.time()
        let (finished, rejected) = self.leased.withLock { leased in
            var finished: [EventID] = []
            var rejected: [(id: EventID, reason: String)] = []
            for settlement in settlements {
                guard let id = leased.id(at: settlement.position) else { continue }
                switch settlement.outcome {
                case .delivered: finished.append(id)
                // The destination has not accepted it, so its server must not be told that.
                case .dropped where self.configuration.hasDeadLetters && self.configuration.lane == .orders:
                    rejected.append((id, "older than the maximum age"))
                case .dropped: finished.append(id)
                case .deadLetter(let reason): rejected.append((id, reason))
                case .failed: break
                }
            }
            return (finished, rejected)
        }
        if !finished.isEmpty {
            try await self.named { try await self.outbox.delete(ids: finished) }
            self.leased.withLock { $0.forget(finished) }
        }
        // The others are recorded, also when one fails.
        var failure: EventStoreError?
        for (id, reason) in rejected {
            do {
                try await self.named { try await self.outbox.reject(id: id, reason: reason) }
                self.rejected(id, at: now)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        // At the end, because a call that failed is repeated.
        self.leased.withLock { leased in
            for settlement in settlements where settlement.outcome == .failed { leased.countFailure(at: settlement.position) }
        }
        return SettlementResult()
    }

    var lane: DeliveryLane { self.configuration.lane }
    var keepsSiteIDs: Bool { self.configuration.keepsSiteIDs }

    /// The time between two looks for new entries.
    var interval: Duration { self.configuration.interval }

    /// Claims nothing more: a backlog is left to other servers, or to the next start.
    func stopClaiming() {
        self.isStopping.store(true, ordering: .relaxed)
    }

    /// Returns the entries whose lease is half over: what is sent from now on might still be under way when it ends.
    func idsToGiveBack() -> Set<EventID> {
        let time = self.time() - self.configuration.lease / 2
        return self.leased.withLock { $0.ids(claimedBefore: time) }
    }

    /// Returns the IDs of the claimed entries at positions.
    func ids(at positions: some Sequence<UInt64>) -> Set<EventID> {
        self.leased.withLock { leased in Set(positions.compactMap { leased.id(at: $0) }) }
    }

    /// Ends the lease of entries that are not sent now.
    func giveBack(_ ids: [EventID]) async {
        guard !ids.isEmpty else { return }
        self.leased.withLock { $0.giveBack(ids) }
        // Otherwise the lease ends by itself.
        try? await self.outbox.release(ids: ids)
    }

    /// Gives everything back that is not delivered.
    func close() async {
        await self.giveBack(self.leased.withLock { $0.ids })
    }

    /// The text of a foreign error may hold anything, so only its type is shown.
    private func named<Value: Sendable>(_ call: () async throws -> Value) async throws(EventStoreError) -> Value {
        do {
            return try await call()
        } catch {
            throw EventStoreError(.disk, "the outbox failed: \(loggableReason(error))")
        }
    }

    // MARK: - What an outbox has not

    func append(_ events: [EncodedEvent]) async throws -> [EventType: Int] {
        throw EventStoreError(.unsupported, "an outbox takes entries in the shop's transactions only")
    }

    func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter] { [] }
    func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int { 0 }
    func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> [EventType: Int] { [:] }
    func eraseObservations(of visitor: AnonymizedHash) async throws -> [EventType: Int] { [:] }
    func summary() async throws -> EventStoreSummary { EventStoreSummary(pending: [:], deadLetters: [:], oldest: nil) }
    func deliveries(ofOrder id: String) async throws -> [OrderDelivery] { [] }
}
