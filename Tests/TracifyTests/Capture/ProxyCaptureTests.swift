//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Logging
import Testing

@testable import Tracify

/// The events of requests that came through a proxy.
@Suite(.timeLimit(.minutes(15)))
struct ProxyCaptureTests {
    private static let proxy = PeerAddress(text: "10.0.0.2")
    private static let forwarded = [
        (name: "User-Agent", value: "Mozilla/5.0"), (name: "X-Forwarded-For", value: "6.6.6.6, 203.0.113.77"),
        (name: "X-Forwarded-Proto", value: "https"), (name: "X-Forwarded-Host", value: "shop.example"),
    ]

    private func configuration(_ list: String = "10.0.0.0/8") throws -> CaptureConfiguration {
        var configuration = CaptureConfiguration()
        configuration.trustedProxies = try TrustedProxies(list)
        return configuration
    }

    private func tracker(_ sink: some EventSink, _ capture: CaptureConfiguration) throws -> Tracker {
        try Tracker(
            configuration: .stub { $0.capture = capture },
            sink: sink,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    @Test func usesClientSchemeAndHostOfTrustedProxy() throws {
        let request = try makeRequest("/tea", scheme: "http", authority: "backend:8080", Self.forwarded)
        let visit = try resolve(request, from: Self.proxy, configuration: self.configuration())
        #expect(visit.url.text == "https://shop.example/tea")
        #expect(visit.origin.text == "https://shop.example")
        #expect(visit.identity.address == (AnonymizedHash(hashing: "203.0.113.77")))
        #expect(visit.identity.session == (AnonymizedHash(hashing: "203.0.113.77|Mozilla/5.0")))
    }

    @Test func ignoresFieldsOfUntrustedPeer() throws {
        let request = try makeRequest("/tea", scheme: "http", authority: "backend:8080", Self.forwarded)
        for (peer, list) in [(PeerAddress(text: "203.0.113.9"), "10.0.0.0/8"), (Self.proxy, "")] {
            let visit = try resolve(request, from: peer, configuration: self.configuration(list))
            #expect(visit.url.text == "http://backend:8080/tea")
            #expect(visit.identity.address == (AnonymizedHash(hashing: try #require(peer.ip).text)))
        }
    }

    /// The page of a script's request is compared with the site that the proxy names.
    @Test func attributesScriptRequestToPageBehindProxy() throws {
        let fields = Self.forwarded + [("Sec-Fetch-Mode", "cors"), ("Referer", "https://shop.example/products/tea")]
        let request = try makeRequest("/api/cart", method: .post, scheme: "http", authority: "backend:8080", fields)
        let visit = try resolve(request, from: Self.proxy, configuration: self.configuration())
        #expect(visit.url.text == "https://shop.example/products/tea")
    }

    @Test func alwaysHTTPSOverridesForwardedScheme() throws {
        var configuration = try self.configuration()
        configuration.isAlwaysHTTPS = true
        let fields = Self.forwarded + [("X-Forwarded-Proto", "http")]
        #expect(
            try resolve(makeRequest("/", fields), from: Self.proxy, configuration: configuration).url.text
                == "https://shop.example/"
        )
    }

    /// A Unix domain socket has no peer address, so only the proxy can name the client.
    @Test func trustsUnixSocketsWhenEnabled() async throws {
        let request = try makeRequest("/", scheme: "http", authority: "backend", Self.forwarded)
        let bare = try makeRequest("/", scheme: "http", authority: "backend")
        for (list, views, skips) in [("", 0, 2), ("unix", 1, 1)] {
            let sink = InMemorySink()
            let tracker = try self.tracker(sink, self.configuration(list))
            try await running(tracker) {
                tracker.requestCompleted(request, from: .unixSocket, response: Browsing.page)
                tracker.requestCompleted(bare, from: .unixSocket, response: Browsing.page)
            }
            #expect(sink.events.count == views)
            #expect(tracker.statistics.skipped(.noClientAddress) == skips)
        }
    }

    /// A request without a known client address is skipped.
    ///
    /// Its order is still reported.
    @Test(arguments: ["unknown", "_hidden", "203.0.113.77, rubbish", ""])
    func skipsUnknownClientButReportsItsOrder(list: String) async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink, self.configuration())
        let request = try makeRequest("/", [("User-Agent", "Mozilla/5.0"), ("X-Forwarded-For", list)])
        let visit = tracker.visit(for: request, from: Self.proxy)
        try await running(tracker) {
            tracker.requestCompleted(request, response: Browsing.page, visit: visit)
            tracker.productViewed(by: visit)
            try await tracker.orderPlaced(Order(id: "1", currency: .eur, amount: .zero), by: visit)
        }
        #expect(sink.events.map(\.type) == [.purchase])
        let statistics = tracker.statistics
        #expect(statistics.skipped(.noClientAddress) == 2)
        #expect(statistics.captured() == 1)
        #expect(statistics.captured() == statistics.delivered())
    }

    @Test func hidesClientInDescriptions() throws {
        let rules = try CaptureRules(self.configuration())
        let request = try makeRequest("/", Self.forwarded)
        let visits = [Visit(request, from: Self.proxy), try #require(Visit(request, from: Self.proxy).recorded(by: rules))]
        var text = "\(visits)"
        dump(visits, to: &text)
        if case .record(let record) = visits[1].source { dump(record, to: &text) }
        for secret in ["203.0.113.77", "6.6.6.6", "10.0.0.2"] { #expect(!text.contains(secret)) }
    }
}
