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
import TracifySQLite
import TracifyTesting

@Suite(.timeLimit(.minutes(15)))
struct SQLiteOutboxTests {
    private let directory = TemporaryDirectory()

    private func database(_ name: String = "shop") throws -> DatabasePool {
        let pool = try DatabasePool(path: "\(self.directory.path)/\(name).sqlite")
        try pool.write { try SQLiteOutbox.createTable(in: $0) }
        return pool
    }

    @Test func conforms() async throws {
        try await checkOutboxConformance {
            let pool = try self.database("\(UUID())")
            return OutboxUnderTest(SQLiteOutbox(pool)) { entries in
                try await pool.write { db in
                    for entry in entries { try SQLiteOutbox.insert(entry, in: db) }
                }
            }
        }
    }

    @Test func entryIsWrittenWithItsOrderOrNotAtAll() async throws {
        let pool = try self.database()
        let outbox = SQLiteOutbox(pool)
        try await pool.write { try $0.execute(sql: "CREATE TABLE orders (id TEXT PRIMARY KEY)") }
        for _ in 0..<2 {
            let entry = OutboxEntry(id: EventID(), json: "{}")
            _ = try? await pool.write { db in
                try SQLiteOutbox.insert(entry, in: db)
                // Fails the second time.
                try db.execute(sql: "INSERT INTO orders VALUES ('1001')")
            }
        }
        #expect(try await outbox.claim(limit: 10, lease: .seconds(60)).count == 1)
    }

    /// Another process, or the next start of this one.
    @Test func leaseEndsByTheTime() async throws {
        let pool = try self.database()
        let entry = OutboxEntry(id: EventID(), json: "{}")
        try await pool.write { try SQLiteOutbox.insert(entry, in: $0) }
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        let claim = { @Sendable (seconds: Double) in
            try await SQLiteOutbox(pool, now: { start.addingTimeInterval(seconds) }).claim(limit: 10, lease: .seconds(60))
        }
        #expect(try await claim(0) == [entry])
        #expect(try await claim(59.9) == [])
        #expect(try await claim(60) == [entry])
    }

    @Test func rowOfAForeignWriterHoldsNothingUp() async throws {
        let pool = try self.database()
        let entry = OutboxEntry(id: EventID(), json: "{}")
        try await pool.write { db in
            try db.execute(sql: "INSERT INTO tracify_outbox (id, entry) VALUES ('0', '{}')")
            try SQLiteOutbox.insert(entry, in: db)
        }
        #expect(try await SQLiteOutbox(pool).claim(limit: 10, lease: .seconds(60)) == [entry])
        #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM tracify_outbox") } == 2)
    }

    @Test func tableThatExistsStays() async throws {
        let pool = try self.database()
        try await pool.write { try SQLiteOutbox.insert(OutboxEntry(id: EventID(), json: "{}"), in: $0) }
        try await pool.write { try SQLiteOutbox.createTable(in: $0) }
        #expect(try await SQLiteOutbox(pool).claim(limit: 10, lease: .seconds(60)).count == 1)
    }

    /// The path of an order from the shop's transaction to the destination, with a real database.
    @Test func relayDeliversFromTheDatabase() async throws {
        let pool = try self.database()
        try await withTestTracker { tracker, events in
            let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
            let entry = try #require(try await tracker.prepare(order, by: .stub()))
            try await pool.write { try SQLiteOutbox.insert(entry, in: $0) }
            let relay = try OutboxRelay(SQLiteOutbox(pool), tracker: tracker)
            let task = Task { try await relay.run() }
            try await events.expect(.purchase(order), within: .seconds(60))
            task.cancel()
            try await task.value
        }
        #expect(try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM tracify_outbox") } == 0)
    }
}
#endif
