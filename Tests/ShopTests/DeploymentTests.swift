//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Tracify
import TracifyTesting

/// A shop without a store that is shut down repeatedly while it accepts orders, as during deployments.
///
/// Every order that it confirmed is delivered once.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct DeploymentTests {
    private final class Ledger: Sendable {
        let sent = Mutex<Set<String>>([])
        let acknowledged = Mutex<Set<String>>([])
    }

    /// FlyingFox takes a second for each shutdown, so it runs fewer rounds.
    @Test(arguments: ShopStack.all.filter { $0.version == .http1 })
    func deliversEveryConfirmedOrderOnce(stack: ShopStack) async throws {
        let rounds = stack.program == "flyingfox-shop" ? 8 : 20
        var configuration = Collector.Configuration()
        configuration.capacity = 1_000_000
        let collector = try await Collector.start(configuration: configuration)
        let client = HTTPClient(configuration: .init(timeout: .init(connect: .seconds(2), read: .seconds(10))))
        let ledger = Ledger()
        for round in 0..<rounds {
            // Truthful failures: the rejected batch was not accepted, so its retry is no repeat.
            collector.reply(with: .status(503), .status(429))
            let shop = try await ShopProcess.start(
                stack.program,
                [
                    "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": "token",
                    "TRACIFY_ENDPOINT": collector.endpoint, "TRACIFY_FLUSH_INTERVAL": "0.02", "PORT": "0",
                    "LOG_LEVEL": "critical",
                ]
            )
            let limit = Int.random(in: 1...25)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for customer in 0..<3 {
                    group.addTask {
                        for index in 0..<limit {
                            let id = "\(round)-\(customer)-\(index)"
                            _ = ledger.sent.withLock { $0.insert(id) }
                            guard await Self.order(id, at: shop.url, client) else { return }
                            _ = ledger.acknowledged.withLock { $0.insert(id) }
                        }
                    }
                }
                // The customer with the last order starts the shutdown, while other orders are in progress.
                try await group.next()
                #expect(await shop.terminate() == 0)
            }
        }
        try await client.shutdown()
        let arrived = collector.events(of: .purchase)
            .compactMap { event in
                if case .purchase(let order) = event.detail { order.id } else { nil }
            }
        await collector.stop()
        #expect(ledger.acknowledged.withLock { $0 }.isSubset(of: arrived))
        #expect(Set(arrived).isSubset(of: ledger.sent.withLock { $0 }))
        #expect(Set(arrived).count == arrived.count, "no accepted order is sent twice")
        #expect(ledger.acknowledged.withLock { $0.count } > rounds)
    }

    /// - Returns: Whether the shop confirmed the order.
    private static func order(_ id: String, at url: String, _ client: HTTPClient) async -> Bool {
        var request = HTTPClientRequest(url: url + "/checkout")
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "User-Agent": "Mozilla/5.0"]
        let json = #"{"email":"jane.doe@example.com","order_id":"\#(id)","currency":"EUR","amount":"1","items":[]}"#
        request.body = .bytes(ByteBuffer(string: json))
        return (try? await client.execute(request, timeout: .seconds(10)).status) == .ok
    }
}
#endif
