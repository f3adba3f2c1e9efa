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

/// The operations on a store's tables, within one transaction.
///
/// An operation that throws `EventStoreError` has changed nothing. Any other error requires a rollback.
struct StoreTransaction {
    let connection: Database
    let bounds: StoreBounds
    var summary: StoreSummary
    private let firstPosition: Int64
    private var mayHaveGrown = false

    init(_ connection: Database, bounds: StoreBounds, summary: StoreSummary) {
        self.connection = connection
        self.bounds = bounds
        self.summary = summary
        self.firstPosition = summary.lastPosition
    }

    /// The number of pending events by type, without the types that have none.
    var pendingCounts: [EventType: Int] { self.summary.pending.filter { $0.value > 0 } }

    /// Prepares the commit.
    ///
    /// Must be the last call.
    func finish(preallocating preallocator: DiskPreallocator) throws {
        guard self.mayHaveGrown else { return }
        try preallocator.ensure(pages: Int.fetchOne(self.connection.cachedStatement(sql: "PRAGMA page_count")) ?? 0)
        guard self.summary.lastPosition != self.firstPosition else { return }
        let statement = try self.connection.cachedStatement(sql: "UPDATE sequence SET last = ?")
        try statement.execute(arguments: [self.summary.lastPosition])
    }

    // MARK: - Events

    mutating func append(_ events: [EncodedEvent]) throws -> [EventType: Int] {
        var admission = StoreAdmission(events)
        let evicted = try self.makeRoom(for: &admission)
        let inserts = try StoreTransaction.inserts(self.connection)
        for event in admission.included { try self.insert(event, with: inserts) }
        return evicted
    }

    private static func inserts(_ connection: Database) throws -> [Statement] {
        try EventPriority.allCases.map { priority in
            try connection.cachedStatement(
                sql: "INSERT INTO \(priority.table) (id, type, json, id_high, id_low, date) VALUES (?, ?, ?, ?, ?, ?)"
            )
        }
    }

    private mutating func insert(_ event: EncodedEvent, with inserts: [Statement]) throws {
        self.mayHaveGrown = true
        self.summary.lastPosition += 1
        try inserts[EventPriority(event.type).rawValue]
            .execute(
                arguments: [
                    self.summary.lastPosition, event.type.storeCode, Data(event.json), event.id.storedHigh, event.id.storedLow,
                    event.date.timeIntervalSince1970,
                ]
            )
        self.summary.pending[event.type, default: 0] += 1
    }

    /// All events as one table, ordered by position; SQLite merges the three tables as it reads.
    private static let union = EventPriority.allCases
        .map { "SELECT id, type, json, id_high, id_low, date FROM \($0.table) WHERE id BETWEEN ?1 AND ?2" }
        .joined(separator: " UNION ALL ")

    func events(after position: UInt64, count: Int) throws -> [StoredEvent] {
        guard count > 0, position < UInt64(Int64.max) else { return [] }
        let statement = try self.connection.cachedStatement(sql: "\(StoreTransaction.union) ORDER BY id LIMIT ?3")
        let rows = try Row.fetchCursor(statement, arguments: [Int64(position) + 1, Int64.max, count])
        var events: [StoredEvent] = []
        while let row = try rows.next() {
            let position: Int64 = row[0]
            events.append(StoredEvent(position: UInt64(position), event: try StoreTransaction.event(row, at: 1)))
        }
        return events
    }

    /// Returns the event of five columns: type, JSON, the halves of the ID, and date.
    private static func event(_ row: Row, at column: Int) throws -> EncodedEvent {
        let json = try row.withUnsafeData(atIndex: column + 1) { [UInt8]($0 ?? Data()) }
        return EncodedEvent(
            id: EventID(storedHigh: row[column + 2], storedLow: row[column + 3]),
            type: try EventType(storeCode: row[column]),
            date: Date(timeIntervalSince1970: row[column + 4]),
            json: json[...]
        )
    }

    mutating func remove(_ positions: [UInt64]) throws {
        for run in StoreTransaction.runs(positions) { try self.delete(run) }
    }

    /// Deletes the events in a range of positions.
    private mutating func delete(_ run: ClosedRange<Int64>) throws {
        for priority in EventPriority.allCases {
            let statement = try self.connection.cachedStatement(
                sql: "DELETE FROM \(priority.table) WHERE id BETWEEN ? AND ? RETURNING type"
            )
            let codes = try Int.fetchCursor(statement, arguments: [run.lowerBound, run.upperBound])
            while let code = try codes.next() {
                self.summary.pending[try EventType(storeCode: code), default: 0] -= 1
            }
        }
    }

    /// Returns positions as ranges: events of one batch mostly have consecutive positions.
    static func runs(_ positions: [UInt64]) -> [ClosedRange<Int64>] {
        var runs: [ClosedRange<Int64>] = []
        for position in positions.compactMap({ Int64(exactly: $0) }).sorted() {
            if let last = runs.last, position <= last.upperBound + 1 {
                runs[runs.count - 1] = last.lowerBound...position
            } else {
                runs.append(position...position)
            }
        }
        return runs
    }

    // MARK: - Dead letters

    mutating func moveToDeadLetters(
        _ positions: [UInt64],
        reason: String,
        date: Date,
        maximum: Int
    ) throws -> [EventType: Int] {
        self.mayHaveGrown = true
        for run in StoreTransaction.runs(positions) {
            let statement = try self.connection.cachedStatement(
                sql: """
                    INSERT INTO deadletter (event, type, json, id_high, id_low, event_date, reason, date)
                    SELECT id, type, json, id_high, id_low, date, ?3, ?4 FROM (\(StoreTransaction.union)) ORDER BY id
                    """
            )
            try statement.execute(arguments: [run.lowerBound, run.upperBound, reason, date.timeIntervalSince1970])
            self.summary.deadLetters += self.connection.changesCount
            try self.delete(run)
        }
        return try self.evictDeadLetters(keeping: maximum)
    }

    private mutating func evictDeadLetters(keeping maximum: Int) throws -> [EventType: Int] {
        guard self.summary.deadLetters > maximum else { return [:] }
        let statement = try self.connection.cachedStatement(
            sql: """
                DELETE FROM deadletter WHERE id <= (SELECT id FROM deadletter ORDER BY id DESC LIMIT 1 OFFSET ?) RETURNING type
                """
        )
        var counts: [EventType: Int] = [:]
        let codes = try Int.fetchCursor(statement, arguments: [maximum])
        while let code = try codes.next() {
            counts[try EventType(storeCode: code), default: 0] += 1
            self.summary.deadLetters -= 1
        }
        return counts
    }

    func deadLetters(count: Int) throws -> [DeadLetter] {
        guard count > 0 else { return [] }
        let statement = try self.connection.cachedStatement(
            sql: """
                SELECT type, json, id_high, id_low, event_date, reason, date FROM deadletter ORDER BY id DESC LIMIT ?
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [count])
        var letters: [DeadLetter] = []
        while let row = try rows.next() {
            letters.append(
                DeadLetter(
                    event: try StoreTransaction.event(row, at: 0),
                    reason: row[5],
                    date: Date(timeIntervalSince1970: row[6])
                )
            )
        }
        return letters
    }

    mutating func requeueDeadLetters() throws -> Int {
        let inserts = try StoreTransaction.inserts(self.connection)
        let statement = try self.connection.cachedStatement(
            sql: "SELECT type, json, id_high, id_low, event_date FROM deadletter ORDER BY id"
        )
        let rows = try Row.fetchCursor(statement)
        var count = 0
        while let row = try rows.next() {
            try self.insert(try StoreTransaction.event(row, at: 0), with: inserts)
            count += 1
        }
        try self.connection.cachedStatement(sql: "DELETE FROM deadletter").execute()
        self.summary.deadLetters = 0
        return count
    }
}
#endif
