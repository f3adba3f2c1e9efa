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

extension StoreTransaction {
    /// The number of characters of a dead letter's reason that are kept.
    private static let maximumReason = 1024

    mutating func settle(_ settlements: [Settlement], at date: Date) throws -> SettlementResult {
        var delivered: [UInt64] = []
        var dropped: [UInt64] = []
        var failed: [UInt64] = []
        var rejected: [String: [UInt64]] = [:]
        var reasons: [String] = []
        for settlement in settlements {
            switch settlement.outcome {
            case .delivered: delivered.append(settlement.position)
            case .dropped: dropped.append(settlement.position)
            case .failed: failed.append(settlement.position)
            case .deadLetter(let reason):
                let reason = String(reason.prefix(StoreTransaction.maximumReason))
                if rejected[reason] == nil { reasons.append(reason) }
                rejected[reason, default: []].append(settlement.position)
            }
        }
        for group in PositionGroup.groups(delivered) { try self.delete(group, as: .delivered, at: date) }
        for group in PositionGroup.groups(dropped) { try self.delete(group, as: .discarded, at: date) }
        for group in PositionGroup.groups(failed) { try self.countFailures(group) }
        var refused: [UInt64] = []
        for reason in reasons { refused += try self.reject(rejected[reason] ?? [], reason: reason, at: date) }
        let evicted = reasons.isEmpty ? [:] : try self.evictSurplusDeadLetters()
        try self.pruneLedger(at: date)
        return SettlementResult(evicted: evicted, refused: refused)
    }

    /// Deletes events, and notes what became of the orders.
    private mutating func delete(
        _ group: PositionGroup,
        as outcome: LedgerOutcome,
        reason: String? = nil,
        at date: Date
    ) throws {
        for priority in EventPriority.allCases where self.summary.hasPending(priority) {
            if priority == .orders {
                try self.recordInLedger(
                    from: priority.table,
                    where: group.condition,
                    StatementArguments(group.values),
                    outcome,
                    reason: .value(reason),
                    at: date
                )
            }
            let statement = try self.connection.cachedStatement(
                sql: "DELETE FROM \(priority.table) WHERE \(group.condition) AND \(EventType.isKnown) RETURNING type"
            )
            let codes = try Int.fetchCursor(statement, arguments: StatementArguments(group.values))
            while let code = try codes.next() {
                if let type = EventType(storeCode: code) { self.summary.pending[type, default: 0] -= 1 }
            }
        }
    }

    private mutating func countFailures(_ group: PositionGroup) throws {
        self.mayHaveGrown = true
        for priority in EventPriority.allCases where self.summary.hasPending(priority) {
            let statement = try self.connection.cachedStatement(
                sql: "UPDATE \(priority.table) SET failures = failures + 1 WHERE \(group.condition) AND \(EventType.isKnown)"
            )
            try statement.execute(arguments: StatementArguments(group.values))
        }
    }

    // MARK: - Dead letters

    /// Moves events to the dead letters.
    ///
    /// - Returns: The positions of the orders for which there is no room; they stay pending.
    private mutating func reject(_ positions: [UInt64], reason: String, at date: Date) throws -> [UInt64] {
        self.mayHaveGrown = true
        // Orders are never evicted for orders, so those without room are found first.
        var orders: [UInt64] = []
        for group in PositionGroup.groups(positions) where self.summary.hasPending(.orders) {
            let statement = try self.connection.cachedStatement(
                sql: "SELECT id FROM orders WHERE \(group.condition) AND \(EventType.isKnown) ORDER BY id"
            )
            orders += try Int64.fetchAll(statement, arguments: StatementArguments(group.values)).map { UInt64($0) }
        }
        let refused = orders.dropFirst(max(0, self.limits.deadLetters - self.summary.deadLetters(of: .orders)))
        let accepted = refused.isEmpty ? positions : Array(Set(positions).subtracting(refused))
        for group in PositionGroup.groups(accepted) {
            try self.copyToDeadLetters(group, reason: reason, at: date)
            try self.delete(group, as: .deadLetter, reason: reason, at: date)
        }
        return Array(refused)
    }

    private mutating func copyToDeadLetters(_ group: PositionGroup, reason: String, at date: Date) throws {
        let tables = EventPriority.allCases
            .map { "SELECT \($0.columns) FROM \($0.table) WHERE \(group.condition) AND \(EventType.isKnown)" }
            .joined(separator: " UNION ALL ")
        let statement = try self.connection.cachedStatement(
            sql: """
                INSERT INTO deadletter (event, type, json, id_high, id_low, event_date, site, order_id, reason, date)
                SELECT id, type, json, id_high, id_low, date, site, order_id, ?, ? FROM (\(tables)) ORDER BY id
                RETURNING type
                """
        )
        var arguments: StatementArguments = [reason, date.timeIntervalSince1970]
        for _ in EventPriority.allCases { arguments += StatementArguments(group.values) }
        let codes = try Int.fetchCursor(statement, arguments: arguments)
        while let code = try codes.next() {
            if let type = EventType(storeCode: code) { self.summary.deadLetters[type, default: 0] += 1 }
        }
    }

    /// Evicts the dead letters beyond their limit: those of page views first, then those of product views and add-to-carts, the
    /// oldest first, and those of orders never.
    private mutating func evictSurplusDeadLetters() throws -> [EventType: Int] {
        var surplus = EventType.allCases.reduce(-self.limits.deadLetters) { $0 + (self.summary.deadLetters[$1] ?? 0) }
        var evicted: [EventType: Int] = [:]
        for priority in EventPriority.allCases where priority != .orders && surplus > 0 {
            let counts = try self.evictOldestDeadLetters([priority], count: surplus)
            surplus -= counts.values.reduce(0, +)
            evicted.merge(counts, uniquingKeysWith: +)
        }
        return evicted
    }

    /// Evicts the oldest dead letters of some priorities.
    ///
    /// - Returns: The number of evicted dead letters, by type.
    mutating func evictOldestDeadLetters(_ priorities: [EventPriority], count: Int) throws -> [EventType: Int] {
        let types = EventType.sqlList(priorities.flatMap(\.types))
        let statement = try self.connection.cachedStatement(
            sql: """
                DELETE FROM deadletter WHERE id IN (SELECT id FROM deadletter WHERE type IN (\(types)) ORDER BY id LIMIT ?) \
                RETURNING type
                """
        )
        var counts: [EventType: Int] = [:]
        let codes = try Int.fetchCursor(statement, arguments: [count])
        while let code = try codes.next() {
            guard let type = EventType(storeCode: code) else { continue }
            counts[type, default: 0] += 1
            self.summary.deadLetters[type, default: 0] -= 1
        }
        return counts
    }
}
#endif
