//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The ledger: what became of each order, conversion and survey answer.
///
/// An entry is written in the transaction that settles the order, so it is as true as the settlement.
extension StoreTransaction {
    /// Where the reason of an entry comes from.
    enum LedgerReason {
        case value(String?)
        case column(String)
    }

    /// The number of entries that one transaction deletes at most, besides as many as it adds.
    ///
    /// Deleting some at a time costs less than one for each new entry.
    private static let pruneChunk = 500
    /// The number of rows that one step of a search reads, so that it does not delay commits.
    private static let searchChunk = 10_000

    /// Adds an entry for each row of a table that has an order ID.
    mutating func recordInLedger(
        from table: String,
        where condition: String,
        _ conditionArguments: StatementArguments,
        _ outcome: LedgerOutcome,
        reason: LedgerReason,
        at date: Date
    ) throws {
        guard self.limits.hasLedger else { return }
        var arguments: StatementArguments = [outcome.rawValue, date.timeIntervalSince1970]
        let reasonText: String
        switch reason {
        case .value(let value):
            reasonText = "?"
            arguments += [value]
        case .column(let column):
            reasonText = column
        }
        let statement = try self.connection.cachedStatement(
            sql: """
                INSERT INTO ledger (order_id, type, id_high, id_low, outcome, date, reason)
                SELECT order_id, type, id_high, id_low, ?, ?, \(reasonText) FROM \(table)
                WHERE \(condition) AND \(EventType.isKnown) AND order_id IS NOT NULL ORDER BY id
                """
        )
        try statement.execute(arguments: arguments + conditionArguments)
        let count = self.connection.changesCount
        guard count > 0 else { return }
        self.mayHaveGrown = true
        self.summary.ledgerEntries += count
    }

    /// Deletes old entries, a bounded number at a time.
    mutating func pruneLedger(at date: Date) throws {
        guard self.summary.ledgerEntries > 0 else { return }
        let surplus = self.summary.ledgerEntries - self.limits.ledgerEntries
        if surplus > 0 {
            // Some more, so that not every call deletes.
            let slack = min(self.limits.ledgerEntries / 100, StoreTransaction.pruneChunk)
            try self.deleteOldestLedgerEntries(min(surplus + slack, 2 * StoreTransaction.pruneChunk + slack))
        }
        let cutoff = self.limits.ledgerCutoff(at: date)
        let statement = try self.connection.cachedStatement(
            sql: """
                SELECT count(*) FROM (SELECT date FROM ledger ORDER BY id LIMIT \(StoreTransaction.pruneChunk)) WHERE date < ?
                """
        )
        let first = try self.connection.cachedStatement(sql: "SELECT date < ? FROM ledger ORDER BY id LIMIT 1")
        guard try Bool.fetchOne(first, arguments: [cutoff]) == true else { return }
        try self.deleteOldestLedgerEntries(Int.fetchOne(statement, arguments: [cutoff]) ?? 0)
    }

    /// Deletes the oldest entries.
    ///
    /// - Returns: The number of deleted entries.
    @discardableResult
    mutating func deleteOldestLedgerEntries(_ count: Int) throws -> Int {
        let statement = try self.connection.cachedStatement(
            sql: "DELETE FROM ledger WHERE id <= (SELECT max(id) FROM (SELECT id FROM ledger ORDER BY id LIMIT ?))"
        )
        try statement.execute(arguments: [count])
        let deleted = self.connection.changesCount
        self.summary.ledgerEntries -= deleted
        return deleted
    }

    // MARK: - Looking orders up

    /// Returns the entries of the ledger and the dead letters with an order ID, the newest first.
    func settledDeliveries(ofOrder id: String, at date: Date) throws -> [OrderDelivery] {
        let letters = try self.connection.cachedStatement(
            sql: """
                SELECT type, id_high, id_low, \(LedgerOutcome.deadLetter.rawValue), reason, date FROM deadletter
                WHERE order_id = ? AND \(EventType.isKnown) ORDER BY id DESC
                """
        )
        let ledger = try self.connection.cachedStatement(
            sql: """
                SELECT type, id_high, id_low, outcome, reason, date FROM ledger
                WHERE order_id = ? AND date >= ? ORDER BY id DESC
                """
        )
        var entries = try self.deliveries(letters, [id], order: id)
        // A dead letter is in both.
        let seen = Set(entries)
        entries += try self.deliveries(ledger, [id, self.limits.ledgerCutoff(at: date)], order: id).filter { !seen.contains($0) }
        return entries.enumerated()
            .sorted { ($1.element.date, $0.offset) < ($0.element.date, $1.offset) }
            .map(\.element)
    }

    private func deliveries(_ statement: Statement, _ arguments: StatementArguments, order: String) throws -> [OrderDelivery] {
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        var entries: [OrderDelivery] = []
        while let row = try rows.next() {
            guard let type = EventType(storeCode: try row.required(0)), let outcome = LedgerOutcome(rawValue: try row.required(3))
            else { continue }
            entries.append(
                OrderDelivery(
                    orderID: order,
                    type: type,
                    eventID: EventID(storedHigh: try row.required(1), storedLow: try row.required(2)),
                    state: outcome.state(reason: row[4]),
                    date: Date(timeIntervalSince1970: try row.required(5))
                )
            )
        }
        return entries
    }

    /// Searches pending orders for an order ID, some at a time.
    ///
    /// Pending orders have no index of their IDs, because each order would then change one more page before it is durable.
    ///
    /// - Parameters:
    ///   - id: The order ID.
    ///   - position: The position after which the search begins.
    /// - Returns: The pending orders, and the position after which to continue; `nil` when the search is complete.
    func pendingDeliveries(ofOrder id: String, after position: Int64) throws -> (entries: [OrderDelivery], next: Int64?) {
        let end = try self.connection.cachedStatement(
            sql: "SELECT max(id), count(*) FROM (SELECT id FROM orders WHERE id > ? ORDER BY id LIMIT \(StoreTransaction.searchChunk))"
        )
        guard let chunk = try Row.fetchOne(end, arguments: [position]), let last: Int64 = chunk[0] else { return ([], nil) }
        let isLast = (chunk[1] as Int) < StoreTransaction.searchChunk
        let statement = try self.connection.cachedStatement(
            sql: """
                SELECT type, id_high, id_low, date FROM orders
                WHERE id > ? AND id <= ? AND order_id = ? AND \(EventType.isKnown) ORDER BY id DESC
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [position, last, id])
        var entries: [OrderDelivery] = []
        while let row = try rows.next() {
            guard let type = EventType(storeCode: try row.required(0)) else { continue }
            entries.append(
                OrderDelivery(
                    orderID: id,
                    type: type,
                    eventID: EventID(storedHigh: try row.required(1), storedLow: try row.required(2)),
                    state: .pending,
                    date: Date(timeIntervalSince1970: try row.required(3))
                )
            )
        }
        return (entries, isLast ? nil : last)
    }
}
#endif
