//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import SimulatedDisk

@testable import Tracify
@testable import TracifySQLite

// What must be true of the file at the end.
extension SQLiteBackedStore {
    func complaints(about events: [SimulatedEvent], _ call: StoreCall) -> [String] {
        self.trace = (self.trace &* 31) ^ UInt64(self.disk.logLength)
        let known = (self.pendingIDs, self.letterIDs)
        self.refresh()
        if known != (self.pendingIDs, self.letterIDs) { self.problems.append("the store's content is not what it answered") }
        _ = self.perform(call, "check") { transaction in
            if let problem = try String.fetchOne(transaction.connection, sql: "PRAGMA integrity_check"), problem != "ok" {
                self.problems.append("the file is damaged: \(problem)")
            }
            for lane in DeliveryLane.allCases {
                let stored = try transaction.read(lane, after: 0, count: .max)
                self.check(stored.map(\.event), against: events)
            }
            self.check(try transaction.deadLetters(.all, count: .max).map(\.event), against: events)
            try self.checkLedger(transaction, events, call)
        }
        return self.takeComplaints()
    }

    private func check(_ stored: [EncodedEvent], against events: [SimulatedEvent]) {
        for event in stored where event != events[Int(event.id.low)].encoded {
            self.problems.append("event \(event.id.low) is not as it was committed")
        }
    }

    /// An order that was delivered from the store is in the ledger, unless that was full or dropped with an older version.
    private func checkLedger(_ transaction: StoreTransaction, _ events: [SimulatedEvent], _ call: StoreCall) throws {
        guard self.scenario.maximumStored >= 100, self.counts["older schema"] == nil else { return }
        for event in events where event.receipt == .durable && event.fates == [.delivered] {
            let id = event.encoded.orderID ?? ""
            let states = try transaction.settledDeliveries(ofOrder: id, at: call.date).map(\.state)
            if states.first != .delivered { self.problems.append("order \(id) was delivered and is \(states) in the ledger") }
        }
    }
}
#endif
