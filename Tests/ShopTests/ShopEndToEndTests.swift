//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit
import Foundation
import NIOHTTP1
import Testing
import Tracify
import TracifyTesting

/// Tests the path from the browser through shop, tracker and HTTP sink to the collector, over sockets.
@Suite(.timeLimit(.minutes(15)))
struct ShopEndToEndTests {
    private static let site = "6b29fc40-ca47-1067-b31d-00dd010662da"

    private func settings(_ collector: Collector) -> [String: String] {
        [
            "TRACIFY_CUSTOMER_SITE_ID": Self.site, "TRACIFY_TOKEN": "the-secret-token", "TRACIFY_ENDPOINT": collector.endpoint,
            "TRACIFY_URL_PARAMETERS": "gclid", "TRACIFY_FLUSH_INTERVAL": "3600",
        ]
    }

    /// The fields of a browser's navigation request.
    private let navigation = [
        ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate"),
    ]

    @Test func tracksVisitFromLandingToOrder() async throws {
        var configuration = Collector.Configuration()
        configuration.token = "the-secret-token"
        configuration.urlParameters = ["gclid"]
        try await withCollector(configuration: configuration) { collector in
            let start = Date()
            var port = 0
            try await RunningShop.with(self.settings(collector)) { shop in
                port = shop.port
                let landing = "/?utm_source=fb&utm_medium=paid&trc_mcmp_id=120206067078490109&gclid=abc&email=jane%40example.com"
                let home = try await shop.get(landing, self.navigation + [("Referer", "https://www.facebook.com/ad?x=1#y")])
                #expect(home.status == 200)
                let origin = "http://127.0.0.1:\(shop.port)"
                let product = try await shop.get("/products/MUG-01", self.navigation + [("Referer", origin + landing)])
                #expect(product.status == 200)
                let cart = try await shop.post("/cart", form: "sku=MUG-01&quantity=2", [("Referer", origin + "/products/MUG-01")])
                #expect(cart.status == 303)
                let cookie = try #require(cart.headers.first(name: "set-cookie")?.split(separator: ";").first)
                let order = try await shop.post(
                    "/checkout",
                    form: "email=jane.doe%40example.com&order_id=ORD-1&currency=EUR&amount=48.00",
                    [("Referer", origin + "/cart"), ("Cookie", String(cookie))]
                )
                #expect(order.status == 303)
                let newsletter = try await shop.post(
                    "/newsletter",
                    json: #"{"email":"jane.doe@example.com","conversion_id":"NEWS-1","currency":"EUR","amount":"1.00"}"#,
                    [("Origin", origin)]
                )
                #expect(newsletter.status == 200)

                // None of these requests is a page view.
                #expect(try await shop.get("/assets/shop.css").status == 200)
                #expect(try await shop.get("/health").status == 200)
                #expect(try await shop.get("/go?utm_source=x").status == 302)
                #expect(try await shop.get("/nowhere").status == 404)
                #expect(try await shop.post("/checkout", json: #"{"order_id":""}"#).status == 422)
            }
            let end = Date()

            // Delivered in one batch at shutdown, where orders go first.
            let rank = [EventType.pageView, .productView, .addToCart, .purchase, .conversion]
            let events = collector.events.sorted { (rank.firstIndex(of: $0.type) ?? 9) < (rank.firstIndex(of: $1.type) ?? 9) }
            let origin = "http://127.0.0.1:\(port)"
            #expect(events.map(\.type) == [.pageView, .pageView, .productView, .addToCart, .purchase, .conversion])
            #expect(
                events.map(\.url.text)
                    // A JSON body comes from a script. The event belongs to the calling page, which is known only by its origin here.
                    == ["/", "/products/MUG-01", "/products/MUG-01", "/products/MUG-01", "/cart", "/"]
                    .map {
                        origin + $0
                    }
            )
            #expect(events.map(\.referer?.text) == ["https://www.facebook.com/ad", origin + "/", origin + "/", nil, nil, nil])
            #expect(
                try #require(events.first).parameters.map { "\($0.name)=\($0.value)" } == [
                    "utm_source=fb", "utm_medium=paid", "trc_mcmp_id=120206067078490109", "gclid=abc",
                ]
            )
            #expect(events.dropFirst().allSatisfy { $0.parameters.isEmpty })
            let mug = try LineItem(name: "Speckled Stoneware Mug", amount: Amount("24.00"), quantity: 2)
            #expect(
                events.suffix(3).map(\.detail) == [
                    .addToCart([mug]),
                    .purchase(try Order(id: "ORD-1", currency: .eur, amount: Amount("48.00"), items: [mug])),
                    .conversion(try Conversion(id: "NEWS-1", currency: .eur, amount: Amount("1.00"))),
                ]
            )
            for event in events {
                #expect(event.customerSiteID.text == Self.site)
                #expect(event.origin.text == origin)
                #expect(event.date >= start.addingTimeInterval(-1) && event.date <= end)
                #expect(event.identity.address == (AnonymizedHash(hashing: "127.0.0.1")))
                #expect(event.identity.userAgent == (AnonymizedHash(hashing: RunningShop.userAgent)))
                #expect(event.identity.session == (AnonymizedHash(hashing: "127.0.0.1|\(RunningShop.userAgent)")))
                let isKnown = event.type == .purchase || event.type == .conversion
                #expect(event.identity.email == (isKnown ? AnonymizedHash(hashing: "jane.doe@example.com") : nil))
            }
            #expect(collector.deviations.isEmpty)
        }
    }

    /// The shop's responses are identical, byte for byte, whether or not delivery succeeds.
    @Test(arguments: [CollectorReply.reset, .hang, .status(500), .status(401), .rejected("no"), .truncated])
    func failingSinkDoesNotChangeResponses(reply: CollectorReply) async throws {
        let good = try await withCollector { try await self.responses(self.settings($0)) }
        let bad = try await withCollector { collector in
            for _ in 0..<100 { collector.reply(with: reply) }
            var settings = self.settings(collector)
            settings["TRACIFY_BATCH_SIZE"] = "1"
            settings["TRACIFY_QUEUE_CAPACITY"] = "2"
            return try await self.responses(settings)
        }
        try #require(good.count == 6)
        for (good, bad) in zip(good, bad) { #expect(good == bad) }
    }

    /// Returns the shop's responses, without the date and the random ids of its forms.
    private func responses(_ settings: [String: String]) async throws -> [String] {
        func text(_ response: RunningShop.Response) -> String {
            let headers = response.headers.filter { $0.name.lowercased() != "date" }
            return "\(response.status) \(headers) \(response.body.replacing(/(ORD|SUB)-[A-Z0-9]+-[A-Z0-9]+/, with: "ID"))"
        }
        var responses: [String] = []
        try await RunningShop.with(settings) { shop in
            for path in ["/", "/products/TEA-03", "/assets/shop.css"] {
                responses.append(text(try await shop.get(path, self.navigation)))
            }
            for (path, json) in [
                ("/cart", #"{"sku":"TEA-03"}"#),
                ("/checkout", #"{"order_id":"1","currency":"EUR","amount":16.90,"email":"a@b.example"}"#),
                ("/newsletter", #"{"conversion_id":"1","currency":"EUR","amount":"1.00"}"#),
            ] {
                responses.append(text(try await shop.post(path, json: json)))
            }
        }
        return responses
    }
}
#endif
