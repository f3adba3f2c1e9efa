//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import GRDB
import Tracify
import TracifySQLite

/// Orders in a database, each with its event in the same transaction: a crash leaves both or neither.
final class DatabaseOrders: OrderBook {
    private struct Row: Codable, FetchableRecord, PersistableRecord {
        static let databaseTableName = "orders"

        let id: String
        let currency: String
        let amount: String
        /// The items as JSON.
        let items: String
        /// The visit as JSON, which contains hashes only; `nil` if the order was placed without a visit.
        let visit: String?
        var isPaid: Bool
    }

    private struct Item: Codable {
        let name: String
        let amount: String
        let quantity: Int
    }

    private let database: DatabasePool
    private let tracker: Tracker
    let relay: OutboxRelay

    /// Creates the orders of a database.
    ///
    /// - Parameters:
    ///   - database: The database, which has the table of orders.
    ///   - tracker: The tracker that makes and delivers the events.
    /// - Throws: `ValidationError` for a setting of the relay.
    init(_ database: DatabasePool, tracker: Tracker) throws {
        self.database = database
        self.tracker = tracker
        var configuration = OutboxConfiguration()
        // This is the only server, so what it had claimed when it crashed waits for its next start.
        configuration.lease = .seconds(30)
        self.relay = try OutboxRelay(SQLiteOutbox(self.database), tracker: tracker, configuration: configuration)
    }

    /// Creates the table of orders.
    static func createTable(in db: Database) throws {
        try db.create(table: Row.databaseTableName) { table in
            table.primaryKey("id", .text)
            table.column("currency", .text).notNull()
            table.column("amount", .text).notNull()
            table.column("items", .text).notNull()
            table.column("visit", .text)
            table.column("isPaid", .boolean).notNull()
        }
    }

    func addPaid(_ order: Order, by visit: Visit?) async throws {
        let entry = await self.entry(order, visit)
        let row = try Self.row(order, visit: nil, isPaid: true)
        try await self.database.write { db in
            guard try Row.fetchOne(db, key: row.id) == nil else { return }
            try row.insert(db)
            if let entry { try SQLiteOutbox.insert(entry, in: db) }
        }
        self.relay.wake()
    }

    func addPending(_ order: Order, by visit: Visit?) async throws {
        let row = try Self.row(order, visit: visit, isPaid: false)
        try await self.database.write { db in
            if try Row.fetchOne(db, key: row.id) == nil { try row.insert(db) }
        }
    }

    func isPaid(_ id: String) throws -> Bool? {
        try self.database.read { try Row.fetchOne($0, key: id)?.isPaid }
    }

    func pay(_ id: String) async throws {
        guard let row = try await self.database.read({ try Row.fetchOne($0, key: id) }), !row.isPaid else { return }
        let visit = row.visit.flatMap { try? JSONDecoder().decode(Visit.self, from: Data($0.utf8)) }
        let entry = await self.entry(try Self.order(row), visit)
        try await self.database.write { db in
            // The provider may repeat its message meanwhile.
            guard var row = try Row.fetchOne(db, key: id), !row.isPaid else { return }
            row.isPaid = true
            try row.update(db)
            if let entry { try SQLiteOutbox.insert(entry, in: db) }
        }
        self.relay.wake()
    }

    /// Returns the event of an order; `nil` when it is not reported.
    ///
    /// A tracking failure must never fail a checkout.
    private func entry(_ order: Order, _ visit: Visit?) async -> OutboxEntry? {
        guard let visit else { return nil }
        do {
            return try await self.tracker.prepare(order, by: visit)
        } catch {
            self.tracker.reportFailed(error, for: .purchase)
            return nil
        }
    }

    private static func row(_ order: Order, visit: Visit?, isPaid: Bool) throws -> Row {
        let items = order.items.map { Item(name: $0.name, amount: $0.amount.description, quantity: $0.quantity) }
        return Row(
            id: order.id,
            currency: order.currency.code,
            amount: order.amount.description,
            items: String(decoding: try JSONEncoder().encode(items), as: UTF8.self),
            visit: visit.flatMap { try? JSONEncoder().encode($0) }.map { String(decoding: $0, as: UTF8.self) },
            isPaid: isPaid
        )
    }

    private static func order(_ row: Row) throws -> Order {
        try Order(
            id: row.id,
            currency: Currency(row.currency),
            amount: Amount(row.amount),
            items: JSONDecoder().decode([Item].self, from: Data(row.items.utf8))
                .map { try LineItem(name: $0.name, amount: Amount($0.amount), quantity: $0.quantity) }
        )
    }
}
#endif
