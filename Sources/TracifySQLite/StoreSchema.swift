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

/// The tables of the file, and the steps that migrate a file of an older version.
///
/// Each priority has a table of its own. The oldest events of a priority are then at the beginning of a table, where they are found
/// at once, and evicting them frees whole pages.
enum StoreSchema {
    /// The SQLite application ID of an event store: `Trcf`.
    static let applicationID: Int32 = 0x5472_6366

    /// The steps from one version to the next.
    ///
    /// A file's version is the number of steps that were applied to it, so steps are only ever added.
    static let steps: [@Sendable (Database) throws -> Void] = [createTables, addEventIDs, addOrderIDsAndLedger]

    private static let createTables: @Sendable (Database) throws -> Void = { connection in
        for priority in EventPriority.allCases {
            try connection.execute(
                sql: """
                    CREATE TABLE \(priority.table) (
                        id INTEGER PRIMARY KEY,
                        type INTEGER NOT NULL,
                        json BLOB NOT NULL
                    );
                    """
            )
        }
        try connection.execute(
            sql: """
                CREATE TABLE deadletter (
                    id INTEGER PRIMARY KEY,
                    event INTEGER NOT NULL,
                    type INTEGER NOT NULL,
                    json BLOB NOT NULL,
                    reason TEXT NOT NULL,
                    date REAL NOT NULL
                );
                CREATE TABLE sequence (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    last INTEGER NOT NULL
                );
                INSERT INTO sequence VALUES (1, 0);
                """
        )
    }

    /// Adds the events' IDs and dates.
    ///
    /// A dead letter's `date` is that of the rejection, so its event's date is `event_date`.
    private static let addEventIDs: @Sendable (Database) throws -> Void = { connection in
        for (table, date) in EventPriority.allCases.map({ ($0.table, "date") }) + [("deadletter", "event_date")] {
            try connection.execute(
                sql: """
                    ALTER TABLE \(table) ADD COLUMN id_high INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE \(table) ADD COLUMN id_low INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE \(table) ADD COLUMN \(date) REAL NOT NULL DEFAULT 0;
                    """
            )
            try StoreSchema.fillEventIDs(connection, table: table, dateColumn: date)
        }
    }

    /// Adds sites, failures and order IDs, and the ledger.
    ///
    /// The dead letters' index by type finds those to evict; the indexes by order ID find what became of an order. A dead letter
    /// starts again without failures when it is requeued, so it has none.
    private static let addOrderIDsAndLedger: @Sendable (Database) throws -> Void = { connection in
        for priority in EventPriority.allCases {
            try connection.execute(
                sql: """
                    ALTER TABLE \(priority.table) ADD COLUMN site TEXT NOT NULL DEFAULT '';
                    ALTER TABLE \(priority.table) ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
                    """
            )
        }
        try connection.execute(
            sql: """
                ALTER TABLE deadletter ADD COLUMN site TEXT NOT NULL DEFAULT '';
                ALTER TABLE orders ADD COLUMN order_id TEXT;
                ALTER TABLE deadletter ADD COLUMN order_id TEXT;
                """
        )
        for table in [EventPriority.orders.table, "deadletter"] { try StoreSchema.fillOrderIDs(connection, table: table) }
        try connection.execute(
            sql: """
                CREATE INDEX deadletter_type ON deadletter (type);
                CREATE INDEX deadletter_order ON deadletter (order_id) WHERE order_id IS NOT NULL;
                CREATE TABLE ledger (
                    id INTEGER PRIMARY KEY,
                    order_id TEXT NOT NULL,
                    type INTEGER NOT NULL,
                    id_high INTEGER NOT NULL,
                    id_low INTEGER NOT NULL,
                    outcome INTEGER NOT NULL,
                    reason TEXT,
                    date REAL NOT NULL
                );
                CREATE INDEX ledger_order ON ledger (order_id);
                """
        )
    }

    /// Gives existing orders the order ID of their JSON, if it can be read.
    private static func fillOrderIDs(_ connection: Database, table: String) throws {
        let types = EventType.sqlList(EventPriority.orders.types)
        let select = try connection.makeStatement(
            sql: "SELECT id, json FROM \(table) WHERE id > ? AND type IN (\(types)) ORDER BY id LIMIT 500"
        )
        let update = try connection.makeStatement(sql: "UPDATE \(table) SET order_id = ? WHERE id = ?")
        var last = Int64.min
        while true {
            let rows = try Row.fetchAll(select, arguments: [last])
            guard !rows.isEmpty else { return }
            for row in rows {
                last = row[0]
                let id = try row.withUnsafeData(atIndex: 1) { StoreSchema.orderID(ofJSON: [UInt8]($0 ?? Data())) }
                if let id { try update.execute(arguments: [id, last]) }
            }
        }
    }

    private static func orderID(ofJSON json: [UInt8]) -> String? {
        guard let data = (try? JSONParser.parse(json))?[key: "data"] else { return nil }
        return data[key: "order_id"]?.string ?? data[key: "conversion_id"]?.string
    }

    /// Gives existing rows an ID and the date of their JSON, or the date 0 when the JSON cannot be read.
    private static func fillEventIDs(_ connection: Database, table: String, dateColumn: String) throws {
        let select = try connection.makeStatement(sql: "SELECT id, json FROM \(table) WHERE id > ? ORDER BY id LIMIT 500")
        let update = try connection.makeStatement(
            sql: "UPDATE \(table) SET id_high = ?, id_low = ?, \(dateColumn) = ? WHERE id = ?"
        )
        var last = Int64.min
        while true {
            // Some rows at a time: the file may be larger than the memory, and a query must not run while its table changes.
            let rows = try Row.fetchAll(select, arguments: [last])
            guard !rows.isEmpty else { return }
            for row in rows {
                last = row[0]
                let date = try row.withUnsafeData(atIndex: 1) { StoreSchema.date(ofJSON: [UInt8]($0 ?? Data())) }
                let id = EventID(date: date)
                try update.execute(arguments: [id.storedHigh, id.storedLow, date.timeIntervalSince1970, last])
            }
        }
    }

    private static func date(ofJSON json: [UInt8]) -> Date {
        let seconds = (try? JSONParser.parse(json))?[key: "datetime"]?.string.flatMap(UTCDateTime.parse)
        return Date(timeIntervalSince1970: Double(seconds ?? 0))
    }

    /// Creates the tables of a version in an empty file, without the application ID.
    static func create(_ connection: Database, version: Int) throws {
        try connection.inTransaction(.immediate) {
            for step in StoreSchema.steps.prefix(max(0, version)) { try step(connection) }
            try connection.execute(sql: "PRAGMA user_version = \(version)")
            return .commit
        }
    }

    /// Checks that this version of the library can read the file, before anything in it is changed.
    ///
    /// - Parameters:
    ///   - connection: The file.
    ///   - path: The file's path, for errors.
    /// - Throws: `EventStoreError.Code.tooNew` for a file of a newer version, `EventStoreError.Code.notEventStore` for a file of
    ///   another application, `DatabaseError`.
    static func checkVersion(_ connection: Database, path: String) throws {
        guard try Int32.fetchOne(connection, sql: "PRAGMA application_id") == StoreSchema.applicationID else {
            throw EventStoreError(
                .notEventStore,
                "Cannot open the event store at \(path): it is the SQLite database of another application. Change `path`."
            )
        }
        let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
        guard version <= StoreSchema.steps.count else { throw StoreSchema.tooNew(version: version, path: path) }
    }

    static func tooNew(version: Int, path: String) -> EventStoreError {
        EventStoreError(
            .tooNew,
            """
            Cannot open the event store at \(path): its schema version is \(version), and this library reads versions up to \
            \(StoreSchema.steps.count). Update swift-tracify or change `path`.
            """
        )
    }

    /// Migrates the file to the newest version, with all steps or none.
    ///
    /// - Parameters:
    ///   - connection: The file.
    ///   - preallocator: Allocates the disk space for what the steps add.
    ///   - steps: The steps.
    static func migrate(
        _ connection: Database,
        preallocating preallocator: DiskPreallocator,
        steps: [@Sendable (Database) throws -> Void] = StoreSchema.steps
    ) throws {
        let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
        guard version < steps.count else { return }
        try connection.inTransaction(.immediate) {
            for step in steps[max(version, 0)...] { try step(connection) }
            try connection.execute(sql: "PRAGMA user_version = \(steps.count)")
            try preallocator.ensure(pages: Int.fetchOne(connection, sql: "PRAGMA page_count") ?? 0)
            return .commit
        }
    }

    /// Returns the summary of the file.
    ///
    /// Rows of an unknown type are not counted.
    static func summarize(_ connection: Database) throws -> StoreSummary {
        var summary = StoreSummary()
        summary.lastPosition = try Int64.fetchOne(connection, sql: "SELECT last FROM sequence") ?? 0
        for priority in EventPriority.allCases {
            let rows = try Row.fetchAll(connection, sql: "SELECT type, count(*), max(id) FROM \(priority.table) GROUP BY type")
            for row in rows {
                // Never below an existing position, even when the sequence is damaged.
                summary.lastPosition = max(summary.lastPosition, try row.required(2))
                if let type = EventType(storeCode: try row.required(0)) { summary.pending[type] = row[1] }
            }
        }
        for row in try Row.fetchAll(connection, sql: "SELECT type, count(*) FROM deadletter GROUP BY type") {
            if let type = EventType(storeCode: try row.required(0)) { summary.deadLetters[type] = row[1] }
        }
        summary.ledgerEntries = try Int.fetchOne(connection, sql: "SELECT count(*) FROM ledger") ?? 0
        return summary
    }
}
#endif
