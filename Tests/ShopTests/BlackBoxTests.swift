//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import Foundation
import NIOHTTP1
import Testing
import Tracify
import TracifyTesting

/// The same requests produce the same responses and events on every server framework.
///
/// The shops run as processes with real sockets.
@Suite(.serialized, .timeLimit(.minutes(15)))
struct BlackBoxTests {
    private static let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"
    private static let safari =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"

    private func settings(_ collector: Collector, _ more: [String: String] = [:]) -> [String: String] {
        [
            "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": "token",
            "TRACIFY_ENDPOINT": collector.endpoint,
            // Queued events must be delivered within this deadline.
            "TRACIFY_FLUSH_INTERVAL": "3600",
        ]
        .merging(more) { _, given in given }
    }

    /// Returns the fields of a visitor behind a proxy that terminates TLS.
    private func behindProxy(_ address: String, _ userAgent: String, _ more: HTTPHeaders = [:]) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "User-Agent": userAgent, "X-Forwarded-For": "10.0.0.1, \(address)", "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "shop.example",
        ]
        headers.add(contentsOf: more)
        return headers
    }

    private let navigation: HTTPHeaders = [
        "Accept": "text/html,*/*;q=0.8", "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate",
    ]

    private func form(from page: String) -> HTTPHeaders {
        [
            "Content-Type": "application/x-www-form-urlencoded", "Origin": "https://shop.example", "Sec-Fetch-Dest": "document",
            "Sec-Fetch-Mode": "navigate", "Referer": "https://shop.example\(page)",
        ]
    }

    private func script(from page: String) -> HTTPHeaders {
        [
            "Content-Type": "application/json", "Origin": "https://shop.example", "Referer": "https://shop.example\(page)",
            "Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors",
        ]
    }

    private func from(_ referer: String) -> HTTPHeaders {
        var headers = self.navigation
        headers.add(name: "Referer", value: referer)
        return headers
    }

    private func expect(_ status: Int, _ send: (Request) async throws -> Response, _ request: Request) async throws {
        let response = try await send(request)
        #expect(response.status == status, "\(request.method) \(request.path)")
    }

    @Test(arguments: ShopStack.all)
    func sameRequestsProduceSameEvents(stack: ShopStack) async throws {
        let (jane, john) = ("203.0.113.7", "2001:db8::1")
        try await withCollector { collector in
            let status = try await stack.run(self.settings(collector, ["TRACIFY_TRUSTED_PROXIES": "127.0.0.1"])) { send in
                func janes(_ headers: HTTPHeaders) -> HTTPHeaders { self.behindProxy(jane, Self.firefox, headers) }
                func johns(_ headers: HTTPHeaders) -> HTTPHeaders { self.behindProxy(john, Self.safari, headers) }
                // A campaign link that redirects, and its target page.
                let link = "/go?utm_source=ad&trc_mcmp_id=42&secret=1"
                try await self.expect(302, send, Request(path: link, headers: janes(self.from("https://ads.example/x"))))
                try await self.expect(200, send, Request(path: "/", headers: janes(self.from("https://ads.example/x?y=1#z"))))
                // Another visitor over the same connection.
                let landing = "/products/POT-02?utm_source=a%20b+c&utm_source=second&utm_medium=&trc_%C3%A4=1&utm_campaign=%FF"
                try await self.expect(200, send, Request(path: landing, headers: johns(self.navigation)))

                try await self.expect(
                    200,
                    send,
                    Request(path: "/products/MUG-01", headers: janes(self.from("https://shop.example/")))
                )
                let added = #"{"sku":"MUG-01","quantity":2}"#
                let script = janes(self.script(from: "/products/MUG-01?color=blue"))
                try await self.expect(200, send, Request(method: .POST, path: "/cart", headers: script, body: added))
                try await self.expect(
                    303,
                    send,
                    Request(method: .POST, path: "/cart", headers: janes(self.form(from: "/products/TEA-03")), body: "sku=TEA-03")
                )
                var cart = self.form(from: "/cart")
                cart.add(name: "Cookie", value: "theme=dark; cart=MUG-01.2~TEA-03.1")
                let order = "email=jane%40mail.example&order_id=A%2F1&currency=EUR&amount=64.90"
                try await self.expect(303, send, Request(method: .POST, path: "/checkout", headers: janes(cart), body: order))
                try await self.expect(
                    200,
                    send,
                    Request(path: "/orders/A%2F1", headers: janes(self.from("https://shop.example/cart")))
                )
                let subscription = "email=jane%40mail.example&conversion_id=N-1&currency=EUR&amount=2"
                try await self.expect(
                    303,
                    send,
                    Request(
                        method: .POST,
                        path: "/newsletter",
                        headers: janes(self.form(from: "/orders/A%2F1")),
                        body: subscription
                    )
                )

                // An order that is paid later, and the payment provider, which is not a browser.
                let later = #"{"email":"john@mail.example","order_id":"B2","currency":"USD","amount":"5","payment":"later"}"#
                try await self.expect(
                    200,
                    send,
                    Request(method: .POST, path: "/checkout", headers: johns(self.script(from: "/cart")), body: later)
                )
                let provider = self.behindProxy("198.51.100.9", "Payments/1.0", ["Content-Type": "application/json"])
                let paid = #"{"order_id":"B2","status":"paid"}"#
                for _ in 0..<2 {
                    try await self.expect(
                        200,
                        send,
                        Request(method: .POST, path: "/webhooks/payment", headers: provider, body: paid)
                    )
                }

                // None of these requests is a page view or product view.
                try await self.expect(200, send, Request(path: "/assets/shop.css", headers: janes([:])))
                try await self.expect(200, send, Request(path: "/health", headers: janes([:])))
                try await self.expect(404, send, Request(path: "/nowhere", headers: janes(self.navigation)))
                try await self.expect(200, send, Request(path: "/products/POT-02", headers: janes(["Sec-Purpose": "prefetch"])))
                try await self.expect(200, send, Request(path: "/products/POT-02", headers: janes(["Sec-Fetch-Dest": "iframe"])))
                try await self.expect(
                    422,
                    send,
                    Request(method: .POST, path: "/checkout", headers: janes(self.form(from: "/cart")), body: "order_id=")
                )
                try await self.expect(
                    413,
                    send,
                    Request(
                        method: .POST,
                        path: "/newsletter",
                        headers: janes(self.form(from: "/")),
                        body: String(repeating: "a", count: 70_000)
                    )
                )
            }
            #expect(status == 0)

            let mug = "Speckled Stoneware Mug 24.00 ×2"
            let tea = "First Flush Darjeeling 16.90 ×1"
            let product =
                "pageview https://shop.example/products/POT-02 from - [utm_source=a b c utm_medium= utm_campaign=\u{FFFD}]"
            let expected = [
                "pageview https://shop.example/ from https://ads.example/x [utm_source=ad trc_mcmp_id=42] jane",
                "pageview https://shop.example/products/MUG-01 from https://shop.example/ [] jane",
                "productview https://shop.example/products/MUG-01 from https://shop.example/ [] jane",
                "addtocart https://shop.example/products/MUG-01 from - [] \(mug) jane",
                "addtocart https://shop.example/products/TEA-03 from - [] \(tea) jane",
                "purchase https://shop.example/cart from - [] A/1 EUR 64.90 \(mug), \(tea) jane jane@mail.example",
                "pageview https://shop.example/orders/A%2F1 from https://shop.example/cart [] jane",
                "conversion https://shop.example/orders/A%2F1 from - [] N-1 EUR 2.00 jane jane@mail.example",
                product + " john", product.replacing("pageview", with: "productview") + " john",
                "purchase https://shop.example/cart from - [] B2 USD 5.00  john john@mail.example",
            ]
            let visitors = try [
                Visitor("jane", jane, Self.firefox, "jane@mail.example"), Visitor("john", john, Self.safari, "john@mail.example"),
            ]
            let got = collector.events.map { Self.text($0, visitors) }
            #expect(got.sorted() == expected.sorted())
            #expect(collector.deviations.isEmpty)
        }
    }

    /// Without a trusted proxy, forwarding fields are ignored.
    ///
    /// A visitor who opts out is not tracked.
    @Test(arguments: ShopStack.all)
    func ignoresForgedFieldsAndHonorsConsent(stack: ShopStack) async throws {
        try await withCollector { collector in
            _ = try await stack.run(self.settings(collector, ["TRACIFY_CONSENT": "gpc"])) { send in
                var forged = self.behindProxy("203.0.113.7", Self.firefox, self.navigation)
                forged.add(name: "Forwarded", value: "for=203.0.113.8;proto=https;host=evil.example")
                forged.add(name: "Host", value: "shop.example:8080")
                try await self.expect(200, send, Request(path: "/?utm_source=ad", headers: forged))
                forged.add(name: "Sec-GPC", value: "1")
                try await self.expect(200, send, Request(path: "/products/MUG-01", headers: forged))
                forged.replaceOrAdd(name: "Content-Type", value: "application/json")
                let order = #"{"order_id":"1","currency":"EUR","amount":"5"}"#
                try await self.expect(200, send, Request(method: .POST, path: "/checkout", headers: forged, body: order))
            }
            let visitors = try [Visitor("somebody", "127.0.0.1", Self.firefox, "")]
            #expect(
                collector.events.map { Self.text($0, visitors) }
                    == ["pageview http://shop.example:8080/ from - [utm_source=ad] somebody"]
            )
        }
    }

    /// The requests of front ends, apps and service workers, and those for another host, on each framework.
    @Test(arguments: ShopStack.all)
    func sameNavigationsProduceSameEvents(stack: ShopStack) async throws {
        let (jane, john) = ("203.0.113.7", "203.0.113.8")
        try await withCollector { collector in
            let settings = ["TRACIFY_TRUSTED_PROXIES": "127.0.0.1", "TRACIFY_SITES": "shop.example"]
            let status = try await stack.run(self.settings(collector, settings)) { send in
                func get(_ path: String, _ headers: HTTPHeaders, as visitor: String) async throws {
                    let request = Request(path: path, headers: self.behindProxy(visitor, Self.firefox, headers))
                    try await self.expect(200, send, request)
                }
                let page = "https://shop.example/cart"
                let turbo: HTTPHeaders = [
                    "Accept": "text/html, application/xhtml+xml", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty",
                    "Referer": page,
                ]
                let htmx: HTTPHeaders = [
                    "Accept": "*/*", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "HX-Request": "true",
                    "HX-Current-URL": page, "Referer": "https://shop.example/",
                ]
                // Turbo: a link that the pointer rests on, then follows; a frame.
                try await get("/products/MUG-01?a=prefetch", turbo.with("X-Sec-Purpose", "prefetch"), as: jane)
                try await get("/products/MUG-01", turbo, as: jane)
                try await get("/products/TEA-03?a=frame", turbo.with("Turbo-Frame", "reviews"), as: jane)
                // htmx: a boosted link, and a part of a page.
                try await get("/products/TEA-03", htmx.with("HX-Boosted", "true"), as: jane)
                try await get("/products/POT-02?a=fragment", htmx, as: jane)
                try await get(
                    "/",
                    ["Accept": "text/html", "X-Requested-With": "XMLHttpRequest", "X-PJAX": "true", "Referer": page],
                    as: jane
                )
                // A service worker that passes a navigation on, with a preload before it.
                let passedOn: HTTPHeaders = [
                    "Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "empty",
                ]
                try await get("/cart", self.navigation.with("Service-Worker-Navigation-Preload", "true"), as: jane)
                try await get("/cart", passedOn, as: jane)
                // An app loads a paid link's page before the visitor follows it.
                try await get("/?utm_source=paid", self.navigation.with("X-Purpose", "preview"), as: john)
                try await get("/products/MUG-01", self.navigation, as: john)
                // A scanner that names the server's address.
                let scanner: HTTPHeaders = ["Host": "198.51.100.5", "User-Agent": Self.firefox, "Accept": "text/html"]
                try await self.expect(200, send, Request(path: "/", headers: scanner))
            }
            #expect(status == 0)

            let expected = [
                "pageview https://shop.example/products/MUG-01 from https://shop.example/cart [] jane",
                "productview https://shop.example/products/MUG-01 from https://shop.example/cart [] jane",
                "pageview https://shop.example/products/TEA-03 from https://shop.example/cart [] jane",
                "productview https://shop.example/products/TEA-03 from https://shop.example/cart [] jane",
                // A frame and a fragment are no page views, but the handler says that they show a product on the page that is open.
                "productview https://shop.example/cart from - [] jane",
                "productview https://shop.example/cart from - [] jane",
                "pageview https://shop.example/ from https://shop.example/cart [] jane",
                "pageview https://shop.example/cart from - [] jane",
                "pageview https://shop.example/products/MUG-01 from - [utm_source=paid] john",
                "productview https://shop.example/products/MUG-01 from - [utm_source=paid] john",
            ]
            let visitors = try [Visitor("jane", jane, Self.firefox, ""), Visitor("john", john, Self.firefox, "")]
            #expect(collector.events.map { Self.text($0, visitors) }.sorted() == expected.sorted())
            #expect(collector.deviations.isEmpty)
        }
    }

    private struct Visitor {
        let name: String
        let identity: IdentityData
        let email: AnonymizedHash
        let address: String

        init(_ name: String, _ address: String, _ userAgent: String, _ email: String) throws {
            self.name = name
            self.address = email
            self.email = AnonymizedHash(hashing: email)
            self.identity = IdentityData(
                session: AnonymizedHash(hashing: "\(address)|\(userAgent)"),
                address: AnonymizedHash(hashing: address),
                userAgent: AnonymizedHash(hashing: userAgent)
            )
        }
    }

    /// Returns an event as one line, without its time.
    private static func text(_ event: Event, _ visitors: [Visitor]) -> String {
        func items(_ items: [LineItem]) -> String {
            items.map { "\($0.name) \($0.amount) ×\($0.quantity)" }.joined(separator: ", ")
        }
        var text = "\(event.type.rawValue) \(event.url.text) from \(event.referer?.text ?? "-") "
        text += "[\(event.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: " "))] "
        switch event.detail {
        case .addToCart(let added): text += items(added) + " "
        case .purchase(let order): text += "\(order.id) \(order.currency.code) \(order.amount) \(items(order.items)) "
        case .conversion(let conversion): text += "\(conversion.id) \(conversion.currency.code) \(conversion.amount) "
        case .pageView, .productView, .postPurchaseSurvey: break
        }
        var identity = event.identity
        identity.email = nil
        text += visitors.first { $0.identity == identity }?.name ?? "a stranger"
        if let email = event.identity.email {
            text += " \(visitors.first { $0.email == email }?.address ?? "a stranger's email")"
        }
        return text
    }
}

extension HTTPHeaders {
    /// Returns the fields with one more.
    fileprivate func with(_ name: String, _ value: String) -> HTTPHeaders {
        var headers = self
        headers.add(name: name, value: value)
        return headers
    }
}
#endif
