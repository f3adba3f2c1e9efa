//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import GRDB
import Testing
import Tracify

@testable import TracifySQLite

@Suite
struct MigrationTests {
    let directory = TemporaryDirectory()
    let log = LogRecorder()

    /// Creates a file of schema version 1, as version 1 of the library did.
    private func createVersion1(filling fill: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: self.directory.store)
        try queue.writeWithoutTransaction { connection in
            try connection.execute(sql: "PRAGMA journal_mode = WAL")
            for table in ["pageview", "interest", "orders"] {
                try connection.execute(
                    sql: "CREATE TABLE \(table) (id INTEGER PRIMARY KEY, type INTEGER NOT NULL, json BLOB NOT NULL)"
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
                    CREATE TABLE sequence (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL);
                    INSERT INTO sequence VALUES (1, 0);
                    PRAGMA application_id = \(0x5472_6366);
                    PRAGMA user_version = 1;
                    """
            )
            try connection.inTransaction {
                try fill(connection)
                return .commit
            }
        }
        try queue.close()
    }

    private func json(_ number: Int, _ datetime: String) -> Data {
        Data(#"{"n":\#(number),"type":"purchase","datetime":"\#(datetime)","data":{}}"#.utf8)
    }

    @Test func findsTheEventsOfAVersion1FileWithIDsAndDates() async throws {
        try self.createVersion1 { connection in
            let first = self.json(1, "2024-06-21 12:36:37")
            try connection.execute(sql: "INSERT INTO orders VALUES (3, 4, ?)", arguments: [first])
            try connection.execute(sql: "INSERT INTO pageview VALUES (5, 1, ?)", arguments: [self.json(2, "2024-06-21 12:36:38")])
            try connection.execute(sql: "INSERT INTO interest VALUES (6, 3, ?)", arguments: [self.json(3, "2024-02-30 00:00:00")])
            try connection.execute(sql: "INSERT INTO orders VALUES (7, 5, ?)", arguments: [Data("no JSON".utf8)])
            try connection.execute(
                sql: "INSERT INTO deadletter VALUES (1, 2, 6, ?, 'wrong site', 1718973500.5)",
                arguments: [self.json(4, "1969-12-31 23:59:59")]
            )
            try connection.execute(sql: "UPDATE sequence SET last = 8")
        }
        var store = try self.directory.open(log: self.log)
        #expect(store.quarantinePath == nil && self.log.errors == [])
        let events = try await store.all()
        #expect(events.map(\.position) == [3, 5, 6, 7])
        #expect(events.map(\.event.type) == [.purchase, .pageView, .addToCart, .conversion])
        #expect(events.map(\.event.date.timeIntervalSince1970) == [1_718_973_397, 1_718_973_398, 0, 0])
        #expect(Array(events[0].event.json) == Array(self.json(1, "2024-06-21 12:36:37")))
        #expect(Array(events[3].event.json) == Array("no JSON".utf8))
        for event in events.map(\.event) {
            #expect(Int64(event.id.high >> 16) == Int64(event.date.timeIntervalSince1970) * 1000, "begins with the date")
            #expect(event.id.high >> 12 & 0xF == 7 && event.id.low >> 62 == 2, "a UUID of version 7")
        }
        let letters = try await store.deadLetters(.all, count: 10)
        #expect(letters.map(\.event.type) == [.postPurchaseSurvey])
        #expect(letters.map(\.event.date.timeIntervalSince1970) == [-1])
        #expect(letters.map(\.reason) == ["wrong site"])
        #expect(letters.map(\.date.timeIntervalSince1970) == [1_718_973_500.5])
        #expect(Set(events.map(\.event.id) + letters.map(\.event.id)).count == 5)
        #expect(try await store.pendingCounts() == [.purchase: 1, .pageView: 1, .addToCart: 1, .conversion: 1])

        // The identifiers are the same after a restart, and positions continue.
        await store.close()
        store = try self.directory.open(log: self.log)
        #expect(try await store.all() == events)
        #expect(try await store.deadLetters(.all, count: 10) == letters)
        #expect(try await store.requeueDeadLetters(.all) == 1)
        #expect(try await store.all() == events + [StoredEvent(position: 9, event: letters[0].event)])
        let new = event(5)
        _ = try await store.append([new])
        #expect(try await store.all().last == StoredEvent(position: 10, event: new))
        await store.close()
    }

    /// Creates a file of schema version 2.
    private func createVersion2(filling fill: (Database) throws -> Void) throws {
        try self.createVersion1 { connection in
            for (table, date) in [("pageview", "date"), ("interest", "date"), ("orders", "date"), ("deadletter", "event_date")] {
                for column in ["id_high INTEGER", "id_low INTEGER", "\(date) REAL"] {
                    try connection.execute(sql: "ALTER TABLE \(table) ADD COLUMN \(column) NOT NULL DEFAULT 0")
                }
            }
            try connection.execute(sql: "PRAGMA user_version = 2")
            try fill(connection)
        }
    }

    @Test func findsTheOrderIDsOfAVersion2File() async throws {
        func json(_ key: String, _ id: String) -> Data { Data(#"{"type":"x","data":{"origin":"o","\#(key)":"\#(id)"}}"#.utf8) }
        try self.createVersion2 { connection in
            let orders = [
                (1, 4, json("order_id", "A-1")), (2, 5, json("conversion_id", "C-1")), (3, 6, json("order_id", "S-1")),
                (4, 4, Data("no JSON".utf8)),
            ]
            for (id, type, json) in orders {
                try connection.execute(sql: "INSERT INTO orders VALUES (?, ?, ?, 7, 8, 9)", arguments: [id, type, json])
            }
            try connection.execute(sql: "INSERT INTO pageview VALUES (5, 1, ?, 7, 8, 9)", arguments: [json("order_id", "P-1")])
            for (id, type, order) in [(1, 4, "D-1"), (2, 1, "P-2")] {
                try connection.execute(
                    sql: "INSERT INTO deadletter VALUES (?, 6, ?, ?, 'r', 1718973500.5, 7, 8, 9)",
                    arguments: [id, type, json("order_id", order)]
                )
            }
        }
        var store = try self.directory.open(log: self.log)
        #expect(store.quarantinePath == nil && self.log.errors == [])
        for _ in 0..<2 {
            let events = try await store.all()
            #expect(events.map(\.event.orderID) == ["A-1", "C-1", "S-1", nil, nil])
            #expect(events.allSatisfy { $0.failures == 0 && $0.event.site == "" && $0.event.id == EventID(storedHigh: 7, storedLow: 8) })
            #expect(try await store.deliveries(ofOrder: "C-1").map(\.state) == [.pending])
            #expect(try await store.deliveries(ofOrder: "D-1").map(\.state) == [.deadLetter(reason: "r")])
            #expect(try await store.deadLetters(.all, count: 9).map(\.event.orderID) == [nil, "D-1"])
            await store.close()
            store = try self.directory.open(log: self.log)
        }
        await store.close()
    }

    @Test func migratesMoreEventsThanOneChunkHolds() async throws {
        try self.createVersion1 { connection in
            let statement = try connection.makeStatement(sql: "INSERT INTO orders VALUES (?, 4, ?)")
            for number in 1...3001 { try statement.execute(arguments: [number * 2, self.json(number, "2024-06-21 12:36:37")]) }
        }
        let store = try self.directory.open(log: self.log)
        let events = try await store.all()
        #expect(events.map(\.position) == (1...3001).map { $0 * 2 })
        #expect(Set(events.map(\.event.id)).count == 3001)
        #expect(events.allSatisfy { $0.event.date.timeIntervalSince1970 == 1_718_973_397 })
        #expect(self.log.errors == [])
        await store.close()
    }

    @Test func leavesAVersion1FileUnchangedWhenAStepFails() async throws {
        try self.createVersion1 { connection in
            try connection.execute(sql: "INSERT INTO orders VALUES (1, 4, ?)", arguments: [self.json(1, "2024-06-21 12:36:37")])
        }
        let queue = try DatabaseQueue(path: self.directory.store)
        struct Failure: Error {}
        #expect(throws: Failure.self) {
            try queue.writeWithoutTransaction { connection in
                try StoreSchema.migrate(
                    connection,
                    preallocating: DiskPreallocator(file: SystemFileSystem().open(self.directory.store), maximumPages: 0),
                    steps: StoreSchema.steps + [{ _ in throw Failure() }]
                )
            }
        }
        let (version, columns) = try await queue.read { connection in
            (try Int.fetchOne(connection, sql: "PRAGMA user_version"), try connection.columns(in: "orders").count)
        }
        #expect(version == 1 && columns == 3)
        try queue.close()
        let store = try self.directory.open(log: self.log)
        #expect(try await store.all().count == 1)
        await store.close()
    }
}
#endif
