//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import Tracify

/// The campaign parameters of a landing without a page view, which the session's first event takes.
@Suite(.timeLimit(.minutes(15)))
struct SessionTests {
    private static let redirect = HTTPResponse(status: .found, headerFields: [.location: "/"])
    private static let landing = "/go?utm_source=mail&utm_campaign=spring"

    private func tracker(
        _ sink: some EventSink,
        sessions: (any SessionStore)? = nil,
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { .pageExample },
        changing change: (inout Tracker.Configuration) -> Void = { _ in }
    ) throws -> Tracker {
        try Tracker(
            configuration: .stub(change),
            sink: sink,
            sessions: sessions,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: clock,
            now: now
        )
    }

    private func complete(_ tracker: Tracker, _ request: HTTPRequest, with response: HTTPResponse, from peer: PeerAddress = .stub)
    {
        tracker.requestCompleted(request, from: peer, response: response)
    }

    private func parameters(_ sink: InMemorySink) -> [[String]] {
        sink.events.map { $0.parameters.map { "\($0.name)=\($0.value)" } }
    }

    struct LandingRow: Row {
        var fields: [(name: String, value: String)] = [("User-Agent", "Mozilla/5.0")]
        var method = HTTPRequest.Method.get
        var target = "/go?utm_source=mail&utm_campaign=spring"
        var response = HTTPResponse(status: .found, headerFields: [.location: "/"])
        let isKept: Bool
        let reason: String
    }

    @Test(arguments: [
        LandingRow(isKept: true, reason: "a redirect"),
        LandingRow(response: HTTPResponse(status: .notFound), isKept: true, reason: "a page that is not there"),
        LandingRow(
            response: HTTPResponse(status: .ok, headerFields: [.contentType: "application/pdf"]),
            isKept: true,
            reason: "a document"
        ),
        LandingRow(
            target: "/consent?utm_source=mail&utm_campaign=spring",
            response: Browsing.page,
            isKept: true,
            reason: "an excluded page"
        ),
        LandingRow(target: "/go", isKept: false, reason: "no parameters"),
        LandingRow(target: "/go?x=y", isKept: false, reason: "none that is passed on"),
        LandingRow(method: .post, isKept: false, reason: "a form is no landing"),
        LandingRow(
            fields: [("User-Agent", "Mozilla/5.0"), ("Sec-Fetch-Dest", "image")],
            isKept: false,
            reason: "a tracking pixel"
        ),
        LandingRow(
            fields: [("User-Agent", "Mozilla/5.0"), ("Sec-Fetch-Mode", "cors")],
            isKept: false,
            reason: "a script's call"
        ),
        LandingRow(
            fields: [("User-Agent", "Mozilla/5.0"), ("Sec-Purpose", "prefetch")],
            isKept: true,
            reason: "a prefetch: the page that is then opened makes no request of its own"
        ),
        LandingRow(fields: [], isKept: false, reason: "no user agent, so no session"),
    ])
    func firstEventTakesLandingParameters(_ row: LandingRow) async throws {
        let sink = InMemorySink()
        let consentPage = try PathPattern("/consent")
        let tracker = try self.tracker(sink, changing: { $0.capture.excludedPaths = [consentPage] })
        let request = try makeRequest(row.target, method: row.method, row.fields)
        let page = try makeRequest("/")
        try await running(tracker) {
            self.complete(tracker, request, with: row.response)
            self.complete(tracker, page, with: Browsing.page)
            self.complete(tracker, page, with: Browsing.page)
        }
        #expect(self.parameters(sink) == [row.isKept ? ["utm_source=mail", "utm_campaign=spring"] : [], []])
    }

    @Test func otherVisitorsDoNotGetLandingParameters() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let (landing, page) = (try makeRequest(Self.landing), try makeRequest("/"))
        let otherAgent = try makeRequest("/", [("User-Agent", "Mozilla/5.0 (X11)")])
        try await running(tracker) {
            self.complete(tracker, landing, with: Self.redirect)
            self.complete(tracker, page, with: Browsing.page, from: PeerAddress(text: "203.0.113.78"))
            self.complete(tracker, otherAgent, with: Browsing.page)
            self.complete(tracker, page, with: Browsing.page)
        }
        #expect(self.parameters(sink) == [[], [], ["utm_source=mail", "utm_campaign=spring"]])
    }

    @Test func parametersOfPageReplaceLandingParameters() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let (landing, page) = (try makeRequest(Self.landing), try makeRequest("/?utm_source=search"))
        let next = try makeRequest("/next")
        try await running(tracker) {
            self.complete(tracker, landing, with: Self.redirect)
            self.complete(tracker, page, with: Browsing.page)
            self.complete(tracker, next, with: Browsing.page)
        }
        #expect(self.parameters(sink) == [["utm_source=search"], []])
    }

    @Test func cartTakesLandingParameters() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let landing = try makeRequest(Self.landing)
        let call = try makeRequest("/api/cart", method: .post, [("User-Agent", "Mozilla/5.0"), ("Sec-Fetch-Mode", "cors")])
        try await running(tracker) {
            self.complete(tracker, landing, with: Self.redirect)
            tracker.itemsAddedToCart([], by: tracker.visit(for: call, from: .stub))
        }
        #expect(sink.events.map(\.type) == [.addToCart])
        #expect(self.parameters(sink) == [["utm_source=mail", "utm_campaign=spring"]])
    }

    @Test(arguments: [(1799.0, true), (1801.0, false)])
    func landingParametersExpire(seconds: Double, isKept: Bool) async throws {
        let sink = InMemorySink()
        let times = TimeSource([.pageExample, Date.pageExample.addingTimeInterval(seconds)])
        let tracker = try self.tracker(sink, now: { times.next() })
        let landing = tracker.visit(for: try makeRequest(Self.landing), from: .stub)
        let page = tracker.visit(for: try makeRequest("/"), from: .stub)
        try await running(tracker) {
            tracker.requestCompleted(try makeRequest(Self.landing), response: Self.redirect, visit: landing)
            tracker.requestCompleted(try makeRequest("/"), response: Browsing.page, visit: page)
        }
        #expect(self.parameters(sink) == [isKept ? ["utm_source=mail", "utm_campaign=spring"] : []])
    }

    /// Nothing is kept before consent.
    ///
    /// The referrer of the first page after it has the campaign parameters.
    @Test func readsParametersFromRefererAfterConsent() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(
            sink,
            changing: { $0.capture.consent = .custom { request in request.headerFields[.cookie] == "consent=yes" } }
        )
        let agent = (name: "User-Agent", value: "Mozilla/5.0")
        let cookie = (name: "Cookie", value: "consent=yes")
        let referer = (name: "Referer", value: "https://shop.example/?utm_source=mail&secret=1")
        let foreign = (name: "Referer", value: "https://other.example/?utm_source=foreign")
        let requests = [
            try makeRequest("/?utm_source=mail&secret=1", [agent]),
            try makeRequest("/a", [agent, cookie, referer]),
            // Not the session's first event.
            try makeRequest("/b", [agent, cookie, referer]),
        ]
        let elsewhere = try makeRequest("/c", [agent, cookie, foreign])
        try await running(tracker) {
            for request in requests { self.complete(tracker, request, with: Browsing.page) }
            // A first event whose referrer is not a page of the site.
            self.complete(tracker, elsewhere, with: Browsing.page, from: PeerAddress(text: "203.0.113.99"))
        }
        #expect(sink.events.map(\.url.text).map { $0.suffix(2) } == ["/a", "/b", "/c"])
        #expect(self.parameters(sink) == [["utm_source=mail"], [], []])
    }

    /// A handler reports its product view before an earlier request has completed.
    @Test func firstEventIsEarliestByTime() async throws {
        let sink = InMemorySink()
        let times = TimeSource([0, 1, 2].map { Date.pageExample.addingTimeInterval($0) })
        let tracker = try self.tracker(sink, now: { times.next() })
        let referer = (name: "Referer", value: "https://shop.example/?utm_source=mail")
        let landing = try makeRequest("/?utm_source=mail")
        let product = try makeRequest("/tea", [("User-Agent", "Mozilla/5.0"), referer])
        let first = tracker.visit(for: landing, from: .stub)
        tracker.productViewed(by: tracker.visit(for: product, from: .stub))
        tracker.requestCompleted(landing, response: Browsing.page, visit: first)
        try await running(tracker) {}
        #expect(sink.events.map(\.type) == [.productView, .pageView])
        #expect(self.parameters(sink) == [[], ["utm_source=mail"]])
    }

    @Test func keepsNoLandingsWithoutCapacity() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink, changing: { $0.sessions.maximumSessions = 0 })
        let (landing, page) = (try makeRequest(Self.landing), try makeRequest("/"))
        try await running(tracker) {
            self.complete(tracker, landing, with: Self.redirect)
            self.complete(tracker, page, with: Browsing.page)
        }
        #expect(self.parameters(sink) == [[]])
    }

    @Test func boundsLandingBufferAndCountsDrops() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        for index in 0..<LandingBuffer.capacity + 5 {
            self.complete(tracker, try makeRequest("/go?utm_source=\(index)"), with: Self.redirect)
        }
        #expect(tracker.statistics.droppedLandings == 5)
        let page = try makeRequest("/")
        try await running(tracker) { self.complete(tracker, page, with: Browsing.page) }
        #expect(self.parameters(sink) == [["utm_source=\(LandingBuffer.capacity + 4)"]], "the latest landing is kept")
    }

    /// Otherwise frequent API requests would evict real landings.
    @Test func queryWithoutCampaignParametersIsNoLanding() throws {
        let tracker = try self.tracker(InMemorySink())
        for index in 0..<LandingBuffer.capacity + 5 {
            self.complete(tracker, try makeRequest("/items?page=\(index)"), with: Self.redirect)
        }
        #expect(tracker.statistics.droppedLandings == 0)
    }

    /// Raw visitor data must not wait for an event on a site that reports no page views.
    @Test func hashesLandingsWithoutEvents() async throws {
        struct AnnouncingStore: SessionStore {
            let kept: AsyncStream<SessionLanding>.Continuation

            func keep(_ landings: [SessionLanding]) async {
                for landing in landings { self.kept.yield(landing) }
            }

            func enter(_ visits: [SessionVisit]) async -> [SessionEntry] { [] }
        }
        let (landings, kept) = AsyncStream.makeStream(of: SessionLanding.self)
        let tracker = try self.tracker(
            InMemorySink(),
            sessions: AnnouncingStore(kept: kept),
            changing: { $0.batches.interval = .milliseconds(1) }
        )
        let landing = try makeRequest("/go?utm_source=ad")
        try await running(tracker) {
            self.complete(tracker, landing, with: Self.redirect)
            for await landing in landings {
                #expect(landing.parameters.map(\.value) == ["ad"])
                break
            }
        }
        #expect(tracker.statistics.captured() == 0)
    }

    // MARK: Custom stores

    private final class RecordingStore: SessionStore {
        let landings = Mutex<[SessionLanding]>([])
        let visits = Mutex<[SessionVisit]>([])

        func keep(_ landings: [SessionLanding]) async {
            self.landings.withLock { $0 += landings }
        }

        func enter(_ visits: [SessionVisit]) async -> [SessionEntry] {
            self.visits.withLock { $0 += visits }
            let parameters = self.landings.withLock { $0.first?.parameters } ?? []
            // Fewer entries than visits: the remaining visits have no entry.
            return [SessionEntry(isFirst: true, parameters: parameters)]
        }
    }

    @Test func customStoreReceivesHashesOnly() async throws {
        let sink = InMemorySink()
        let store = RecordingStore()
        let tracker = try self.tracker(sink, sessions: store)
        let (landing, page) = (try makeRequest(Self.landing), try makeRequest("/"))
        try await running(tracker) {
            self.complete(tracker, landing, with: Self.redirect)
            self.complete(tracker, page, with: Browsing.page)
            self.complete(tracker, page, with: Browsing.page)
        }
        let session = AnonymizedHash(hashing: "203.0.113.77|Mozilla/5.0")
        #expect(store.landings.withLock { $0.map(\.session) } == [session])
        #expect(store.visits.withLock { $0.map(\.session) } == [session, session])
        #expect(self.parameters(sink) == [["utm_source=mail", "utm_campaign=spring"], []])
    }

    /// A custom store may return anything; an event has each name once.
    @Test func firstOfEachNameOfCustomStoreCounts() async throws {
        struct RepeatingStore: SessionStore {
            let parameters: [URLParameter]

            func keep(_ landings: [SessionLanding]) async {}

            func enter(_ visits: [SessionVisit]) async -> [SessionEntry] {
                visits.map { _ in SessionEntry(isFirst: true, parameters: self.parameters) }
            }
        }
        let sink = InMemorySink()
        let parameters = try [("utm_source", "a"), ("utm_medium", "b"), ("utm_source", "c")]
            .map { try URLParameter(name: $0, value: $1) }
        let tracker = try self.tracker(sink, sessions: RepeatingStore(parameters: parameters))
        let page = try makeRequest("/")
        try await running(tracker) { self.complete(tracker, page, with: Browsing.page) }
        #expect(self.parameters(sink) == [["utm_source=a", "utm_medium=b"]])
    }

    private struct HangingStore: SessionStore {
        func keep(_ landings: [SessionLanding]) async {}

        func enter(_ visits: [SessionVisit]) async -> [SessionEntry] {
            // Ends when the task is cancelled.
            for await _ in AsyncStream<Void>.makeStream().stream {}
            return []
        }
    }

    @Test func hangingStoreDoesNotBlockDelivery() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(
            sink,
            sessions: HangingStore(),
            changing: {
                $0.sessions.lookupTimeout = .milliseconds(10)
                $0.batches.interval = .milliseconds(1)
            }
        )
        let page = try makeRequest("/")
        try await running(tracker) {
            self.complete(tracker, page, with: Browsing.page)
            _ = try await sink.waitForEvents(1)
            self.complete(tracker, page, with: Browsing.page)
            _ = try await sink.waitForEvents(2)
        }
        #expect(tracker.statistics.delivered() == 2)
    }
}
