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

/// A table with observations.
enum ObservationTable: Sendable {
    case pending(EventPriority)
    case deadLetters

    var name: String {
        switch self {
        case .pending(let priority): priority.table
        case .deadLetters: "deadletter"
        }
    }
}

extension StoreTransaction {
    /// The number of rows that one step of an erasure reads, so that it does not delay commits.
    private static let erasureChunk = 1000
    private static let observations = EventType.sqlList(EventType.allCases.filter { DeliveryLane($0) == .observations })

    /// Returns the last row ID of a table; 0 when it is empty.
    func lastID(of table: ObservationTable) throws -> Int64 {
        try Int64.fetchOne(self.connection.cachedStatement(sql: "SELECT max(id) FROM \(table.name)")) ?? 0
    }

    /// Deletes observations whose JSON contains some bytes, some rows at a time.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - pattern: The bytes.
    ///   - start: The row ID after which the search begins.
    ///   - end: The row ID at which the search ends.
    /// - Returns: The number of deleted rows by type, and the row ID after which to continue; `nil` when the search is complete.
    /// - Throws: `DatabaseError`.
    mutating func eraseObservations(
        in table: ObservationTable,
        containing pattern: VisitorPattern,
        after start: Int64,
        through end: Int64
    ) throws -> (counts: [EventType: Int], next: Int64?) {
        let chunk = try self.connection.cachedStatement(
            sql: """
                SELECT max(id), count(*) FROM \
                (SELECT id FROM \(table.name) WHERE id > ? AND id <= ? ORDER BY id LIMIT \(StoreTransaction.erasureChunk))
                """
        )
        guard let row = try Row.fetchOne(chunk, arguments: [start, end]), let last: Int64 = row[0] else { return ([:], nil) }
        let isLast = (row[1] as Int) < StoreTransaction.erasureChunk
        let statement = try self.connection.cachedStatement(
            sql: """
                DELETE FROM \(table.name) WHERE id > ? AND id <= ? AND type IN (\(StoreTransaction.observations)) \
                AND instr(json, ?) > 0 RETURNING type
                """
        )
        let codes = try Int.fetchCursor(statement, arguments: [start, last, Data(pattern.bytes)])
        var counts: [EventType: Int] = [:]
        while let code = try codes.next() {
            guard let type = EventType(storeCode: code) else { continue }
            counts[type, default: 0] += 1
            switch table {
            case .pending: self.summary.pending[type, default: 0] -= 1
            case .deadLetters: self.summary.deadLetters[type, default: 0] -= 1
            }
        }
        return (counts, isLast ? nil : last)
    }
}
#endif
