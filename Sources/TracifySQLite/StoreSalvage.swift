//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Tracify

/// Copies everything that can be read from a damaged store into a new file.
///
/// SQLite cannot delete rows of a page that it cannot read, so the file is not repaired in place.
struct StoreSalvage {
    /// The number of rows that are copied at a time where there is no damage.
    private static let rows = 1000
    /// The number of positions that are searched one by one where there is damage.
    private static let window: Int64 = 1024
    /// The number of steps in a longer window.
    private static let steps: Int64 = 256
    /// The keys of tables without positions are below this.
    private static let keys: Int64 = 1 << 42

    /// The connection of the damaged store, to which the new file is attached as `fresh`.
    private let connection: Database

    /// Copies the rows of all tables.
    ///
    /// - Parameters:
    ///   - queue: The connection of the damaged store.
    ///   - path: The new file, with empty tables, as SQLite takes it.
    ///   - lastPosition: The last position that was given to an event, if that is known.
    /// - Throws: `DatabaseError` for any other reason than damage.
    static func copy(from queue: DatabaseQueue, to path: String, lastPosition: Int64) throws {
        try queue.writeWithoutTransaction { connection in
            try connection.execute(sql: "ATTACH DATABASE ? AS fresh", arguments: [path])
            do {
                // Not synchronized here, but before the application ID is written.
                try connection.execute(sql: "PRAGMA fresh.journal_mode = MEMORY; PRAGMA fresh.synchronous = OFF")
                try StoreSalvage(connection: connection).copyTables(lastPosition: lastPosition)
                try connection.execute(sql: "DETACH DATABASE fresh")
            } catch {
                try? connection.execute(sql: "DETACH DATABASE fresh")
                throw error
            }
        }
    }

    private func copyTables(lastPosition: Int64) throws {
        var last = lastPosition
        if let stored = try? Int64.fetchOne(self.connection, sql: "SELECT last FROM main.sequence") { last = max(last, stored) }
        let tables = try String.fetchAll(
            self.connection,
            sql: "SELECT name FROM fresh.sqlite_master WHERE type = 'table' AND name <> 'sequence' ORDER BY name"
        )
        for table in tables {
            let hasPositions = EventPriority.allCases.contains { $0.table == table }
            try self.copy(table, searchingUntil: hasPositions && last > 0 ? last : StoreSalvage.keys)
            guard hasPositions else { continue }
            last = max(last, try Int64.fetchOne(self.connection, sql: "SELECT max(id) FROM fresh.\(table)") ?? 0)
        }
        try self.connection.execute(sql: "UPDATE fresh.sequence SET last = ?", arguments: [last])
    }

    /// Copies the rows of a table.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - end: The key up to which rows are searched behind damage.
    /// - Throws: `DatabaseError` for any other reason than damage.
    private func copy(_ table: String, searchingUntil end: Int64) throws {
        let columns = try self.connection.columns(in: table, in: "fresh").map(\.name).joined(separator: ", ")
        // A row whose values are not as the schema requires is ignored, as one that is there already.
        let insert = "INSERT OR IGNORE INTO fresh.\(table) (\(columns)) SELECT \(columns) FROM main.\(table)"
        let statements = Statements(
            last: "SELECT max(id) FROM (SELECT id FROM main.\(table) WHERE id > ? ORDER BY id LIMIT \(StoreSalvage.rows))",
            range: "\(insert) WHERE id BETWEEN ? AND ?",
            row: "\(insert) WHERE id = ?"
        )
        var position: Int64 = 0
        var window = StoreSalvage.window
        while true {
            do {
                guard let last = try Int64.fetchOne(self.cached(statements.last), arguments: [position]) else { return }
                // In a damaged tree, the rows behind a position may be earlier ones.
                if last > position {
                    try self.cached(statements.range).execute(arguments: [position + 1, last])
                    position = last
                    continue
                }
            } catch let error as DatabaseError where error.isDamage {
                // The next positions are searched for what can be read.
            }
            guard position < end else { return }
            // Where nothing is found, the windows and their steps grow, so that the search ends soon behind a large damage.
            let step = window == StoreSalvage.window ? 1 : window / StoreSalvage.steps
            let isFound = try self.search((position + 1)...(position + window), step: step, statements)
            position += window
            window = isFound ? StoreSalvage.window : window * 2
        }
    }

    /// The statements for one table.
    private struct Statements {
        /// Returns the last of the next rows after a position.
        let last: String
        /// Copies the rows of a range of positions.
        let range: String
        /// Copies one row.
        ///
        /// It does not read the next one, as the end of a range does, which may be a damaged one.
        let row: String
    }

    /// Returns a prepared statement.
    ///
    /// One that has failed cannot be executed again; GRDB removes it from its cache.
    private func cached(_ sql: String) throws -> Statement {
        try self.connection.cachedStatement(sql: sql)
    }

    /// Copies what can be read in a range of positions, by bisection.
    ///
    /// - Returns: Whether there was something.
    private func search(_ range: ClosedRange<Int64>, step: Int64, _ statements: Statements) throws -> Bool {
        do {
            if range.count == 1 {
                try self.cached(statements.row).execute(arguments: [range.lowerBound])
            } else {
                try self.cached(statements.range).execute(arguments: [range.lowerBound, range.upperBound])
            }
            return self.connection.changesCount > 0
        } catch let error as DatabaseError where error.isDamage {
            guard range.upperBound - range.lowerBound >= step else { return false }
            let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
            let first = try self.search(range.lowerBound...middle, step: step, statements)
            let second = try self.search((middle + 1)...range.upperBound, step: step, statements)
            return first || second
        }
    }
}
#endif
