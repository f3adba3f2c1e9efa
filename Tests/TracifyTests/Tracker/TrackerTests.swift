//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Metrics
import MetricsTestKit
import Testing

@testable import Tracify

struct TrackerTests {
    private let time = Date(timeIntervalSince1970: 1_718_973_397)

    private func tracker(_ sink: InMemorySink, _ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        let time = self.time
        return try Tracker(configuration: .stub(change), sink: sink, clock: ManualClock(), now: { time })
    }

    @Test func pageViewCarriesRequestData() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            var request = Browsing.request("/shoes?utm_source=fb&utm_campaign=a%20b&secret=1")
            request.headerFields[.referer] = "https://user@news.example/article?id=7#top"
            request.headerFields[.origin] = "https://shop.example"
            tracker.requestCompleted(request, from: PeerAddress(text: Browsing.address), response: Browsing.page)
        }
        let event = try #require(sink.events.first)
        #expect(event.type == .pageView)
        #expect(event.url.text == "https://shop.example/shoes")
        #expect(event.origin.text == "https://shop.example")
        #expect(event.referer?.text == "https://news.example/article")
        #expect(event.date == self.time)
        #expect(event.parameters.map { "\($0.name)=\($0.value)" } == ["utm_source=fb", "utm_campaign=a b"])
        #expect(event.identity.address == (AnonymizedHash(hashing: Browsing.address)))
        #expect(event.identity.userAgent == (AnonymizedHash(hashing: Browsing.userAgent)))
        #expect(event.identity.session == (AnonymizedHash(hashing: Browsing.address + "|" + Browsing.userAgent)))
        #expect(event.identity.email == nil)
    }

    @Test func countsEachCompletedRequestAsCapturedOrSkipped() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            let peer = PeerAddress(text: Browsing.address)
            var post = Browsing.request()
            post.method = .post
            tracker.requestCompleted(post, from: peer, response: Browsing.page)
            tracker.requestCompleted(Browsing.request(), from: peer, response: HTTPResponse(status: .notFound))
            tracker.requestCompleted(Browsing.request(), from: peer, response: HTTPResponse(status: .ok))
            tracker.requestCompleted(Browsing.request(), from: .unixSocket, response: Browsing.page)
            tracker.requestCompleted(Browsing.request(), from: peer, response: Browsing.page)
        }
        #expect(sink.events.count == 1)
        let statistics = tracker.statistics
        #expect(statistics.skipped(.method) == 1)
        #expect(statistics.skipped(.status) == 1)
        #expect(statistics.skipped(.contentType) == 1)
        #expect(statistics.skipped(.noClientAddress) == 1)
        #expect(statistics.skipped() == 4)
        #expect(statistics.captured() == 1)
    }

    @Test func reportsEveryEventType() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let visit = Browsing.visit("/checkout").with(email: " jane.doe@example.com ")
        let item = try LineItem(name: "Mug", amount: Amount("12.50"), quantity: 2)
        let order = try Order(id: "A-1", currency: .eur, amount: Amount("25"), items: [item])
        let conversion = try Conversion(id: "N-1", currency: .usd, amount: Amount("1"))
        let answer = try SurveyAnswer(orderID: "A-1", source: .google)
        try await running(tracker) {
            tracker.productViewed(by: visit)
            tracker.itemsAddedToCart([item], by: visit)
            try await tracker.orderPlaced(order, by: visit)
            try await tracker.conversionCompleted(conversion, by: visit)
            try await tracker.surveyAnswered(answer, by: visit)
        }
        // Each lane keeps its order.
        let lanes = Dictionary(grouping: sink.events) { DeliveryLane($0.type) }.mapValues { $0.map(\.detail) }
        #expect(lanes[.orders] == [.purchase(order), .conversion(conversion), .postPurchaseSurvey(answer)])
        #expect(lanes[.observations] == [.productView, .addToCart([item])])
        let email = AnonymizedHash(hashing: "jane.doe@example.com")
        #expect(sink.events.allSatisfy { $0.identity.email == email })
    }

    @Test func usesCurrentVisitByDefault() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let order = try Order(id: "A-1", currency: .eur, amount: Amount("25"))
        try await running(tracker) {
            try await Visit.$current.withValue(Browsing.visit("/checkout")) {
                tracker.productViewed()
                tracker.itemsAddedToCart([])
                try await tracker.orderPlaced(order)
            }
            await #expect(throws: TrackerError.noCurrentVisit) { try await tracker.orderPlaced(order) }
            tracker.productViewed()
            tracker.itemsAddedToCart([])
        }
        #expect(sink.events.filter { $0.type == .purchase }.count == 1)
        #expect(sink.events.map(\.type).filter { $0 != .purchase } == [.productView, .addToCart])
        #expect(tracker.statistics.dropped(.noVisit, .productView) == 1)
        #expect(tracker.statistics.dropped(.noVisit, .addToCart) == 1)
    }

    @Test func throwsForOrderWithoutHost() async throws {
        let tracker = try self.tracker(InMemorySink())
        let visit = Visit(HTTPRequest(method: .post, scheme: "https", authority: nil, path: "/checkout"), from: .unknown)
        let order = try Order(id: "A-1", currency: .eur, amount: Amount("25"))
        let error = await #expect(throws: ValidationError.self) { try await tracker.orderPlaced(order, by: visit) }
        #expect(error?.field == "visit")
        #expect(tracker.statistics.captured(.purchase) == 1)
        #expect(tracker.statistics.dropped(.invalidHost, .purchase) == 1)
    }

    @Test func skipsProductViewsOfPrefetchedPages() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            var request = Browsing.request("/products/1")
            request.headerFields[try #require(HTTPField.Name("Sec-Purpose"))] = "prefetch;prerender"
            let visit = tracker.visit(for: request, from: PeerAddress(text: Browsing.address))
            tracker.productViewed(by: visit)
            tracker.requestCompleted(request, response: Browsing.page, visit: visit)
        }
        #expect(sink.events.isEmpty)
        #expect(tracker.statistics.skipped(.speculative) == 2)
    }

    @Test func lowercasesEmailAddedToStoredVisit() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink) { $0.capture.lowercasesEmail = true }
        try await running(tracker) {
            let visit = tracker.visit(for: Browsing.request(), from: PeerAddress(text: Browsing.address))
            let stored = try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(visit)).with(email: "Jane@Example.com")
            tracker.productViewed(by: try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(stored)))
        }
        #expect(sink.events.first?.identity.email == AnonymizedHash(hashing: "jane@example.com"))
    }

    @Test func alwaysHTTPSOverridesRequestScheme() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink) { $0.capture.isAlwaysHTTPS = true }
        try await running(tracker) {
            var request = Browsing.request("/a")
            request.scheme = "http"
            tracker.requestCompleted(request, from: PeerAddress(text: Browsing.address), response: Browsing.page)
        }
        #expect(sink.events.first?.url.text == "https://shop.example/a")
        #expect(sink.events.first?.origin.text == "https://shop.example")
    }

    /// An order is delivered even when the visitor's address and user agent are unknown.
    @Test func sendsOrderWithoutAddressAndUserAgent() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let request = HTTPRequest(method: .post, scheme: "https", authority: "shop.example", path: "/checkout")
        try await running(tracker) {
            try await tracker.orderPlaced(
                Order(id: "A-1", currency: .eur, amount: Amount("25")),
                by: Visit(request, from: .unknown)
            )
        }
        let identity = try #require(sink.events.first).identity
        #expect(identity.address == (AnonymizedHash(hashing: "0.0.0.0")))
        #expect(identity.userAgent == (AnonymizedHash(hashing: "")))
    }

    @Test func throwsForOrderWhenQueueIsFull() async throws {
        let tracker = try self.tracker(InMemorySink()) { $0.queue.maximumEvents = 1 }
        let order = try Order(id: "A-1", currency: .eur, amount: Amount("25"))
        try await tracker.orderPlaced(order, by: Browsing.visit())
        await #expect(throws: TrackerError.queueFull) { try await tracker.orderPlaced(order, by: Browsing.visit()) }
        #expect(tracker.statistics.dropped(.queueFull, .purchase) == 1)
        #expect(tracker.statistics.queued == 1)
    }

    @Test func countsCartWithTooManyItemsAsInvalid() async throws {
        let tracker = try self.tracker(InMemorySink())
        let item = try LineItem(name: "Mug", amount: .zero)
        try await running(tracker) {
            tracker.itemsAddedToCart(Array(repeating: item, count: LineItem.maximumCount + 1), by: Browsing.visit())
        }
        #expect(tracker.statistics.dropped(.invalid, .addToCart) == 1)
    }

    @Test func errorNamesSettingOutOfRange() throws {
        func field(_ change: (inout Tracker.Configuration) -> Void) -> String? {
            #expect(throws: ValidationError.self) { _ = try self.tracker(InMemorySink(), change) }?.field
        }
        #expect(field { $0.batches.maximumEvents = 0 } == "batches.maximumEvents")
        #expect(field { $0.batches.maximumBytes = 10 } == "batches.maximumBytes")
        #expect(field { $0.batches.maximumConcurrentDeliveries = 65 } == "batches.maximumConcurrentDeliveries")
        #expect(field { $0.batches.interval = .zero } == "batches.interval")
        #expect(field { $0.queue.maximumEvents = 0 } == "queue.maximumEvents")
        #expect(field { $0.queue.maximumBytes = 1 } == "queue.maximumBytes")
        #expect(field { $0.capture.urlParameters = ["order_id"] } == "url_parameters")
        #expect(field { $0.retry.initialBackoff = .zero } == "retry.initialBackoff")
        #expect(field { $0.retry.maximumBackoff = .seconds(Int64.max) } == "retry.maximumBackoff")
        #expect(field { $0.shutdown.gracefulDeadline = .seconds(Int64.max) } == "shutdown.gracefulDeadline")
        #expect(field { $0.shutdown.cancellationDeadline = .seconds(-1) } == "shutdown.cancellationDeadline")
    }

    /// A handler reports a product view for every request for its page.
    ///
    /// Subresources are not product views.
    @Test(arguments: [("document", true), ("empty", true), ("iframe", false), ("image", false), ("script", false), ("", false)])
    func skipsProductViewsOfSubresources(destination: String, isView: Bool) async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        let request = try makeRequest("/products/tea", [("User-Agent", "Mozilla/5.0"), ("Sec-Fetch-Dest", destination)])
        try await running(tracker) { tracker.productViewed(by: tracker.visit(for: request, from: .stub)) }
        #expect(sink.events.count == (isView ? 1 : 0))
        #expect(tracker.statistics.skipped(.subresource) == (isView ? 0 : 1))
    }

    @Test func reportsProductViewsByPath() async throws {
        let sink = InMemorySink()
        let products = try PathPattern("/products/*")
        let tracker = try Tracker(configuration: .stub { $0.capture.productPaths = [products] }, sink: sink)
        try await running(tracker) {
            tracker.view("/products/tea?utm_source=x")
            tracker.view("/products")
            let missing = HTTPResponse(status: .notFound, headerFields: [.contentType: "text/html"])
            tracker.requestCompleted(Browsing.request("/products/none"), from: .stub, response: missing)
        }
        let views = sink.events.filter { $0.type == .productView }
        #expect(views.map(\.url.text) == ["https://shop.example/products/tea"])
        #expect(views.flatMap(\.parameters).map(\.name) == ["utm_source"])
        #expect(sink.events.filter { $0.type == .pageView }.count == 2)
    }

    /// A listener that comes late must not wait for ever.
    @Test func reportsEndAtOnceAfterTheTrackerHasEnded() async throws {
        let tracker = try self.tracker(InMemorySink())
        let before = tracker.deliveryReports()
        try await running(tracker) { tracker.view() }
        for await _ in tracker.deliveryReports() { Issue.record("A tracker that has ended reports a delivery") }
        var count = 0
        for await report in before where report.outcome == .delivered { count += 1 }
        #expect(count == 1)
    }

    @Test func publishesCounters() async throws {
        let metrics = TestMetrics()
        let sink = InMemorySink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub(), sink: sink, metrics: metrics, clock: clock)
        try await running(tracker) {
            tracker.view("/1")
            tracker.requestCompleted(Browsing.request(), from: .unknown, response: Browsing.page)
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(1))
            _ = try await sink.waitForEvents(1)
            tracker.view("/2")
            tracker.productViewed(by: nil)
        }
        #expect(try metrics.expectCounter("tracify.events.captured", [("type", "pageview")]).totalValue == 2)
        #expect(try metrics.expectCounter("tracify.events.delivered", [("type", "pageview")]).totalValue == 2)
        #expect(
            try metrics.expectCounter("tracify.events.dropped", [("type", "productview"), ("reason", "no_visit")]).totalValue == 1
        )
        #expect(try metrics.expectCounter("tracify.requests.skipped", [("reason", "no_client_address")]).totalValue == 1)
    }
}
