//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Logging
import Testing

@testable import Tracify

/// The events and counters of crawlers.
@Suite(.timeLimit(.minutes(15)))
struct CrawlerTrackingTests {
    private static let crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    private static let person = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"

    private func tracker(
        _ sink: InMemorySink,
        _ change: (inout CaptureConfiguration) throws -> Void = { _ in }
    ) throws -> Tracker {
        var capture = CaptureConfiguration()
        try change(&capture)
        return try Tracker(
            configuration: .stub { $0.capture = capture },
            sink: sink,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// Reports an event of each kind once.
    private func shop(at tracker: Tracker, as userAgent: String) async throws {
        let request = Browsing.request("/products/tea?utm_source=mail", userAgent: userAgent)
        let visit = tracker.visit(for: request, from: .stub)
        try await running(tracker) {
            tracker.requestCompleted(request, response: Browsing.page, visit: visit)
            tracker.productViewed(by: visit)
            tracker.itemsAddedToCart([try .stub()], by: visit)
            try await tracker.orderPlaced(.stub(), by: visit)
            try await tracker.conversionCompleted(.stub(), by: visit)
        }
    }

    @Test func reportsOnlyOrdersAndConversionsOfCrawlers() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await self.shop(at: tracker, as: Self.crawler)
        #expect(sink.events.map(\.type) == [.purchase, .conversion])
        #expect(sink.events.allSatisfy { $0.identity.userAgent == AnonymizedHash(hashing: Self.crawler) })

        let statistics = tracker.statistics
        #expect(statistics.skipped(.crawler) == 3)
        for reason in SkipReason.allCases where reason != .crawler { #expect(statistics.skipped(reason) == 0) }
        #expect(statistics.captured() == 2)
        #expect(statistics.delivered() == 2)
    }

    @Test func doesNotSkipBrowsers() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await self.shop(at: tracker, as: Self.person)
        #expect(sink.events.count == 5)
        #expect(tracker.statistics.skipped(.crawler) == 0)
    }

    @Test func countsCrawlersWhenEnabled() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink) { $0.countsCrawlers = true }
        try await self.shop(at: tracker, as: Self.crawler)
        #expect(Set(sink.events.map(\.type)) == [.pageView, .productView, .addToCart, .purchase, .conversion])
        #expect(tracker.statistics.skipped(.crawler) == 0)
    }

    @Test func skipsProductViewByPathWithItsPageView() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink) { $0.productPaths = [try PathPattern("/products/*")] }
        let request = Browsing.request("/products/tea", userAgent: Self.crawler)
        try await running(tracker) { tracker.requestCompleted(request, from: .stub, response: Browsing.page) }
        #expect(sink.events.isEmpty)
        #expect(tracker.statistics.skipped(.crawler) == 2)
    }

    /// Other reasons come first, because they are known on the request's task.
    @Test func otherSkipReasonsPrecedeCrawlerReason() async throws {
        let tracker = try self.tracker(InMemorySink())
        let request = Browsing.request(userAgent: Self.crawler)
        let bare = try makeRequest("/", [])
        try await running(tracker) {
            tracker.requestCompleted(request, from: .stub, response: HTTPResponse(status: .notFound))
            tracker.requestCompleted(bare, from: .stub, response: Browsing.page)
        }
        #expect(tracker.statistics.skipped(.status) == 1)
        #expect(tracker.statistics.skipped(.noUserAgent) == 1)
        #expect(tracker.statistics.skipped(.crawler) == 0)
    }

    @Test func classifiesHeaderThatIsNotUTF8() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        var request = try makeRequest("/", [])
        request.headerFields.append(
            HTTPField(name: .userAgent, value: Array("Mozilla/5.0 (X11) ".utf8) + [0xE9] + Array("bot".utf8))
        )
        let page = request
        try await running(tracker) { tracker.requestCompleted(page, from: .stub, response: Browsing.page) }
        #expect(sink.events.isEmpty)
        #expect(tracker.statistics.skipped(.crawler) == 1)
    }

    /// The classification is cached with the visitor's hashes and computed again after eviction.
    @Test func cachesClassification() throws {
        var cache = IdentityCache(capacity: 4)
        for number: UInt32 in 0..<20 {
            let address = IPAddress(ipv4: number % 5)
            for _ in 0..<2 {
                #expect(Self.crawler.withBytes { cache.entry(address: address, userAgent: $0).isCrawler })
                #expect(!Self.person.withBytes { cache.entry(address: address, userAgent: $0).isCrawler })
            }
        }
    }
}
