//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit && SQLite
import AsyncHTTPClient
import Foundation
import GRDB
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Tracify
import TracifyTesting

/// A shop with a database that is killed repeatedly while it accepts orders, with a destination that fails at random.
///
/// There is no order without its event, and no event without its order.
@Suite(.serialized, .timeLimit(.minutes(180)))
struct OutboxCrashTests {
    /// The number of kills, for example 10,000 in a night.
    static let rounds = ProcessInfo.processInfo.environment["OUTBOX_CRASH_ROUNDS"].flatMap { Int($0) } ?? 100

    /// The orders that the shop has confirmed as paid.
    private final class Acknowledged: Sendable {
        private let state = Mutex<Set<String>>([])

        var ids: Set<String> { self.state.withLock { $0 } }

        func insert(_ id: String) { self.state.withLock { _ = $0.insert(id) } }
    }

    @Test func ordersAndEventsAreTheSame() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("tracify-outbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appendingPathComponent("shop.sqlite").path
        var limits = Collector.Configuration()
        limits.capacity = 1_000_000
        let client = HTTPClient.shared
        try await withCollector(configuration: limits) { collector in
            let variables = [
                "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": "token",
                "TRACIFY_ENDPOINT": collector.endpoint, "SHOP_DATABASE_PATH": path, "PORT": "0", "LOG_LEVEL": "critical",
            ]
            let acknowledged = Acknowledged()
            for round in 0..<Self.rounds {
                // Not one fault after the other: a shop may end before it meets them, and the next would meet them all.
                let faults = [CollectorReply.status(503), .status(429), .reset, .truncated]
                collector.replyAlways(with: round % 2 == 0 ? .asTracify : faults.randomElement() ?? .reset)
                let shop = try await ShopProcess.start("hummingbird-shop", variables)
                let limit = Int.random(in: 1...10)
                await withTaskGroup(of: Void.self) { group in
                    for customer in 0..<3 {
                        group.addTask {
                            for number in 0..<limit {
                                let id = "O-\(round)-\(customer)-\(number)"
                                guard await Self.order(id, isPaidLater: number % 3 == 2, shop.url, client) else { return }
                                acknowledged.insert(id)
                            }
                        }
                    }
                    await group.next()
                    await shop.kill()
                }
            }

            // The destination recovers, and the shop starts again.
            let early = collector.events(of: .purchase).count
            collector.replyAlways(with: .asTracify)
            let shop = try await ShopProcess.start("hummingbird-shop", variables)
            var settings = Configuration()
            settings.busyMode = .timeout(10)
            let database = try DatabaseQueue(path: path, configuration: settings)
            while try await database.read({ try Int.fetchOne($0, sql: "SELECT count(*) FROM tracify_outbox") ?? 0 }) > 0 {
                try await Task.sleep(for: .milliseconds(50))  // Another process empties the table, and no event tells when.
            }
            #expect(await shop.terminate() == 0)
            let orders = try await database.read {
                Set(try String.fetchAll($0, sql: "SELECT id FROM orders WHERE isPaid"))
            }
            let events = Set(
                collector.events(of: .purchase)
                    .compactMap { event in if case .purchase(let order) = event.detail { order.id } else { nil } }
            )
            #expect(orders.subtracting(events).isEmpty)
            #expect(events.subtracting(orders).isEmpty)
            #expect(acknowledged.ids.subtracting(orders).isEmpty)
            #expect(orders.count > Self.rounds)
            let counts = "\(orders.count) orders, \(events.count) events, \(early) of them between the kills"
            print("outbox crash test: \(Self.rounds) kills, \(counts)")
        }
    }

    /// Places an order, and returns whether the shop has confirmed it as paid.
    private static func order(_ id: String, isPaidLater: Bool, _ shop: String, _ client: HTTPClient) async -> Bool {
        let payment = isPaidLater ? #","payment":"later""# : ""
        let item = #"{"name":"Mug","amount":"19.99","quantity":1}"#
        let order = #"{"order_id":"\#(id)","currency":"EUR","amount":"19.99","items":[\#(item)]\#(payment)}"#
        guard await self.post("/checkout", order, shop, client) else { return false }
        return isPaidLater ? await self.post("/webhooks/payment", #"{"order_id":"\#(id)","status":"paid"}"#, shop, client) : true
    }

    private static func post(_ path: String, _ body: String, _ shop: String, _ client: HTTPClient) async -> Bool {
        var request = HTTPClientRequest(url: shop + path)
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "User-Agent": RunningShop.userAgent]
        request.body = .bytes(ByteBuffer(string: body))
        return (try? await client.execute(request, timeout: .seconds(10)).status.code) == 200
    }
}
#endif
