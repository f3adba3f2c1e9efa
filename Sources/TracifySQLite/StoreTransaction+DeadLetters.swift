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
    private static let eventColumns = "type, json, id_high, id_low, event_date, site, order_id"

    func deadLetters(_ selection: DeadLetterSelection, count: Int) throws -> [DeadLetter] {
        guard count > 0 else { return [] }
        let condition = DeadLetterCondition(selection)
        let statement = try self.connection.makeStatement(
            sql: """
                SELECT \(StoreTransaction.eventColumns), reason, date FROM deadletter WHERE \(condition.sql) ORDER BY id DESC LIMIT ?
                """
        )
        try statement.setArguments(condition.arguments + [count])
        var letters: [DeadLetter] = []
        try statement.forEachRow { row in
            guard let event = try EncodedEvent(row, at: 0) else { return }
            let date = Date(timeIntervalSince1970: try row.number(8))
            letters.append(DeadLetter(event: event, reason: try row.text(7), date: date))
        }
        return letters
    }

    mutating func requeueDeadLetters(_ selection: DeadLetterSelection) throws -> Int {
        let condition = DeadLetterCondition(selection)
        let statement = try self.connection.makeStatement(
            sql: "SELECT \(StoreTransaction.eventColumns) FROM deadletter WHERE \(condition.sql) ORDER BY id"
        )
        try statement.setArguments(condition.arguments)
        try statement.forEachRow { row in
            if let event = try EncodedEvent(row, at: 0) { try self.insert(event) }
        }
        return try self.delete(condition).values.reduce(0, +)
    }

    mutating func discardDeadLetters(_ selection: DeadLetterSelection, at date: Date) throws -> [EventType: Int] {
        let condition = DeadLetterCondition(selection)
        try self.recordInLedger(
            from: "deadletter",
            where: condition.sql,
            condition.arguments,
            .discarded,
            reason: .column("reason"),
            at: date
        )
        let counts = try self.delete(condition)
        try self.pruneLedger(at: date)
        return counts
    }

    private mutating func delete(_ condition: DeadLetterCondition) throws -> [EventType: Int] {
        let statement = try self.connection.makeStatement(
            sql: "DELETE FROM deadletter WHERE \(condition.sql) RETURNING type"
        )
        var counts: [EventType: Int] = [:]
        let codes = try Int.fetchCursor(statement, arguments: condition.arguments)
        while let code = try codes.next() {
            guard let type = EventType(storeCode: code) else { continue }
            counts[type, default: 0] += 1
            self.summary.deadLetters[type, default: 0] -= 1
        }
        return counts
    }
}
#endif
