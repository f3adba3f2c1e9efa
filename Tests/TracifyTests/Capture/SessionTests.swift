import Foundation
import HTTPTypes
import Logging
import Synchronization
import Testing

@testable import Tracify

/// The parameters of a landing that was no event go out with the session's first event.
@Suite(.timeLimit(.minutes(5)))
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

    private func answer(_ tracker: Tracker, _ request: HTTPRequest, with response: HTTPResponse, from peer: PeerAddress = .stub) {
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
            isKept: false,
            reason: "nobody has followed the link yet"
        ),
        LandingRow(fields: [], isKept: false, reason: "no user agent, so no session"),
    ])
    func theFirstEventTakesTheLandingsParameters(_ row: LandingRow) async throws {
        let sink = InMemorySink()
        let consentPage = try PathPattern("/consent")
        let tracker = try self.tracker(sink, changing: { $0.capture.excludedPaths = [consentPage] })
        let request = try makeRequest(row.target, method: row.method, row.fields)
        let page = try makeRequest("/")
        try await running(tracker) {
            self.answer(tracker, request, with: row.response)
            self.answer(tracker, page, with: Browsing.page)
            self.answer(tracker, page, with: Browsing.page)
        }
        #expect(self.parameters(sink) == [row.isKept ? ["utm_source=mail", "utm_campaign=spring"] : [], []])
    }

    @Test func anotherVisitorDoesNotGetThem() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let (landing, page) = (try makeRequest(Self.landing), try makeRequest("/"))
        let otherAgent = try makeRequest("/", [("User-Agent", "Mozilla/5.0 (other)")])
        try await running(tracker) {
            self.answer(tracker, landing, with: Self.redirect)
            self.answer(tracker, page, with: Browsing.page, from: PeerAddress(text: "203.0.113.78"))
            self.answer(tracker, otherAgent, with: Browsing.page)
            self.answer(tracker, page, with: Browsing.page)
        }
        #expect(self.parameters(sink) == [[], [], ["utm_source=mail", "utm_campaign=spring"]])
    }

    @Test func parametersOfTheEventsOwnPageAreNewer() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let (landing, page) = (try makeRequest(Self.landing), try makeRequest("/?utm_source=search"))
        let next = try makeRequest("/next")
        try await running(tracker) {
            self.answer(tracker, landing, with: Self.redirect)
            self.answer(tracker, page, with: Browsing.page)
            self.answer(tracker, next, with: Browsing.page)
        }
        #expect(self.parameters(sink) == [["utm_source=search"], []])
    }

    @Test func addToCartsAndProductViewsAreEventsToo() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let landing = try makeRequest(Self.landing)
        let call = try makeRequest("/api/cart", method: .post, [("User-Agent", "Mozilla/5.0"), ("Sec-Fetch-Mode", "cors")])
        try await running(tracker) {
            self.answer(tracker, landing, with: Self.redirect)
            tracker.itemsAddedToCart([], by: tracker.visit(for: call, from: .stub))
        }
        #expect(sink.events.map(\.type) == [.addToCart])
        #expect(self.parameters(sink) == [["utm_source=mail", "utm_campaign=spring"]])
    }

    @Test(arguments: [(1799.0, true), (1801.0, false)])
    func theyExpire(seconds: Double, isKept: Bool) async throws {
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

    /// Before the consent nothing was kept. The first page after it says where the visitor came from.
    @Test func afterTheConsentTheRefererHasThem() async throws {
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
            // No first event any more.
            try makeRequest("/b", [agent, cookie, referer]),
        ]
        let elsewhere = try makeRequest("/c", [agent, cookie, foreign])
        try await running(tracker) {
            for request in requests { self.answer(tracker, request, with: Browsing.page) }
            // A first event, and a referer that is none of the site's pages.
            self.answer(tracker, elsewhere, with: Browsing.page, from: PeerAddress(text: "203.0.113.99"))
        }
        #expect(sink.events.map(\.url.text).map { $0.suffix(2) } == ["/a", "/b", "/c"])
        #expect(self.parameters(sink) == [["utm_source=mail"], [], []])
    }

    /// A queue that is closed hands out product views before page views. The page view came first all the same.
    @Test func theFirstEventIsWhatHappenedFirst() async throws {
        let sink = InMemorySink()
        let times = TimeSource([0, 1, 2].map { Date.pageExample.addingTimeInterval($0) })
        let tracker = try self.tracker(sink, now: { times.next() })
        let referer = (name: "Referer", value: "https://shop.example/?utm_source=mail")
        let landing = try makeRequest("/?utm_source=mail")
        let product = try makeRequest("/tea", [("User-Agent", "Mozilla/5.0"), referer])
        self.answer(tracker, landing, with: Browsing.page)
        tracker.productViewed(by: tracker.visit(for: product, from: .stub))
        try await running(tracker) {}
        #expect(sink.events.map(\.type) == [.productView, .pageView])
        #expect(self.parameters(sink) == [[], ["utm_source=mail"]])
    }

    @Test func noneAreKeptWithoutCapacity() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink, changing: { $0.sessions.maximumSessions = 0 })
        let (landing, page) = (try makeRequest(Self.landing), try makeRequest("/"))
        try await running(tracker) {
            self.answer(tracker, landing, with: Self.redirect)
            self.answer(tracker, page, with: Browsing.page)
        }
        #expect(self.parameters(sink) == [[]])
    }

    @Test func landingsOnTheirWayAreBoundedAndTheLossCounted() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        for index in 0..<LandingBuffer.capacity + 5 {
            self.answer(tracker, try makeRequest("/go?utm_source=\(index)"), with: Self.redirect)
        }
        #expect(tracker.statistics.droppedLandings == 5)
        let page = try makeRequest("/")
        try await running(tracker) { self.answer(tracker, page, with: Browsing.page) }
        #expect(self.parameters(sink) == [["utm_source=\(LandingBuffer.capacity + 4)"]], "the latest")
    }

    /// Else whoever calls an API often would push the real landings out.
    @Test func aQueryWithoutCampaignParametersIsNoLanding() throws {
        let tracker = try self.tracker(InMemorySink())
        for index in 0..<LandingBuffer.capacity + 5 {
            self.answer(tracker, try makeRequest("/items?page=\(index)"), with: Self.redirect)
        }
        #expect(tracker.statistics.droppedLandings == 0)
    }

    /// On a site whose pages are no events, nothing raw may wait for one.
    @Test func landingsAreHashedThoughNoEventComes() async throws {
        struct Announcing: SessionStore {
            let kept: AsyncStream<SessionLanding>.Continuation

            func keep(_ landings: [SessionLanding]) async {
                for landing in landings { self.kept.yield(landing) }
            }

            func enter(_ visits: [SessionVisit]) async -> [SessionEntry] { [] }
        }
        let (landings, kept) = AsyncStream.makeStream(of: SessionLanding.self)
        let tracker = try self.tracker(
            InMemorySink(),
            sessions: Announcing(kept: kept),
            changing: { $0.batches.interval = .milliseconds(1) }
        )
        let landing = try makeRequest("/go?utm_source=ad")
        try await running(tracker) {
            self.answer(tracker, landing, with: Self.redirect)
            for await landing in landings {
                #expect(landing.parameters.map(\.value) == ["ad"])
                break
            }
        }
        #expect(tracker.statistics.captured() == 0)
    }

    // MARK: A store of one's own

    private final class RecordingStore: SessionStore {
        let landings = Mutex<[SessionLanding]>([])
        let visits = Mutex<[SessionVisit]>([])

        func keep(_ landings: [SessionLanding]) async {
            self.landings.withLock { $0 += landings }
        }

        func enter(_ visits: [SessionVisit]) async -> [SessionEntry] {
            self.visits.withLock { $0 += visits }
            let parameters = self.landings.withLock { $0.first?.parameters } ?? []
            // Fewer entries than visits: the rest counts as unknown.
            return [SessionEntry(isFirst: true, parameters: parameters)]
        }
    }

    @Test func aStoreOfOnesOwnIsToldOfHashesOnly() async throws {
        let sink = InMemorySink()
        let store = RecordingStore()
        let tracker = try self.tracker(sink, sessions: store)
        let (landing, page) = (try makeRequest(Self.landing), try makeRequest("/"))
        try await running(tracker) {
            self.answer(tracker, landing, with: Self.redirect)
            self.answer(tracker, page, with: Browsing.page)
            self.answer(tracker, page, with: Browsing.page)
        }
        let session = AnonymizedHash(hashing: "203.0.113.77|Mozilla/5.0")
        #expect(store.landings.withLock { $0.map(\.session) } == [session])
        #expect(store.visits.withLock { $0.map(\.session) } == [session, session])
        #expect(self.parameters(sink) == [["utm_source=mail", "utm_campaign=spring"], []])
    }

    private struct HangingStore: SessionStore {
        func keep(_ landings: [SessionLanding]) async {}

        func enter(_ visits: [SessionVisit]) async -> [SessionEntry] {
            try? await Task.sleep(for: .seconds(3600))
            return []
        }
    }

    @Test func aStoreThatHangsDoesNotHoldUpDelivery() async throws {
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
            self.answer(tracker, page, with: Browsing.page)
            _ = try await sink.waitForEvents(1)
            self.answer(tracker, page, with: Browsing.page)
            _ = try await sink.waitForEvents(2)
        }
        #expect(tracker.statistics.delivered() == 2)
    }
}
