//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation

@testable import Tracify

// The simulation's calls of the store.
extension Simulation {
    /// The wall clock.
    var date: Date { self.scenario.date(at: self.now) }

    func storeCall(_ result: StoreResult = .works, generation: Int? = nil) -> StoreCall {
        StoreCall(isFailing: result == .fails, generation: generation ?? self.process.generation, date: self.date)
    }

    /// Commits events, perhaps also when the store hangs.
    func commit(_ events: [EncodedEvent], _ result: StoreResult, generation: Int) -> StoreCommit {
        if result == .hangs, !self.random.once(in: 2) { return .failed }
        let commit = self.store.append(events, self.storeCall(result, generation: generation))
        if case .committed(let evicted) = commit {
            for id in evicted { self.note(id, .evicted) }
        }
        self.noteStoreComplaints()
        return commit
    }

    /// Reads events, and checks that they are as they were committed.
    func readStore(_ lane: DeliveryLane, after position: UInt64) -> [StoredEvent]? {
        let result = self.storeResult(.readFails)
        guard result != .hangs else { return nil }
        let count = self.scenario.batches.maximumEvents
        let events = self.store.read(lane, after: position, count: count, self.storeCall(result))
        for stored in events ?? [] where stored.event != self.events[Int(stored.event.id.low)].encoded {
            self.violate("event \(stored.event.id.low) is not as it was committed")
        }
        self.noteStoreComplaints()
        return events
    }

    /// Settles events; `nil` when the store failed, or did not answer.
    func settleStore(_ events: [SettledEvent]) -> Set<UInt64>? {
        let result = self.storeResult(.settleFails)
        if result == .hangs, !self.random.once(in: 2) { return nil }
        let settlements = events.map { Settlement(position: $0.position, outcome: $0.outcome) }
        let settled = self.store.settle(settlements, self.storeCall(result))
        for id in settled?.evicted ?? [] { self.note(id, .dropped) }
        self.noteStoreComplaints()
        return result == .hangs ? nil : settled.map { Set($0.refused) }
    }

    /// Opens the store for the next process.
    ///
    /// - Returns: Whether that worked; otherwise it is tried again later.
    func openStore() -> Bool {
        let isFailing = self.storeResult(.readFails) == .fails || self.storeResult(.appendFails) == .fails
        let call = self.storeCall(isFailing ? .fails : .works, generation: self.process.generation + 1)
        let opening = self.store.open(call)
        self.noteStoreComplaints()
        if self.store.isReal { self.note(self.store.trace) }
        guard let opening else { return false }
        for id in opening.lost { self.note(id, .lostWithProcess) }
        for id in opening.settled { self.note(id, .delivered) }
        // The shop was told that the commit failed, and the event went another way, too.
        for id in opening.restored { self.destination.excuse(id) }
        return true
    }

    /// Ends the process while the store notes what it has just delivered.
    func crashStore() {
        guard self.store.isReal else { return }
        let delivered = self.store.pendingIDs.filter { self.destination.taken[$0] != nil }.sorted { $0.low < $1.low }
        self.store.crash(afterDelivering: delivered, self.storeCall())
        for id in delivered { self.destination.excuse(id) }
    }

    func note(_ id: EventID, _ fate: SimulatedEvent.Fate) {
        self.events[Int(id.low)].fates.insert(fate)
    }

    /// What arrives has the bytes that the shop reported.
    func checkContent(_ batch: EventBatch) {
        for event in batch where event.json != self.events[Int(event.id.low)].encoded.json {
            self.violate("event \(event.id.low) arrived with other bytes")
        }
    }

    func noteStoreComplaints() {
        for complaint in self.store.takeComplaints() { self.violate(complaint) }
    }
}
