//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// The allow-list of sites.
struct SiteTests {
    private static let other = "0b29fc40-ca47-1067-b31d-00dd010662da"

    private func configuration(_ hosts: [String] = ["shop.example", "*.shop.example"]) throws -> CaptureConfiguration {
        var configuration = CaptureConfiguration()
        configuration.sites = try hosts.map { try Site($0) }
        return configuration
    }

    struct HostRow: Row {
        let pattern: String
        let host: String
        let isMatch: Bool
        let reason: String

        init(_ pattern: String, _ host: String, _ isMatch: Bool, _ reason: String) {
            (self.pattern, self.host, self.isMatch, self.reason) = (pattern, host, isMatch, reason)
        }
    }

    @Test(arguments: [
        HostRow("shop.example", "shop.example", true, "the host"),
        HostRow("SHOP.Example", "shop.example", true, "in any case"),
        HostRow("shop.example", "www.shop.example", false, "no subdomain"),
        HostRow("shop.example", "shop.example.evil.example", false, "no host that begins alike"),
        HostRow("*.shop.example", "www.shop.example", true, "a subdomain"),
        HostRow("*.shop.example", "a.b.shop.example", true, "a subdomain of one"),
        HostRow("*.shop.example", "shop.example", false, "subdomains are not the apex"),
        HostRow("*.shop.example", "evilshop.example", false, "no host that ends alike"),
        HostRow("*.shop.example", ".shop.example", false, "an empty label is no subdomain"),
        HostRow("shop.example", "shop.example:8443", false, "a port of its own is named"),
        HostRow("shop.example:8443", "shop.example:8443", true, "as here"),
        HostRow("shop.example:8443", "shop.example", false, "and then no other"),
        HostRow("shop.example:443", "shop.example", true, "the scheme's own port is none"),
        HostRow("192.0.2.1", "192.0.2.1", true, "an address"),
        HostRow("[2001:DB8::0]", "[2001:db8::]", true, "an address of IPv6, in any form"),
    ])
    func matchesHosts(_ row: HostRow) throws {
        #expect(try row.host.withBytes(HostPattern(row.pattern).matches) == row.isMatch)
    }

    @Test(arguments: [
        "", "*", "*.", "https://shop.example", "shop.example/path", "a@shop.example", "*.shop.example:1", "sh*p.example", "a b",
        ".shop.example", "*..shop.example", "shop..example",
    ])
    func throwsForInvalidHost(_ text: String) {
        let error = #expect(throws: ValidationError.self) { try Site(text) }
        #expect(error?.field == "host")
    }

    @Test func listWithoutExactHostIsAnError() throws {
        let error = #expect(throws: ValidationError.self) { try CaptureRules(self.configuration(["*.shop.example"])) }
        #expect(error?.field == "sites")
    }

    @Test(arguments: ["evil.example", "203.0.113.9", "shop.example:8080", "shop.example.evil.example"])
    func skipsForeignHost(_ host: String) async throws {
        let sink = InMemorySink()
        let capture = try self.configuration()
        let tracker = try Tracker(configuration: .stub { $0.capture = capture }, sink: sink)
        let (foreign, own) = (try makeRequest("/", authority: host), try makeRequest("/", authority: "www.shop.example"))
        try await running(tracker) {
            tracker.requestCompleted(foreign, from: .stub, response: Browsing.page)
            tracker.requestCompleted(own, from: .stub, response: Browsing.page)
            tracker.productViewed(by: tracker.visit(for: foreign, from: .stub))
            tracker.itemsAddedToCart([], by: tracker.visit(for: foreign, from: .stub))
        }
        #expect(sink.events.map(\.url.text) == ["https://www.shop.example/"])
        #expect(tracker.statistics.skipped(.foreignSite) == 3)
    }

    @Test func orderFromForeignHostIsReportedForFirstExactHost() async throws {
        let sink = InMemorySink()
        let capture = try self.configuration(["*.example", "shop.example", "b2b.example"])
        let tracker = try Tracker(configuration: .stub { $0.capture = capture }, sink: sink)
        let request = try makeRequest("/checkout?token=1", authority: "10.0.0.7:8080")
        let order = try Order.stub()
        try await running(tracker) { try await tracker.orderPlaced(order, by: tracker.visit(for: request, from: .stub)) }
        #expect(sink.events.map(\.url.text) == ["https://shop.example/"])
        #expect(sink.events.map(\.origin.text) == ["https://shop.example"])
    }

    struct ScriptRow: Row {
        let fields: [(name: String, value: String)]
        let url: String
        let origin: String
        let reason: String
    }

    @Test(arguments: [
        ScriptRow(
            fields: [("Origin", "https://evil.example"), ("Referer", "https://evil.example/page")],
            url: "https://shop.example/",
            origin: "https://shop.example",
            reason: "a foreign page that calls the cart"
        ),
        ScriptRow(
            fields: [("Origin", "https://www.shop.example"), ("Referer", "https://www.shop.example/tea")],
            url: "https://www.shop.example/tea",
            origin: "https://www.shop.example",
            reason: "a page of another host of the list"
        ),
        ScriptRow(
            fields: [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "same-site")],
            url: "https://shop.example/",
            origin: "https://shop.example",
            reason: "where there is a list, the list decides"
        ),
        ScriptRow(
            fields: [("HX-Current-URL", "https://evil.example/x"), ("Referer", "https://shop.example/tea")],
            url: "https://shop.example/tea",
            origin: "https://shop.example",
            reason: "a page of htmx that is foreign is none"
        ),
    ])
    func checksPageOfScript(_ row: ScriptRow) throws {
        let fields = row.fields + [(name: "Sec-Fetch-Mode", value: "cors")]
        let visit = try resolve(makeRequest("/cart", method: .post, fields), configuration: self.configuration())
        #expect(visit.url.text == row.url)
        #expect(visit.origin.text == row.origin)
    }

    @Test func forwardedHostMustBeASite() throws {
        var configuration = try self.configuration()
        configuration.trustedProxies = try TrustedProxies("10.0.0.0/8")
        func url(_ host: String) throws -> String {
            let request = try makeRequest(
                "/",
                [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", host), ("User-Agent", "a")]
            )
            return try resolve(request, from: PeerAddress(text: "10.0.0.1"), configuration: configuration).url.text
        }
        #expect(try url("www.shop.example") == "https://www.shop.example/")
        #expect(try url("evil.example") == "https://shop.example/", "a client's own field, which the balancer has passed on")
    }

    /// The scheme of a target in absolute form is the client's choice, too.
    @Test func orderWithForeignSchemeIsReported() async throws {
        let sink = InMemorySink()
        let capture = try self.configuration()
        let tracker = try Tracker(configuration: .stub { $0.capture = capture }, sink: sink)
        let request = try makeRequest("ftp://shop.example/checkout", scheme: nil, authority: "shop.example")
        let order = try Order.stub()
        try await running(tracker) { try await tracker.orderPlaced(order, by: tracker.visit(for: request, from: .stub)) }
        #expect(sink.events.map(\.url.text) == ["https://shop.example/"])
    }

    @Test func callFromAnotherSiteHasTheIDOfItsPage() async throws {
        let sink = InMemorySink()
        let b2b = try Site("b2b.example", customerSiteID: CustomerSiteID(Self.other))
        let shop = try Site("shop.example")
        let tracker = try Tracker(configuration: .stub { $0.capture.sites = [shop, b2b] }, sink: sink)
        let fields = [
            (name: "Origin", value: "https://b2b.example"), (name: "Sec-Fetch-Mode", value: "cors"),
            (name: "User-Agent", value: "Mozilla/5.0 (X11)"),
        ]
        let call = try makeRequest("/cart", method: .post, fields)
        let callOfPage = try makeRequest(
            "/cart",
            method: .post,
            fields + [(name: "Referer", value: "https://b2b.example/bulk")]
        )
        try await running(tracker) {
            for request in [call, callOfPage] { tracker.itemsAddedToCart([], by: tracker.visit(for: request, from: .stub)) }
            let page = try tracker.visit(for: call, from: .stub).on("https://b2b.example/x")
            tracker.pageViewed(by: page)
        }
        #expect(sink.events.map(\.url.text) == ["/", "/bulk", "/x"].map { "https://b2b.example\($0)" })
        #expect(sink.events.map(\.customerSiteID.text) == [Self.other, Self.other, Self.other])
    }

    /// The origin of a request is used again for the next one of the same site, and for no other.
    @Test func requestsInARowHaveTheirOwnSites() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        let sites = [
            ("https", "a.example"), ("https", "a.example"), ("http", "a.example"), ("https", "aa.example"),
            ("https", "b.example"),
            ("https", "A.example"), ("https", "a.example:443"), ("https", "a.example:444"), ("http", "s://a.example"),
        ]
        let requests = try sites.map { try makeRequest("/x", scheme: $0, authority: $1) }
        try await running(tracker) {
            for request in requests {
                tracker.requestCompleted(request, response: Browsing.page, visit: tracker.visit(for: request, from: .stub))
            }
        }
        #expect(
            sink.events.map(\.origin.text) == [
                "https://a.example", "https://a.example", "http://a.example", "https://aa.example", "https://b.example",
                "https://a.example", "https://a.example", "https://a.example:444",
            ]
        )
        #expect(sink.events.map(\.url.text) == sink.events.map { "\($0.origin)/x" })
        #expect(tracker.statistics.dropped(.invalidHost) == 1)
    }

    @Test func eachSiteHasItsID() async throws {
        let sink = InMemorySink()
        let b2b = try Site("b2b.example", customerSiteID: CustomerSiteID(Self.other))
        let shop = try Site("shop.example")
        let tracker = try Tracker(configuration: .stub { $0.capture.sites = [shop, b2b] }, sink: sink)
        let landing = try makeRequest("/go?utm_source=mail", authority: "b2b.example")
        let requests = [try makeRequest("/"), try makeRequest("/", authority: "b2b.example")]
        try await running(tracker) {
            tracker.requestCompleted(landing, from: .stub, response: HTTPResponse(status: .found))
            for request in requests { tracker.requestCompleted(request, from: .stub, response: Browsing.page) }
        }
        #expect(sink.events.map(\.customerSiteID.text) == ["6b29fc40-ca47-1067-b31d-00dd010662da", Self.other])
        #expect(sink.events.map { $0.parameters.map(\.value) } == [[], ["mail"]], "sessions of two sites are kept apart")
    }
}
