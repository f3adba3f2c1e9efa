#if SQLite
import GRDB
import Tracify

/// The tables, and how a file of an older version becomes one of this version.
///
/// Each class of importance has a table of its own, so that the oldest of a class are at the beginning of a table: they are found
/// at once, and what they leave is whole free pages.
enum StoreSchema {
    /// `Trcf`: says that the file is ours.
    static let applicationID: Int32 = 0x5472_6366

    /// The steps from one version to the next; the file's version is how many of them it has seen. Steps are only ever added.
    static let steps: [@Sendable (Database) throws -> Void] = [createTables]

    private static let createTables: @Sendable (Database) throws -> Void = { connection in
        for table in EventClass.allCases {
            try connection.execute(
                sql: """
                    CREATE TABLE \(table.table) (
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

    /// Brings the file to this version, all steps or none.
    ///
    /// - Throws: ``EventStoreError`` when the file is of a newer version or not a store, `DatabaseError`.
    static func migrate(
        _ connection: Database,
        path: String,
        steps: [@Sendable (Database) throws -> Void] = StoreSchema.steps
    ) throws {
        let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
        let owner = try Int32.fetchOne(connection, sql: "PRAGMA application_id") ?? 0
        let isNew = try Int.fetchOne(connection, sql: "SELECT count(*) FROM sqlite_master") == 0
        guard isNew || owner == StoreSchema.applicationID else {
            throw EventStoreError(.disk, "\(path) is a database, but not an event store")
        }
        guard version <= steps.count else {
            throw EventStoreError(.tooNew, "\(path) has version \(version), this library knows up to \(steps.count)")
        }
        guard version < steps.count else { return }
        try connection.inTransaction(.immediate) {
            for step in steps[max(version, 0)...] { try step(connection) }
            try connection.execute(sql: "PRAGMA application_id = \(StoreSchema.applicationID)")
            try connection.execute(sql: "PRAGMA user_version = \(steps.count)")
            return .commit
        }
    }

    /// Counts what is there, and sees that every type is known.
    static func summarize(_ connection: Database) throws -> StoreSummary {
        var summary = StoreSummary()
        summary.lastID = try Int64.fetchOne(connection, sql: "SELECT last FROM sequence") ?? 0
        for table in EventClass.allCases {
            let rows = try Row.fetchAll(connection, sql: "SELECT type, count(*), max(id) FROM \(table.table) GROUP BY type")
            for row in rows {
                let type = try EventType(storeCode: row[0])
                summary.waiting[type] = row[1]
                // Never below what is there, whatever became of the sequence.
                summary.lastID = max(summary.lastID, row[2])
            }
        }
        summary.deadLetters = try Int.fetchOne(connection, sql: "SELECT count(*) FROM deadletter") ?? 0
        return summary
    }
}

/// What is given up first when the store is full.
enum EventClass: Int, CaseIterable, Sendable, Comparable {
    case pageViews
    case interest
    case orders

    init(_ type: EventType) {
        switch type {
        case .pageView: self = .pageViews
        case .productView, .addToCart: self = .interest
        case .purchase, .conversion, .postPurchaseSurvey: self = .orders
        }
    }

    var table: String {
        switch self {
        case .pageViews: "pageview"
        case .interest: "interest"
        case .orders: "orders"
        }
    }

    static func < (lhs: EventClass, rhs: EventClass) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension EventType {
    /// The number that stands for the type in the file. Never changed.
    var storeCode: Int {
        switch self {
        case .pageView: 1
        case .productView: 2
        case .addToCart: 3
        case .purchase: 4
        case .conversion: 5
        case .postPurchaseSurvey: 6
        }
    }

    init(storeCode: Int) throws {
        switch storeCode {
        case 1: self = .pageView
        case 2: self = .productView
        case 3: self = .addToCart
        case 4: self = .purchase
        case 5: self = .conversion
        case 6: self = .postPurchaseSurvey
        default: throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "unknown type of event \(storeCode)")
        }
    }
}
#endif
