//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit && SQLite
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Tracify
import TracifyTesting

/// A shop that is killed repeatedly while it accepts orders, with a destination that fails at random.
///
/// Every order that the shop confirmed is delivered unchanged, and no order that was not sent is delivered.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct CrashTests {
    /// The number of kills of the first run, for example 200 in a night.
    static let rounds = ProcessInfo.processInfo.environment["TRACIFY_CRASH_ROUNDS"].flatMap { Int($0) } ?? 60

    private final class Ledger: Sendable {
        struct State {
            var sent: Set<String> = []
            var acknowledged: Set<String> = []
            var pageViews = 0
        }

        let state = Mutex(State())

        func update<Result: Sendable>(_ body: @Sendable (inout State) -> Result) -> Result {
            self.state.withLock { body(&$0) }
        }
    }

    /// Runs with truthful responses, and with truncated responses that leave the acceptance of the events unknown.
    @Test(arguments: [
        (rounds, [CollectorReply.status(503), .status(429), .reset]),
        (rounds / 3, [.status(503), .reset, .truncated]),
    ])
    func everyAcknowledgedOrderSurvives(rounds: Int, faults: [CollectorReply]) async throws {
        let store = FileManager.default.temporaryDirectory.appendingPathComponent("tracify-crash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: store, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: store) }
        var configuration = Collector.Configuration()
        configuration.capacity = 1_000_000
        let collector = try await Collector.start(configuration: configuration)
        let client = HTTPClient(configuration: .init(timeout: .init(connect: .seconds(2), read: .seconds(10))))
        let ledger = Ledger()
        let variables = [
            "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": "token",
            "TRACIFY_ENDPOINT": collector.endpoint, "TRACIFY_STORE_PATH": store.appendingPathComponent("events.sqlite").path,
            "TRACIFY_FLUSH_INTERVAL": "0.02", "PORT": "0", "LOG_LEVEL": "critical",
        ]

        for round in 0..<rounds {
            // Not one fault after the other: a shop may end before it meets them, and the next would meet them all.
            collector.replyAlways(with: round % 2 == 0 ? .asTracify : faults.randomElement() ?? .reset)
            let shop = try await ShopProcess.start("hummingbird-shop", variables)
            let limit = Int.random(in: 1...25)
            await withTaskGroup(of: Void.self) { group in
                for customer in 0..<3 {
                    group.addTask { await Self.shop(at: shop.url, round, customer, until: limit, client, ledger) }
                }
                // The shop is killed when the first customer has placed the last order, while other orders are in progress.
                await group.next()
                await shop.kill()
            }
        }

        // The destination recovers, and the shop starts again.
        collector.replyAlways(with: .asTracify)
        let shop = try await ShopProcess.start("hummingbird-shop", variables)
        let acknowledged = ledger.update { $0.acknowledged }
        var arrived: [String: [Event]] = [:]
        var count = 0
        while !acknowledged.isSubset(of: arrived.keys) {
            let events = try await collector.waitForEvents(count + 1, of: .purchase)
            count = events.count
            arrived = Dictionary(grouping: events) { event in
                if case .purchase(let order) = event.detail { order.id } else { "" }
            }
        }
        #expect(await shop.terminate() == 0)
        try await client.shutdown()
        await collector.stop()

        let sent = ledger.update { $0.sent }
        #expect(Set(arrived.keys).isSubset(of: sent))
        let email = AnonymizedHash(hashing: "jane.doe@example.com")
        for (id, events) in arrived {
            for event in events {
                let item = try LineItem(name: "Mug \(id)", amount: Amount("19.99"), quantity: 3)
                #expect(event.detail == .purchase(try Order(id: id, currency: .eur, amount: Amount("59.97"), items: [item])))
                #expect(event.identity.email == email)
            }
        }
        let duplicates = arrived.values.reduce(0) { $0 + $1.count - 1 }
        let pageViews = ledger.update { $0.pageViews }
        let seen = collector.events(of: .pageView).count
        #expect(acknowledged.count > rounds)
        let repeatedBatches = try Self.repeatedBatches(of: collector)
        // A kill repeats the batch of orders that was in flight, of which the lane has one, and those whose acceptance was not recorded yet:
        // a commit is faster than an exchange, so that is one. A truncated response repeats a batch without a kill.
        let isTruthful = faults.allSatisfy { $0.description != CollectorReply.truncated.description }
        if isTruthful { #expect(repeatedBatches.count <= rounds * 2) }
        print(
            "crash test: \(rounds) kills, \(acknowledged.count) orders acknowledged, \(arrived.count) arrived, "
                + "\(sent.count - acknowledged.count) unconfirmed, \(duplicates) sent twice, of \(repeatedBatches.count) batches "
                + "of \(try Self.batches(of: collector).count); "
                + "\(pageViews) page views completed, \(seen) arrived"
        )
    }

    /// Returns the order IDs of each batch that the destination accepted, in the order they arrived.
    private static func batches(of collector: Collector) throws -> [Set<String>] {
        try collector.exchanges.filter(\.isAccepted)
            .compactMap { exchange in
                let ids = try EventDecoder().decode(exchange.body)
                    .compactMap { event in
                        if case .purchase(let order) = event.detail { order.id } else { nil }
                    }
                return ids.isEmpty ? nil : Set(ids)
            }
    }

    /// Returns the batches that were accepted, and of which orders were sent again.
    private static func repeatedBatches(of collector: Collector) throws -> [Set<String>] {
        var later: Set<String> = []
        return try self.batches(of: collector).reversed()
            .filter { batch in
                defer { later.formUnion(batch) }
                return !batch.isDisjoint(with: later)
            }
    }

    /// Places orders as one customer, until the shop terminates or the limit is reached.
    private static func shop(
        at url: String,
        _ round: Int,
        _ customer: Int,
        until limit: Int,
        _ client: HTTPClient,
        _ ledger: Ledger
    ) async {
        for index in 0..<limit {
            let id = "\(round)-\(customer)-\(index)"
            _ = ledger.update { $0.sent.insert(id) }
            var request = HTTPClientRequest(url: url + "/checkout")
            request.method = .POST
            request.headers = ["Content-Type": "application/json", "User-Agent": "Mozilla/5.0"]
            request.body = .bytes(
                ByteBuffer(
                    string: """
                        {"email":"jane.doe@example.com","order_id":"\(id)","currency":"EUR","amount":"59.97",\
                        "items":[{"name":"Mug \(id)","amount":"19.99","quantity":3}]}
                        """
                )
            )
            var page = HTTPClientRequest(url: url + "/")
            page.headers = ["User-Agent": "Mozilla/5.0", "Accept": "text/html"]
            do {
                let response = try await client.execute(request, timeout: .seconds(10))
                guard response.status == .ok else { return }
                _ = ledger.update { $0.acknowledged.insert(id) }
                let home = try await client.execute(page, timeout: .seconds(10))
                _ = try await home.body.collect(upTo: 1 << 20)
                ledger.update { $0.pageViews += 1 }
            } catch {
                // The shop was killed.
                return
            }
        }
    }
}
#endif
