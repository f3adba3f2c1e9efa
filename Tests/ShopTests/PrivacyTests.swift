//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit
import AsyncHTTPClient
import Foundation
import InMemoryLogging
import Logging
import NIOCore
import NIOHTTP1
import Testing
import Tracify
import TracifyTesting

/// Files, logs at trace level, bodies, statistics and errors contain neither personal data nor the token.
@Suite(.timeLimit(.minutes(15)))
struct PrivacyTests {
    private static let token = "the-secret-token-7f3a"
    private static let userAgent = "SecretBrowser/1.0 (Raw User Agent)"
    private static let email = "jane.doe@secret-mail.example"
    /// Secrets in query strings, cookies and other header fields.
    private static let strays = ["reset-token-4711", "hidden-cookie-0815", "bearer-9999"]
    private static let secrets = [token, userAgent, email, "secret-mail", "127.0.0.1|"] + strays

    private func visit(_ shop: RunningShop) async throws {
        let headers = [
            ("User-Agent", Self.userAgent), ("Cookie", "session=\(Self.strays[1])"), ("Authorization", Self.strays[2]),
            ("Referer", "https://user:\(Self.strays[0])@mail.example/inbox?address=\(Self.email)#\(Self.strays[0])"),
            ("Accept", "text/html"),
        ]
        _ = try await shop.get("/?utm_source=news&reset=\(Self.strays[0])&email=\(Self.email)", headers)
        _ = try await shop.get("/products/MUG-01?token=\(Self.strays[0])", headers)
        _ = try await shop.post("/cart", form: "sku=MUG-01", headers)
        _ = try await shop.post("/checkout", form: "email=\(Self.email)&order_id=O-1&currency=EUR&amount=24", headers)
        _ = try await shop.post("/newsletter", form: "email=\(Self.email)&conversion_id=N-1&currency=EUR&amount=2", headers)
        _ = try await shop.post("/checkout", form: "email=\(Self.email)&order_id=&currency=EUR&amount=24", headers)
    }

    private func expectNoSecret(in text: String, _ what: String) {
        for secret in Self.secrets {
            #expect(!text.localizedCaseInsensitiveContains(secret), "\(what) shows \(secret)")
        }
    }

    private func logger(_ handler: InMemoryLogHandler) -> Logger {
        var logger = Logger(label: "test", factory: { _ in handler })
        logger.logLevel = .trace
        return logger
    }

    private func lines(_ handler: InMemoryLogHandler) -> String {
        handler.entries.map { "\($0.level) \($0.message) \($0.metadata)" }.joined(separator: "\n")
    }

    @Test func bodiesAndLogsContainNoSecrets() async throws {
        try await withCollector { collector in
            let log = InMemoryLogHandler()
            let settings = [
                "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": Self.token,
                "TRACIFY_ENDPOINT": collector.endpoint,
            ]
            try await RunningShop.with(settings, logger: self.logger(log)) { try await self.visit($0) }
            #expect(Set(collector.events.map(\.type)) == [.pageView, .productView, .addToCart, .purchase, .conversion])
            for body in collector.bodies { self.expectNoSecret(in: String(decoding: body, as: UTF8.self), "a body") }
            self.expectNoSecret(in: self.lines(log), "the log")
        }
    }

    @Test(arguments: [
        CollectorReply.status(500, body: #"{"status":false,"error":"the-secret-token-7f3a broke"}"#),
        .status(401, body: #"{"status":false,"error":"token the-secret-token-7f3a is unknown"}"#),
        .rejected("no events for the-secret-token-7f3a"), .reset,
    ])
    func failureLogsContainNoSecrets(reply: CollectorReply) async throws {
        try await withCollector { collector in
            for _ in 0..<20 { collector.reply(with: reply) }
            let log = InMemoryLogHandler()
            let settings = [
                "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": Self.token,
                "TRACIFY_ENDPOINT": collector.endpoint, "TRACIFY_BATCH_SIZE": "1", "TRACIFY_QUEUE_CAPACITY": "2",
            ]
            try await RunningShop.with(settings, logger: self.logger(log)) { try await self.visit($0) }
            let lines = self.lines(log)
            #expect(lines.contains("Delivery failed"))
            self.expectNoSecret(in: lines, "the log")
        }
    }

    /// The page shows skipped requests, too.
    @Test func livePageShowsNoSecrets() async throws {
        try await RunningShop.with(["TRACIFY_COLLECTOR_PORT": "0"]) { shop in
            let collector = try #require(shop.collector)
            try await self.visit(shop)
            _ = try await shop.get("/gone/\(Self.email)?reset=\(Self.strays[0])", [("User-Agent", Self.userAgent)])
            _ = try await collector.waitForEvents(6)
            let message = try await LivePageTests.firstMessage(of: collector, shop.client)
            #expect(message.contains("/gone/redacted"))
            self.expectNoSecret(in: message, "the live page")
            let page = try await shop.client.execute(HTTPClientRequest(url: collector.url + "/events"), timeout: .seconds(60))
            self.expectNoSecret(in: String(buffer: try await page.body.collect(upTo: 1 << 20)), "the list of events")
        }
    }

    @Test func eventFileContainsNoSecrets() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tracify-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let site = "6b29fc40-ca47-1067-b31d-00dd010662da"
        try await RunningShop.with(["TRACIFY_SINK": "file", "TRACIFY_FILE_PATH": path, "TRACIFY_CUSTOMER_SITE_ID": site]) {
            try await self.visit($0)
        }
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(text.split(separator: "\n").count == 6)
        self.expectNoSecret(in: text, "the file")
    }
}
#endif
