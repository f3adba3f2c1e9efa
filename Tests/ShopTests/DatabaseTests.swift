//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit && SQLite
import Foundation
import GRDB
import Testing
import Tracify
import TracifyTesting

@testable import ShopKit

/// A shop with a database, over sockets.
@Suite(.timeLimit(.minutes(15)))
struct DatabaseTests {
    private func settings(_ collector: Collector, _ path: String) -> [String: String] {
        [
            "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": "the-secret-token",
            "TRACIFY_ENDPOINT": collector.endpoint, "SHOP_DATABASE_PATH": path,
        ]
    }

    private func withPath(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("tracify-shop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory.appendingPathComponent("shop.sqlite").path)
    }

    private let items = #""currency":"EUR","amount":"24.00","items":[{"name":"Mug","amount":"12.00","quantity":2}]"#

    @Test func orderSurvivesARestartAndIsReportedOnceItIsPaid() async throws {
        try await self.withPath { path in
            try await withCollector { collector in
                let settings = self.settings(collector, path)
                try await RunningShop.with(settings) { shop in
                    let order = #"{"order_id":"O-1","email":"jane.doe@example.com","payment":"later",\#(self.items)}"#
                    let placed = try await shop.post("/checkout", json: order)
                    #expect(placed.body == #"{"order_id":"O-1","status":"pending"}"#)
                }
                try await RunningShop.with(settings) { shop in
                    let page = try await shop.get("/orders/O-1")
                    #expect(page.body.contains("once it is paid for"))
                    for _ in 0..<2 {
                        let paid = try await shop.post("/webhooks/payment", json: #"{"order_id":"O-1","status":"paid"}"#)
                        #expect(paid.status == 200)
                    }
                    _ = try await collector.waitForEvents(1, of: .purchase)
                    let unknown = try await shop.post("/webhooks/payment", json: #"{"order_id":"O-2","status":"paid"}"#)
                    #expect(unknown.status == 404)
                }
                let orders = collector.events(of: .purchase)
                #expect(orders.count == 1)
                let mug = try LineItem(name: "Mug", amount: Amount("12.00"), quantity: 2)
                let order = try Order(id: "O-1", currency: .eur, amount: Amount("24.00"), items: [mug])
                #expect(orders.first?.detail == .purchase(order))
                #expect(orders.first?.identity.email == AnonymizedHash(hashing: "jane.doe@example.com"))
            }
        }
    }

    @Test func productsAreThoseOfTheDatabase() async throws {
        try await self.withPath { path in
            try await withCollector { collector in
                let settings = self.settings(collector, path)
                try await RunningShop.with(settings) { shop in
                    let page = try await shop.get("/products/MUG-01")
                    #expect(page.body.contains("<h1>Speckled Stoneware Mug</h1>"))
                }
                try await DatabaseQueue(path: path)
                    .write { db in
                        try db.execute(sql: "UPDATE products SET name = 'Blue Mug', cents = 2600 WHERE sku = 'MUG-01'")
                    }
                try await RunningShop.with(settings) { shop in
                    let page = try await shop.get("/products/MUG-01")
                    #expect(page.body.contains("<h1>Blue Mug</h1>"))
                    #expect(page.body.contains("€26.00"))
                    let home = try await shop.get("/")
                    #expect(home.body.components(separatedBy: "<li class=\"card\">").count == 7)
                }
            }
        }
    }

    @Test func repeatedOrderIsKeptAndReportedOnce() async throws {
        try await self.withPath { path in
            try await withCollector { collector in
                try await RunningShop.with(self.settings(collector, path)) { shop in
                    for _ in 0..<3 {
                        let placed = try await shop.post("/checkout", json: #"{"order_id":"O-1",\#(self.items)}"#)
                        #expect(placed.status == 200)
                    }
                }
                #expect(collector.events(of: .purchase).count == 1)
            }
        }
    }

    /// The tables hold nothing personal but hashes.
    @Test func databaseHoldsNothingPersonal() async throws {
        try await self.withPath { path in
            try await withCollector { collector in
                collector.replyAlways(with: .status(503))
                try await RunningShop.with(self.settings(collector, path).merging(["TRACIFY_SHUTDOWN_TIMEOUT": "0"]) { $1 }) {
                    shop in
                    for payment in ["", #""payment":"later","#] {
                        let order =
                            #"{"order_id":"O-\#(payment.count)","email":"jane.doe@example.com",\#(payment)\#(self.items)}"#
                        let placed = try await shop.post("/checkout", json: order)
                        #expect(placed.status == 200)
                    }
                }
            }
            let text = try await DatabaseQueue(path: path)
                .read { db in
                    try String.fetchAll(
                        db,
                        sql: "SELECT visit FROM orders WHERE visit IS NOT NULL UNION ALL SELECT entry FROM tracify_outbox"
                    )
                }
            #expect(text.count == 2)
            for word in ["jane", "Mozilla", "Firefox"] { #expect(!text.joined().contains(word)) }
        }
    }

    /// Otherwise a power loss takes orders whose events have been delivered already.
    @Test func everyCommitIsSynced() async throws {
        try await self.withPath { path in
            let database = try ShopDatabase(path: path)
            #expect(try await database.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        }
    }

    @Test func wrongPathStopsTheStartWithOneLine() async throws {
        try await withCollector { collector in
            let error = await #expect(throws: (any Error).self) {
                try await RunningShop.with(self.settings(collector, "/dev/null/shop.sqlite")) { _ in }
            }
            let expected =
                #"SHOP_DATABASE_PATH is "/dev/null/shop.sqlite"; allowed: a SQLite database of this shop, or a new file"#
            #expect(error.map { "\($0)" } == expected)
        }
    }
}
#endif
