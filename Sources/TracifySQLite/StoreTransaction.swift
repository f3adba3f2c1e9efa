#if SQLite
import GRDB
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What can be done with a store's tables, within one transaction.
///
/// A refusal (`EventStoreError`) leaves everything as it was; any other error means that the transaction is to be rolled back.
struct StoreTransaction {
    let connection: Database
    let bounds: StoreBounds
    var summary: StoreSummary
    private let firstID: Int64
    private var mayHaveGrown = false

    init(_ connection: Database, bounds: StoreBounds, summary: StoreSummary) {
        self.connection = connection
        self.bounds = bounds
        self.summary = summary
        self.firstID = summary.lastID
    }

    /// How many events wait, by type.
    var waiting: [EventType: Int] { self.summary.waiting.filter { $0.value > 0 } }

    /// To be called last.
    func finish(reserving reserve: FileReserve) throws {
        guard self.mayHaveGrown else { return }
        try reserve.ensure(pages: Int.fetchOne(self.connection.cachedStatement(sql: "PRAGMA page_count")) ?? 0)
        guard self.summary.lastID != self.firstID else { return }
        let statement = try self.connection.cachedStatement(sql: "UPDATE sequence SET last = ?")
        try statement.execute(arguments: [self.summary.lastID])
    }

    // MARK: - Events

    mutating func append(_ events: [StorableEvent]) throws -> [EventType: Int] {
        var admission = StoreAdmission(events)
        let evicted = try admission.makeRoom(in: &self)
        let inserts = try StoreTransaction.inserts(self.connection)
        for index in events.indices where admission.includes(index) {
            try self.insert(events[index].type, Data(events[index].json), with: inserts)
        }
        return evicted
    }

    private static func inserts(_ connection: Database) throws -> [Statement] {
        try EventClass.allCases.map { try connection.cachedStatement(sql: "INSERT INTO \($0.table) VALUES (?, ?, ?)") }
    }

    private mutating func insert(_ type: EventType, _ json: Data, with inserts: [Statement]) throws {
        self.mayHaveGrown = true
        self.summary.lastID += 1
        try inserts[EventClass(type).rawValue].execute(arguments: [self.summary.lastID, type.storeCode, json])
        self.summary.waiting[type, default: 0] += 1
    }

    /// All events as one table in the order of their ids; SQLite merges the three as it reads.
    private static let union = EventClass.allCases.enumerated()
        .map { "SELECT id, type, json FROM \($0.element.table) WHERE id BETWEEN ?1 AND ?2" }
        .joined(separator: " UNION ALL ")

    func events(after id: UInt64, count: Int) throws -> [EncodedEvent] {
        guard count > 0, id < UInt64(Int64.max) else { return [] }
        let statement = try self.connection.cachedStatement(sql: "\(StoreTransaction.union) ORDER BY id LIMIT ?3")
        let rows = try Row.fetchCursor(statement, arguments: [Int64(id) + 1, Int64.max, count])
        var events: [EncodedEvent] = []
        while let row = try rows.next() {
            events.append(try StoreTransaction.event(row, at: 0))
        }
        return events
    }

    /// An event from three columns: its id, its type, its JSON.
    private static func event(_ row: Row, at column: Int) throws -> EncodedEvent {
        let id: Int64 = row[column]
        let type = try EventType(storeCode: row[column + 1])
        let json = try row.withUnsafeData(atIndex: column + 2) { [UInt8]($0 ?? Data()) }
        return EncodedEvent(id: UInt64(id), type: type, json: json[...])
    }

    mutating func remove(_ ids: [UInt64]) throws {
        for run in StoreTransaction.runs(ids) { try self.delete(run) }
    }

    /// Deletes the events whose ids lie in a range.
    private mutating func delete(_ run: ClosedRange<Int64>) throws {
        for table in EventClass.allCases {
            let statement = try self.connection.cachedStatement(
                sql: "DELETE FROM \(table.table) WHERE id BETWEEN ? AND ? RETURNING type"
            )
            let codes = try Int.fetchCursor(statement, arguments: [run.lowerBound, run.upperBound])
            while let code = try codes.next() {
                self.summary.waiting[try EventType(storeCode: code), default: 0] -= 1
            }
        }
    }

    /// The ids as ranges: what was sent together was mostly stored together.
    static func runs(_ ids: [UInt64]) -> [ClosedRange<Int64>] {
        var runs: [ClosedRange<Int64>] = []
        for id in ids.compactMap({ Int64(exactly: $0) }).sorted() {
            if let last = runs.last, id <= last.upperBound + 1 {
                runs[runs.count - 1] = last.lowerBound...id
            } else {
                runs.append(id...id)
            }
        }
        return runs
    }

    // MARK: - Dead letters

    mutating func setAside(_ ids: [UInt64], reason: String, date: Date, maximum: Int) throws -> [EventType: Int] {
        self.mayHaveGrown = true
        for run in StoreTransaction.runs(ids) {
            let statement = try self.connection.cachedStatement(
                sql: """
                    INSERT INTO deadletter (event, type, json, reason, date)
                    SELECT id, type, json, ?3, ?4 FROM (\(StoreTransaction.union)) ORDER BY id
                    """
            )
            try statement.execute(arguments: [run.lowerBound, run.upperBound, reason, date.timeIntervalSince1970])
            self.summary.deadLetters += self.connection.changesCount
            try self.delete(run)
        }
        return try self.trimDeadLetters(to: maximum)
    }

    private mutating func trimDeadLetters(to maximum: Int) throws -> [EventType: Int] {
        guard self.summary.deadLetters > max(maximum, 0) else { return [:] }
        let statement = try self.connection.cachedStatement(
            sql: """
                DELETE FROM deadletter WHERE id <= (SELECT id FROM deadletter ORDER BY id DESC LIMIT 1 OFFSET ?) RETURNING type
                """
        )
        var counts: [EventType: Int] = [:]
        let codes = try Int.fetchCursor(statement, arguments: [max(maximum, 0)])
        while let code = try codes.next() {
            counts[try EventType(storeCode: code), default: 0] += 1
            self.summary.deadLetters -= 1
        }
        return counts
    }

    func deadLetters(count: Int) throws -> [DeadLetter] {
        guard count > 0 else { return [] }
        let statement = try self.connection.cachedStatement(
            sql: "SELECT event, type, json, reason, date FROM deadletter ORDER BY id DESC LIMIT ?"
        )
        let rows = try Row.fetchCursor(statement, arguments: [count])
        var letters: [DeadLetter] = []
        while let row = try rows.next() {
            letters.append(
                DeadLetter(
                    event: try StoreTransaction.event(row, at: 0),
                    reason: row[3],
                    date: Date(timeIntervalSince1970: row[4])
                )
            )
        }
        return letters
    }

    mutating func putBackDeadLetters() throws -> Int {
        let inserts = try StoreTransaction.inserts(self.connection)
        let statement = try self.connection.cachedStatement(sql: "SELECT type, json FROM deadletter ORDER BY id")
        let rows = try Row.fetchCursor(statement)
        var count = 0
        while let row = try rows.next() {
            try self.insert(try EventType(storeCode: row[0]), row[1], with: inserts)
            count += 1
        }
        try self.connection.cachedStatement(sql: "DELETE FROM deadletter").execute()
        self.summary.deadLetters = 0
        return count
    }
}
#endif
