//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Logging
import Testing

@testable import Tracify

/// Each page view counts once, also when several middlewares or calls report it; a visit of another tracker is read again or refused.
struct PageViewOnceTests {
    private static let redirect = HTTPResponse(status: .found, headerFields: [.location: "/"])

    private func tracker(
        _ sink: InMemorySink,
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ change: (inout Tracker.Configuration) -> Void = { _ in }
    ) throws -> Tracker {
        try Tracker(configuration: .stub(change), sink: sink, logger: logger)
    }

    /// A middleware as the adapters have it.
    private func handle(
        _ tracker: Tracker,
        _ request: HTTPRequest,
        next: () -> HTTPResponse
    ) -> HTTPResponse {
        let visit = tracker.visit(for: request, from: .stub)
        let response = Visit.$current.withValue(visit) { next() }
        tracker.requestCompleted(request, response: response, visit: visit)
        return response
    }

    @Test func middlewareThatIsAttachedTwiceReportsOnce() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let request = Browsing.request("/tea")
        try await running(tracker) {
            _ = self.handle(tracker, request) { self.handle(tracker, request) { Browsing.page } }
            _ = self.handle(tracker, request) { self.handle(tracker, request) { HTTPResponse(status: .notFound) } }
        }
        #expect(sink.events.count == 1)
        #expect(tracker.statistics.skipped() == 1)
    }

    /// A middleware between the two adds a header field.
    @Test func middlewareThatIsAttachedTwiceAroundAnotherReportsOnce() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let request = Browsing.request("/tea")
        var changed = request
        changed.headerFields[try #require(HTTPField.Name("X-Request-ID"))] = "1"
        let inner = changed
        try await running(tracker) {
            _ = self.handle(tracker, request) { self.handle(tracker, inner) { Browsing.page } }
        }
        #expect(sink.events.count == 1)
    }

    /// A middleware between the two tries again.
    @Test func middlewareThatIsAttachedTwiceAroundARetryReportsOnce() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let request = Browsing.request("/tea")
        try await running(tracker) {
            _ = self.handle(tracker, request) {
                _ = self.handle(tracker, request) { HTTPResponse(status: .serviceUnavailable) }
                return self.handle(tracker, request) { Browsing.page }
            }
        }
        #expect(sink.events.count == 1)
        #expect(tracker.statistics.skipped() == 1)
    }

    @Test func requestInsideOfAnotherIsItsOwn() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            _ = self.handle(tracker, Browsing.request("/a")) { self.handle(tracker, Browsing.request("/b")) { Browsing.page } }
        }
        #expect(Set(sink.events.map(\.url.text)) == ["https://shop.example/a", "https://shop.example/b"])
    }

    @Test func retriedHandlerReportsOnce() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let request = Browsing.request()
        try await running(tracker) {
            _ = self.handle(tracker, request) { HTTPResponse(status: .serviceUnavailable) }
            _ = self.handle(tracker, request) { Browsing.page }
        }
        #expect(sink.events.count == 1)
    }

    @Test func pageViewByHandIsReportedOnce() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let call = try makeRequest(
            "/api",
            [("Sec-Fetch-Mode", "cors"), ("Referer", "https://shop.example/tea"), ("User-Agent", "Mozilla/5.0 (X11)")]
        )
        try await running(tracker) {
            _ = self.handle(tracker, Browsing.request()) {
                tracker.pageViewed(by: Visit.current)
                return Browsing.page
            }
            _ = self.handle(tracker, call) {
                tracker.pageViewed()
                tracker.pageViewed()
                return HTTPResponse(status: .noContent)
            }
        }
        #expect(sink.events.map(\.url.text) == ["https://shop.example/", "https://shop.example/tea"])
    }

    /// A visit that is made of texts may repeat a name; an event has each name once.
    @Test func firstOfEachParameterOfVisitCounts() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let visit = Visit(
            address: try #require(IPAddress("203.0.113.7")),
            userAgent: "Mozilla/5.0 (X11)",
            url: try PageURL("https://shop.example/tea"),
            parameters: try [("utm_source", "a"), ("utm_medium", "b"), ("utm_source", "c")]
                .map { try URLParameter(name: $0, value: $1) }
        )
        let stored = try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(visit))
        try await running(tracker) { for visit in [visit, stored] { tracker.pageViewed(by: visit) } }
        let parameters = sink.events.map { $0.parameters.map { "\($0.name)=\($0.value)" } }
        #expect(parameters == [["utm_source=a", "utm_medium=b"], ["utm_source=a", "utm_medium=b"]])
    }

    @Test func visitOnAnotherPageIsReportedEachTime() async throws {
        let sink = InMemorySink()
        let site = try Site("shop.example")
        let admin = try PathPattern("/admin/**")
        let tracker = try self.tracker(sink) {
            $0.capture.sites = [site]
            $0.capture.excludedPaths = [admin]
        }
        let beacon = try makeRequest(
            "/page-view",
            method: .post,
            [("Sec-Fetch-Mode", "no-cors"), ("User-Agent", "Mozilla/5.0 (X11)")]
        )
        let visit = tracker.visit(for: beacon, from: .stub)
        try await running(tracker) {
            tracker.pageViewed(
                by: try visit.on("https://shop.example/tea?utm_source=mail&x=y#top", referrer: "https://b.example/p?q")
            )
            tracker.pageViewed(by: try visit.on("https://shop.example/tea/jane@x.de", referrer: ""))
            tracker.pageViewed(by: try visit.on("https://evil.example/tea"))
            tracker.pageViewed(by: try visit.on("https://shop.example/admin/x"))
        }
        #expect(sink.events.map(\.url.text) == ["https://shop.example/tea", "https://shop.example/tea/redacted"])
        #expect(sink.events.map(\.referer?.text) == ["https://b.example/p", nil])
        #expect(sink.events.map { $0.parameters.map(\.value) } == [["mail"], []])
        #expect(tracker.statistics.skipped(.foreignSite) == 1)
        #expect(tracker.statistics.skipped(.excludedPath) == 1)
    }

    @Test(arguments: [
        "", "/tea", "ftp://shop.example/", "https://", "javascript:alert(1)",
        "https://shop.example/" + String(repeating: "a", count: 9000),
    ])
    func throwsForPageThatIsNoURL(_ url: String) throws {
        let error = #expect(throws: ValidationError.self) { try Browsing.visit().on(url) }
        #expect(error?.field == "url")
        #expect(throws: ValidationError.self) { try Browsing.visit().on("https://shop.example/", referrer: "about:blank") }
    }

    @Test func completesRequestWithVisitMadeByHand() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let visit = try Visit(
            address: #require(IPAddress("192.0.2.9")),
            userAgent: "Mozilla/5.0 (X11)",
            url: PageURL("https://shop.example/cached")
        )
        try await running(tracker) {
            tracker.requestCompleted(Browsing.request(), response: Browsing.page, visit: visit)
            tracker.requestCompleted(Browsing.request(), response: HTTPResponse(status: .notFound), visit: visit)
        }
        #expect(sink.events.map(\.url.text) == ["https://shop.example/cached"])
        #expect(tracker.statistics.skipped(.status) == 1)
    }

    @Test func landingOfThrownRedirectSurvives() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            _ = self.handle(tracker, Browsing.request("/go?utm_source=mail")) { HTTPResponse(status: .seeOther) }
            _ = self.handle(tracker, Browsing.request()) { Browsing.page }
        }
        #expect(sink.events.map { $0.parameters.map(\.value) } == [["mail"]])
    }

    @Test func trackersDoNotShareConsentOrProxies() async throws {
        let (strictSink, openSink) = (InMemorySink(), InMemorySink())
        let strict = try self.tracker(strictSink) { $0.capture.consent = .privacySignals }
        let open = try self.tracker(openSink)
        var optedOut = Browsing.request()
        optedOut.headerFields[try #require(HTTPField.Name("Sec-GPC"))] = "1"
        let request = optedOut
        try await running(strict) {
            try await running(open) {
                _ = self.handle(strict, request) {
                    self.handle(open, request) {
                        // The inner tracker's visit.
                        strict.productViewed(by: Visit.current)
                        open.productViewed(by: Visit.current)
                        return Browsing.page
                    }
                }
            }
        }
        #expect(strictSink.events.isEmpty)
        #expect(strict.statistics.skipped(.noConsent) == 2)
        #expect(Set(openSink.events.map(\.type)) == [.pageView, .productView])
    }

    /// Each tracker has a page view of its own, also of a visit that another one has made.
    @Test func trackersDoNotShareAPageViewByHand() async throws {
        let (innerSink, outerSink) = (InMemorySink(), InMemorySink())
        let (inner, outer) = (try self.tracker(innerSink), try self.tracker(outerSink))
        let request = Browsing.request()
        try await running(inner) {
            try await running(outer) {
                _ = self.handle(outer, request) {
                    self.handle(inner, request) {
                        for tracker in [outer, inner, outer] { tracker.pageViewed(by: Visit.current) }
                        return Browsing.page
                    }
                }
            }
        }
        #expect(innerSink.events.map(\.type) == [.pageView])
        #expect(outerSink.events.map(\.type) == [.pageView])
    }

    @Test func pageViewByHandLeavesTheProductView() async throws {
        let sink = InMemorySink()
        let products = try PathPattern("/products/*")
        let tracker = try self.tracker(sink) { $0.capture.productPaths = [products] }
        let request = Browsing.request("/products/tea")
        try await running(tracker) {
            _ = self.handle(tracker, request) {
                self.handle(tracker, request) {
                    tracker.pageViewed()
                    return Browsing.page
                }
            }
        }
        #expect(sink.events.map(\.type) == [.pageView, .productView])
    }

    /// A middleware of the shop's own knows the visitor's email address, or the page that the browser shows.
    @Test func completesRequestWithChangedVisit() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let request = Browsing.request()
        try await running(tracker) {
            let visit = tracker.visit(for: request, from: .stub).with(email: "jane@x.de")
            tracker.requestCompleted(request, response: Browsing.page, visit: try visit.on("https://shop.example/tea"))
        }
        #expect(sink.events.map(\.url.text) == ["https://shop.example/tea"])
        #expect(sink.events.map { $0.identity.email == AnonymizedHash(hashing: "jane@x.de") } == [true])
    }

    @Test func visitMadeByDefaultObserverFollowsTrackersRules() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink) { $0.capture.consent = .privacySignals }
        var request = Browsing.request()
        request.headerFields[try #require(HTTPField.Name("DNT"))] = "1"
        let optedOut = request
        let order = try Order.stub()
        try await running(tracker) {
            tracker.requestCompleted(optedOut, response: Browsing.page, visit: Visit(optedOut, from: .stub))
            let receipt = try await tracker.orderPlaced(order, by: Visit(optedOut, from: .stub))
            #expect(receipt == .notReported)
        }
        #expect(sink.events.isEmpty)
    }

    /// A request that is completed is not kept, so another tracker's rules cannot be applied any more.
    @Test func refusesForeignVisitOfCompletedRequest() async throws {
        let (first, second) = (try self.tracker(InMemorySink()), try self.tracker(InMemorySink()))
        let request = Browsing.request()
        let visit = first.visit(for: request, from: .stub)
        first.requestCompleted(request, response: Browsing.page, visit: visit)
        second.productViewed(by: visit)
        #expect(second.statistics.dropped(.foreignVisit, .productView) == 1)
        let order = try Order.stub()
        let error = await #expect(throws: ValidationError.self) { try await second.orderPlaced(order, by: visit) }
        #expect(error?.field == "visit")
        #expect(second.statistics.dropped(.foreignVisit, .purchase) == 1)
        _ = try await first.orderPlaced(order, by: visit)
    }

    @Test func keepsNoHeadAfterTheResponse() throws {
        let tracker = try self.tracker(InMemorySink())
        let request = Browsing.request()
        let visit = tracker.visit(for: request, from: .stub)
        guard case .request(let context) = visit.source else { throw UnexpectedSource() }
        #expect(context.head != nil)
        tracker.requestCompleted(request, response: HTTPResponse(status: .notFound), visit: visit)
        #expect(context.head == nil)
        #expect(context.record(by: tracker.rules) != nil, "a handler's task may still report an order")
    }

    /// Also of a visit that was made without a tracker.
    @Test func keepsNoHeadOfVisitMadeByHand() throws {
        let tracker = try self.tracker(InMemorySink())
        let request = Browsing.request()
        let visit = Visit(request, from: .stub)
        guard case .request(let context) = visit.source else { throw UnexpectedSource() }
        tracker.requestCompleted(request, response: Browsing.page, visit: visit)
        #expect(context.head == nil)
        tracker.productViewed(by: visit)
        #expect(tracker.statistics.queued == 2, "the first tracker's record stays")
    }

    private struct UnexpectedSource: Error {}

    @Test(arguments: [
        "X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "Fly-Client-IP", "Fastly-Client-IP",
        "X-Forwarded-Proto",
    ])
    func warnsOnceOfProxyThatIsNotTrusted(_ field: String) throws {
        let log = LogLines()
        let tracker = try self.tracker(InMemorySink(), logger: log.logger)
        let request = try makeRequest("/", [(field, "203.0.113.9"), ("User-Agent", "a")])
        for peer in ["10.0.0.1", "127.0.0.1", "::1", "192.168.1.1", "203.0.113.1"] {
            tracker.requestCompleted(request, from: PeerAddress(text: peer), response: Browsing.page)
        }
        #expect(tracker.statistics.ignoredForwardings == 4)
        #expect(log.lines.count { $0.hasPrefix("warning") } == 1)
        #expect(!log.lines.contains { $0.contains("203.0.113") || $0.contains("10.0.0.1") })
    }

    /// The proxy is trusted, but names the client in another field than the one that is set.
    @Test(arguments: [("X-Real-IP", 1), ("X-Forwarded-For", 1), ("CF-Connecting-IP", 0), ("X-Other", 0)])
    func warnsOfFieldThatIsNotTheOneThatIsSet(field: String, ignored: Int) throws {
        let proxies = try TrustedProxies("10.0.0.0/8")
        let tracker = try self.tracker(InMemorySink()) {
            $0.capture.trustedProxies = proxies
            $0.capture.trustedProxies.apply(.cloudflare)
        }
        let request = try makeRequest("/", [(field, "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("User-Agent", "a")])
        tracker.requestCompleted(request, from: PeerAddress(text: "10.0.0.1"), response: Browsing.page)
        #expect(tracker.statistics.ignoredForwardings == ignored)
    }

    @Test func countsRequestsBehindAProxyThatIsNotTrusted() throws {
        let tracker = try self.tracker(InMemorySink())
        let request = try makeRequest("/", [("X-Forwarded-For", "203.0.113.9"), ("User-Agent", "a")])
        let visit = tracker.visit(for: request, from: PeerAddress(text: "10.0.0.1"))
        tracker.productViewed(by: visit)
        tracker.itemsAddedToCart([], by: visit)
        tracker.requestCompleted(request, response: Browsing.page, visit: visit)
        #expect(tracker.statistics.ignoredForwardings == 1)
    }

    /// The record of a visit on another page keeps its URL, which is up to 12 KB.
    @Test func queueCountsThePageOfAVisit() throws {
        let tracker = try self.tracker(InMemorySink()) { $0.queue.maximumBytes = 65_536 }
        let visit = tracker.visit(for: Browsing.request(), from: .stub)
        let url = "https://shop.example/" + String(repeating: "a", count: 8000)
        for _ in 0..<100 { tracker.pageViewed(by: try visit.on(url)) }
        #expect(tracker.statistics.queued <= 8)
    }
}
