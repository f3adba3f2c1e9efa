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
            var unreadable: [(EventID, String)] = []
            let events = self.leased.withLock { leased in entries.compactMap { self.event($0, at: now, &leased, &unreadable) } }
            for (id, reason) in unreadable { try await self.named { try await self.outbox.reject(id: id, reason: reason) } }
            if !events.isEmpty || entries.count < count { return StoredEvents(events: events) }
        }
        return StoredEvents(events: [])
    }

    private func event(
        _ entry: OutboxEntry,
        at now: Duration,
        _ leased: inout LeasedEntries,
        _ unreadable: inout [(EventID, String)]
    ) -> StoredEvent? {
        guard let (position, failures) = leased.claim(entry.id, at: now) else { return nil }
        do {
            return StoredEvent(position: position, event: try entry.event(of: self.configuration.lane), failures: failures)
        } catch {
            self.logger.error(
                "An entry of the outbox cannot be read and stays there",
                metadata: ["event_id": "\(entry.id)", "reason": "\(error)"]
            )
            leased.reject(entry.id, until: now + self.configuration.retryOfRejected)
            unreadable.append((entry.id, "\(error)"))
            return nil
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
                case .delivered, .dropped: finished.append(id)
                case .deadLetter(let reason): rejected.append((id, reason))
                case .failed: break
                }
            }
            return (finished, rejected)
        }
        for (id, reason) in rejected {
            try await self.named { try await self.outbox.reject(id: id, reason: reason) }
            // It may still be there, as in a table of the shop, which has it as long as no one deletes it.
            self.leased.withLock { $0.reject(id, until: now + self.configuration.retryOfRejected) }
        }
        if !finished.isEmpty {
            try await self.named { try await self.outbox.delete(ids: finished) }
            self.leased.withLock { $0.forget(finished) }
        }
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
