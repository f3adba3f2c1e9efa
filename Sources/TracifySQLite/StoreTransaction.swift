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
    let limits: StoreLimits
    var summary: StoreSummary
    private let firstPosition: Int64
    /// Whether the file may need more pages, which ``finish(preallocating:)`` allocates.
    var mayHaveGrown = false

    init(_ connection: Database, bounds: StoreBounds, limits: StoreLimits, summary: StoreSummary) {
        self.connection = connection
        self.bounds = bounds
        self.limits = limits
        self.summary = summary
        self.firstPosition = summary.lastPosition
    }

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

    // MARK: - Appending

    mutating func append(_ events: [EncodedEvent]) throws -> [EventType: Int] {
        var admission = StoreAdmission(events)
        let evicted = try self.makeRoom(for: &admission)
        for event in admission.included { try self.insert(event) }
        return evicted
    }

    private static let inserts = EventPriority.allCases.map { priority in
        let (columns, values) = priority == .orders ? (", order_id", ", ?") : ("", "")
        return """
            INSERT INTO \(priority.table) (id, type, json, id_high, id_low, date, site\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?\(values))
            """
    }

    /// Inserts an event with the next position.
    mutating func insert(_ event: EncodedEvent) throws {
        self.mayHaveGrown = true
        self.summary.lastPosition += 1
        let priority = EventPriority(event.type)
        let statement = try self.connection.cachedStatement(sql: StoreTransaction.inserts[priority.rawValue])
        try statement.insert(event, position: self.summary.lastPosition, withOrderID: priority == .orders)
        self.summary.pending[event.type, default: 0] += 1
    }

    // MARK: - Reading

    private static let reads = DeliveryLane.allCases.reduce(into: [DeliveryLane: String]()) { statements, lane in
        // The union is ordered by position as each table is, so SQLite merges the tables as it reads.
        let tables = lane.priorities
            .map { "SELECT \($0.columns) FROM \($0.table) WHERE id > ?1 AND \(EventType.isKnown)" }
            .joined(separator: " UNION ALL ")
        statements[lane] = "\(tables) ORDER BY id LIMIT ?2"
    }

    func read(_ lane: DeliveryLane, after position: UInt64, count: Int) throws -> [StoredEvent] {
        guard count > 0, let position = Int64(exactly: position), let sql = StoreTransaction.reads[lane] else { return [] }
        var events: [StoredEvent] = []
        try self.connection.cachedStatement(sql: sql)
            .forEachRow(position, Int64(count)) { row in
                guard let event = try EncodedEvent(row, at: 1) else { return }
                let position = UInt64(bitPattern: try row.integer(0))
                events.append(StoredEvent(position: position, event: event, failures: Int(try row.integer(8))))
            }
        return events
    }

    /// Returns the number of damaged events of a lane that were deleted since the last call, by type.
    mutating func takeDamaged(_ lane: DeliveryLane) -> [EventType: Int] {
        let damaged = self.summary.damaged.filter { DeliveryLane($0.key) == lane }
        self.summary.damaged = self.summary.damaged.filter { DeliveryLane($0.key) != lane }
        return damaged
    }

    /// Returns the content in numbers, without a scan of a table.
    func contents() throws -> EventStoreSummary {
        // Positions and times grow together, but for requeued events.
        let dates = try EventPriority.allCases.compactMap { priority in
            try Double.fetchOne(
                self.connection.cachedStatement(
                    sql: "SELECT date FROM \(priority.table) WHERE \(EventType.isKnown) ORDER BY id LIMIT 1"
                )
            )
        }
        return EventStoreSummary(
            pending: self.summary.pending.filter { $0.value > 0 },
            deadLetters: self.summary.deadLetters.filter { $0.value > 0 },
            oldest: dates.min().map { Date(timeIntervalSince1970: $0) }
        )
    }
}
#endif
