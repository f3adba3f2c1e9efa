//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import GRDB
public import Tracify

/// An outbox in a table of the shop's own SQLite database.
///
/// ```swift
/// let entry = try await tracker.prepare(order, by: visit)
/// try await database.write { db in
///     try record.insert(db)
///     if let entry { try SQLiteOutbox.insert(entry, in: db) }
/// }
/// ```
public struct SQLiteOutbox: Outbox {
    private let database: any DatabaseWriter
    private let now: @Sendable () -> Date

    /// Creates an outbox.
    ///
    /// - Parameters:
    ///   - database: The shop's database, which has the table of ``createTable(in:)``.
    ///   - now: The source of the time by which leases end.
    public init(_ database: any DatabaseWriter, now: @escaping @Sendable () -> Date = { Date() }) {
        self.database = database
        self.now = now
    }

    /// Creates the table unless there is one, in a migration of the shop.
    ///
    /// - Parameter db: The shop's database, in a transaction.
    /// - Throws: GRDB's `DatabaseError`.
    public static func createTable(in db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS tracify_outbox (
                    id TEXT NOT NULL PRIMARY KEY,
                    entry TEXT NOT NULL,
                    leased_until REAL NOT NULL DEFAULT 0
                ) WITHOUT ROWID
                """
        )
    }

    /// Writes an entry, in the transaction of its order.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - db: The shop's database, in the transaction of the order.
    /// - Throws: GRDB's `DatabaseError`.
    public static func insert(_ entry: OutboxEntry, in db: Database) throws {
        try db.execute(
            sql: "INSERT INTO tracify_outbox (id, entry) VALUES (?, ?)",
            arguments: [entry.id.description, entry.json]
        )
    }

    /// Claims the oldest entries that no one has claimed, or whose lease has ended.
    ///
    /// - Parameters:
    ///   - limit: The maximum number of entries.
    ///   - lease: The time for which no other caller gets them.
    /// - Returns: The entries.
    /// - Throws: GRDB's `DatabaseError`.
    public func claim(limit: Int, lease: Duration) async throws -> [OutboxEntry] {
        let now = self.now().timeIntervalSince1970
        // Without a write while there is nothing to claim, which would wait for those of the shop.
        let isEmpty = try await self.database.read { db in
            try Row.fetchOne(db, sql: "SELECT 1 FROM tracify_outbox WHERE leased_until <= ? LIMIT 1", arguments: [now]) == nil
        }
        if isEmpty { return [] }
        let rows = try await self.database.write { db in
            // The IDs begin with their time, so their order is that of the orders.
            try Row.fetchAll(
                db,
                sql: """
                    UPDATE tracify_outbox SET leased_until = ? WHERE id IN (
                        SELECT id FROM tracify_outbox WHERE leased_until <= ? ORDER BY id LIMIT ?
                    ) RETURNING id, entry
                    """,
                arguments: [now + lease / .seconds(1), now, limit]
            )
            .map { (id: $0[0] as String, json: $0[1] as String) }
        }
        // A row whose ID is none was not written by `insert`, and stays.
        return rows.sorted { $0.id < $1.id }
            .compactMap { row in (try? EventID(row.id)).map { OutboxEntry(id: $0, json: row.json) } }
    }

    /// Deletes entries.
    ///
    /// - Parameter ids: The IDs of the entries.
    /// - Throws: GRDB's `DatabaseError`.
    public func delete(ids: [EventID]) async throws {
        try await self.execute("DELETE FROM tracify_outbox WHERE id = ?", ids)
    }

    /// Ends the lease of entries.
    ///
    /// - Parameter ids: The IDs of the entries.
    /// - Throws: GRDB's `DatabaseError`.
    public func release(ids: [EventID]) async throws {
        try await self.execute("UPDATE tracify_outbox SET leased_until = 0 WHERE id = ?", ids)
    }

    private func execute(_ sql: String, _ ids: [EventID]) async throws {
        try await self.database.write { db in
            let statement = try db.cachedStatement(sql: sql)
            for id in ids { try statement.execute(arguments: [id.description]) }
        }
    }
}
#endif
