//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

/// What a shop's own policy changes, which types are reported, and what the tracker explains.
struct PolicyTests {
    private struct Refused: Error {}

    @Test func beforeSendChangesAndDropsEvents() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(
            configuration: .stub {
                $0.capture.beforeSend = { event in
                    switch event.url.text {
                    case "https://shop.example/drop": return nil
                    case "https://shop.example/throw": throw Refused()
                    default:
                        var event = event
                        event.url = try PageURL("https://shop.example/changed")
                        event.referer = nil
                        try event.setParameters([URLParameter(name: "utm_source", value: "changed")])
                        return event
                    }
                }
            },
            sink: sink
        )
        let order = try Order.stub()
        try await running(tracker) {
            for path in ["/drop", "/throw", "/tea"] { tracker.view(path) }
            try await tracker.orderPlaced(order, by: Browsing.visit("/checkout"))
            let error = await #expect(throws: TrackerError.self) {
                try await tracker.orderPlaced(order, by: Browsing.visit("/drop"))
            }
            #expect(error?.code == .refused)
            await #expect(throws: Refused.self) { try await tracker.orderPlaced(order, by: Browsing.visit("/throw")) }
        }
        #expect(sink.events.map(\.url.text) == Array(repeating: "https://shop.example/changed", count: 2))
        #expect(sink.events.allSatisfy { $0.parameters.map(\.value) == ["changed"] })
        #expect(tracker.statistics.dropped(.filtered, .pageView) == 2)
        #expect(tracker.statistics.dropped(.filtered, .purchase) == 2)
        #expect(tracker.statistics.captured() == 6)
    }

    /// `Event`'s own setters throw these.
    @Test func orderThatPolicyRefusesWithValidationErrorIsCountedOnce() async throws {
        let error = ValidationError(field: "url", code: .malformed, allowed: "a test")
        let tracker = try Tracker(configuration: .stub { $0.capture.beforeSend = { _ in throw error } }, sink: InMemorySink())
        let order = try Order.stub()
        await #expect(throws: ValidationError.self) { try await tracker.orderPlaced(order, by: Browsing.visit()) }
        #expect(tracker.statistics.dropped(.filtered, .purchase) == 1)
        #expect(tracker.statistics.dropped() == 1)
    }

    /// A redaction is counted where the part would have been reported.
    @Test func countsRedactionsOfWhatIsReported() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        let landing = Browsing.request("/go/a@x.de?utm_source=b%40x.de")
        var ownPage = Browsing.request("/tea?utm_source=mail")
        ownPage.headerFields[.referer] = "https://shop.example/?utm_content=c%40x.de"
        let page = ownPage
        try await running(tracker) {
            tracker.requestCompleted(landing, from: PeerAddress(text: Browsing.address), response: HTTPResponse(status: .found))
            tracker.view("/")
            tracker.requestCompleted(page, from: PeerAddress(text: Browsing.address), response: Browsing.page)
        }
        #expect(sink.events.map { $0.parameters.map(\.value) } == [["redacted"], ["mail"]])
        #expect(tracker.statistics.redactions == 1)
    }

    @Test func reportsOnlyChosenTypes() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub { $0.capture.events = [.purchase, .conversion] }, sink: sink)
        let order = try Order.stub()
        let answer = try SurveyAnswer(orderID: "1", source: .google)
        try await running(tracker) {
            tracker.view("/?utm_source=mail")
            tracker.productViewed(by: Browsing.visit())
            tracker.itemsAddedToCart([], by: Browsing.visit())
            let receipt = try await tracker.surveyAnswered(answer, by: Browsing.visit())
            #expect(receipt == .notReported)
            let checkout = tracker.visit(for: Browsing.request("/checkout"), from: PeerAddress(text: Browsing.address))
            try await tracker.orderPlaced(order, by: checkout)
        }
        #expect(sink.events.map(\.type) == [.purchase])
        #expect(
            sink.events.map { $0.parameters.map(\.value) } == [["mail"]],
            "the landing's parameters are not lost with its page view"
        )
        #expect(tracker.statistics.skipped(.excludedType) == 4)
    }

    @Test func productViewsByPathDoNotDependOnPageViews() async throws {
        let products = try PathPattern("/products/*")
        for (types, expected) in [([.productView], [.productView]), ([.pageView], [.pageView])] as [(Set<EventType>, [EventType])]
        {
            let sink = InMemorySink()
            let tracker = try Tracker(
                configuration: .stub {
                    $0.capture.events = types
                    $0.capture.productPaths = [products]
                },
                sink: sink
            )
            try await running(tracker) { tracker.view("/products/tea") }
            #expect(sink.events.map(\.type) == expected)
        }
    }

    @Test func skipsExcludedNetworks() async throws {
        let sink = InMemorySink()
        let office = try IPNetwork("203.0.113.0/24")
        let tracker = try Tracker(configuration: .stub { $0.capture.excludedNetworks = [office] }, sink: sink)
        let order = try Order.stub()
        try await running(tracker) {
            tracker.view()
            tracker.requestCompleted(Browsing.request(), from: PeerAddress(text: "198.51.100.1"), response: Browsing.page)
            try await tracker.orderPlaced(order, by: Browsing.visit())
        }
        #expect(Set(sink.events.map(\.type)) == [.pageView, .purchase])
        #expect(tracker.statistics.skipped(.excludedNetwork) == 1)
    }

    /// Orders are committed at once, but a session's first event needs the landing's parameters.
    @Test func orderThatIsFirstHasLandingParameters() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        let landing = Browsing.request("/go?utm_source=mail")
        let (first, second) = (try Order.stub(id: "1"), try Order.stub(id: "2"))
        try await running(tracker) {
            tracker.requestCompleted(landing, from: PeerAddress(text: Browsing.address), response: HTTPResponse(status: .found))
            let visit = tracker.visit(for: Browsing.request("/checkout"), from: PeerAddress(text: Browsing.address))
            try await tracker.orderPlaced(first, by: visit)
            try await tracker.orderPlaced(second, by: visit)
            tracker.view("/thanks")
        }
        let parameters = Dictionary(
            uniqueKeysWithValues: sink.events.map { ($0.detail.orderID ?? "page", $0.parameters.map(\.value)) }
        )
        #expect(parameters == ["1": ["mail"], "2": [], "page": []])
    }

    /// The page view waits in the queue while the order of its page is committed.
    @Test func pageViewBeforeTheOrderKeepsLandingParameters() async throws {
        let sink = InMemorySink()
        let times = TimeSource((0..<4).map { Date.pageExample.addingTimeInterval(Double($0)) })
        let tracker = try Tracker(configuration: .stub(), sink: sink, now: { times.next() })
        let address = PeerAddress(text: Browsing.address)
        let landing = Browsing.request("/go?utm_source=mail")
        let order = try Order.stub()
        tracker.requestCompleted(landing, from: address, response: HTTPResponse(status: .found))
        tracker.requestCompleted(Browsing.request("/tea"), from: address, response: Browsing.page)
        try await tracker.orderPlaced(order, by: tracker.visit(for: Browsing.request("/checkout"), from: address))
        try await running(tracker) {}
        let parameters = Dictionary(uniqueKeysWithValues: sink.events.map { ($0.type, $0.parameters.map(\.value)) })
        #expect(parameters == [.pageView: ["mail"], .purchase: []])
    }

    @Test func pageViewAndProductViewOfOneRequestHaveLandingParameters() async throws {
        let sink = InMemorySink()
        let products = try PathPattern("/products/*")
        let tracker = try Tracker(configuration: .stub { $0.capture.productPaths = [products] }, sink: sink)
        let landing = Browsing.request("/go?utm_source=mail")
        try await running(tracker) {
            tracker.requestCompleted(landing, from: PeerAddress(text: Browsing.address), response: HTTPResponse(status: .found))
            tracker.view("/products/tea")
            tracker.view("/products/tea")
        }
        #expect(sink.events.map { $0.parameters.map(\.value) } == [["mail"], ["mail"], [], []])
    }

    /// The handler reports the product view long before the page view, which follows with the response.
    @Test func eventsOfOneRequestInTwoBatchesHaveLandingParameters() async throws {
        let sink = InMemorySink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub { $0.batches.maximumEvents = 1 }, sink: sink, clock: clock)
        let address = PeerAddress(text: Browsing.address)
        let landing = Browsing.request("/go?utm_source=mail")
        let product = Browsing.request("/products/tea")
        try await running(tracker) {
            tracker.requestCompleted(landing, from: address, response: HTTPResponse(status: .found))
            let visit = tracker.visit(for: product, from: address)
            tracker.productViewed(by: visit)
            try await waitUntil { sink.events.count == 1 }
            tracker.view("/other")
            try await waitUntil { sink.events.count == 2 }
            tracker.requestCompleted(product, response: Browsing.page, visit: visit)
        }
        #expect(sink.events.map { $0.parameters.map(\.value) } == [["mail"], [], ["mail"]])
    }

    /// Requests of visitors interleave in a batch.
    @Test func eventsOfOneRequestAmongOthersHaveLandingParameters() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        let address = PeerAddress(text: Browsing.address)
        let product = Browsing.request("/products/tea")
        tracker.requestCompleted(Browsing.request("/go?utm_source=mail"), from: address, response: HTTPResponse(status: .found))
        let visit = tracker.visit(for: product, from: address)
        tracker.productViewed(by: visit)
        tracker.requestCompleted(Browsing.request("/other"), from: PeerAddress(text: "192.0.2.50"), response: Browsing.page)
        tracker.requestCompleted(product, response: Browsing.page, visit: visit)
        try await running(tracker) {}
        let parameters = sink.events.map { "\($0.type) \($0.url.text.dropFirst(20)) \($0.parameters.map(\.value))" }
        #expect(
            parameters.sorted() == [
                #"pageView /other []"#, #"pageView /products/tea ["mail"]"#, #"productView /products/tea ["mail"]"#,
            ]
        )
    }

    struct PairRow: Row {
        /// The fields of the requests, in order.
        let requests: [[(name: String, value: String)]]
        var seconds = [0.0, 1, 2, 3]
        let views: Int
        let reason: String
    }

    private static let preload = [
        (name: "Sec-Fetch-Dest", value: "document"), (name: "Service-Worker-Navigation-Preload", value: "true"),
    ]
    private static let passedOn = [(name: "Sec-Fetch-Dest", value: "empty"), (name: "Sec-Fetch-Mode", value: "navigate")]
    private static let turbo = [(name: "Sec-Fetch-Mode", value: "cors"), (name: "Turbo", value: "")]
    private static let page = [(name: "Sec-Fetch-Dest", value: "document")]
    private static let click = [(name: "Sec-Fetch-Dest", value: "document"), (name: "Sec-Fetch-User", value: "?1")]

    @Test(arguments: [
        PairRow(requests: [preload], views: 1, reason: "a preload that the worker uses"),
        PairRow(requests: [preload, passedOn], views: 1, reason: "a preload that it does not use"),
        PairRow(requests: [passedOn, preload], views: 1, reason: "in the other order"),
        PairRow(requests: [preload, passedOn, preload, passedOn], views: 2, reason: "a reload"),
        PairRow(requests: [preload, preload], views: 2, reason: "two preloads that are used"),
        PairRow(requests: [passedOn, passedOn], views: 2, reason: "two views through a worker without preload"),
        PairRow(requests: [preload, passedOn], seconds: [0, 11], views: 2, reason: "another visit, later"),
        PairRow(requests: [turbo, page], views: 1, reason: "a page that Turbo lets the browser open again"),
        PairRow(requests: [turbo, click], views: 2, reason: "a page that the visitor opens again"),
        PairRow(requests: [turbo, turbo], views: 2, reason: "two visits of Turbo"),
        PairRow(requests: [page, page], views: 2, reason: "two visits without any front end"),
    ])
    func countsNavigationWithTwoRequestsOnce(_ row: PairRow) async throws {
        let sink = InMemorySink()
        let times = TimeSource(row.seconds.map { Date.pageExample.addingTimeInterval($0) })
        let products = try PathPattern("/tea")
        let tracker = try Tracker(
            configuration: .stub { $0.capture.productPaths = [products] },
            sink: sink,
            now: { times.next() }
        )
        let requests = try row.requests.map { fields in
            let accept = fields.contains { $0.name == "Turbo" } ? "text/html, application/xhtml+xml" : "text/html"
            return try makeRequest("/tea", accept: accept, fields + [(name: "User-Agent", value: Browsing.userAgent)])
        }
        try await running(tracker) {
            for request in requests { tracker.requestCompleted(request, from: .stub, response: Browsing.page) }
        }
        #expect(sink.events.count { $0.type == .pageView } == row.views)
        #expect(sink.events.count { $0.type == .productView } == row.views)
        #expect(tracker.statistics.skipped(.repeatedNavigation) == 2 * (row.requests.count - row.views))
    }

    /// A 304 has no type, so the tracker remembers what the path has been.
    @Test func remembersDocumentsThatAreNoPages() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        func complete(_ path: String, _ status: HTTPResponse.Status, _ type: String?) throws {
            var response = HTTPResponse(status: status)
            response.headerFields[.contentType] = type
            tracker.requestCompleted(
                try makeRequest(path, [("Sec-Fetch-Dest", "document"), ("User-Agent", Browsing.userAgent)]),
                from: .stub,
                response: response
            )
        }
        try complete("/invoice?id=1", .ok, "application/pdf")
        try complete("/invoice?id=2", .notModified, nil)
        try complete("/terms.PDF", .notModified, nil)
        try complete("/photo.jpg?w=1", .notModified, nil)
        try complete("/tea", .notModified, nil)
        try complete("/about.html", .notModified, nil)
        try await running(tracker) {}
        #expect(sink.events.map(\.url.text) == ["https://shop.example/tea", "https://shop.example/about.html"])
        #expect(tracker.statistics.skipped(.contentType) == 4)
    }

    struct AnswerRow: Row {
        struct Answer: Sendable {
            var accept = "text/html"
            var fields = [(name: "Sec-Fetch-Dest", value: "document")]
            var status = HTTPResponse.Status.ok
            let type: String?
            var disposition: String?
        }

        let path: String
        let answers: [Answer]
        let views: Int
        let reason: String
    }

    private static let unmodified = AnswerRow.Answer(status: .notModified, type: nil)
    private static let html = AnswerRow.Answer(type: "text/html")

    @Test(arguments: [
        AnswerRow(
            path: "/docs",
            answers: [.init(accept: "text/markdown", fields: [], type: "text/markdown"), unmodified],
            views: 1,
            reason: "a program has asked for another form of the page"
        ),
        AnswerRow(
            path: "/docs",
            answers: [
                .init(
                    accept: "text/vnd.turbo-stream.html, text/html, application/xhtml+xml",
                    fields: [],
                    type: "text/vnd.turbo-stream.html"
                ),
                unmodified,
            ],
            views: 1,
            reason: "a stream of Turbo is no document"
        ),
        AnswerRow(
            path: "/invoice",
            answers: [.init(type: "application/pdf"), unmodified, html, unmodified],
            views: 2,
            reason: "a page that was a document for a while"
        ),
        AnswerRow(
            path: "/invoice",
            answers: [.init(type: "application/pdf"), .init(status: .notModified, type: "text/html; charset=utf-8")],
            views: 1,
            reason: "a 304 with a type says what it is"
        ),
        AnswerRow(
            path: "/invoice",
            answers: [.init(status: .notModified, type: "application/pdf")],
            views: 0,
            reason: "a 304 with another type, too"
        ),
        AnswerRow(
            path: "/docs/node.js",
            answers: [unmodified, html, unmodified],
            views: 2,
            reason: "a page whose path ends like a script's"
        ),
        AnswerRow(
            path: "/invoice/5",
            answers: [.init(type: "application/pdf", disposition: "attachment"), unmodified],
            views: 0,
            reason: "a download"
        ),
        AnswerRow(path: "/api/me", answers: [.init(type: "application/json"), unmodified], views: 0, reason: "JSON in a tab"),
        AnswerRow(path: "/style", answers: [.init(type: "text/css"), unmodified], views: 0, reason: "a style sheet in a tab"),
        AnswerRow(path: "/empty", answers: [.init(type: nil), unmodified], views: 0, reason: "a document without a type"),
        AnswerRow(path: "/intro.mov", answers: [unmodified], views: 0, reason: "a video"),
        AnswerRow(path: "/data.gz", answers: [unmodified], views: 0, reason: "an archive"),
        AnswerRow(path: "/photo.HEIC", answers: [unmodified], views: 0, reason: "an image, in upper case"),
        AnswerRow(path: "/a.tiff", answers: [unmodified], views: 0, reason: "an image"),
        AnswerRow(path: "/john.smith", answers: [unmodified], views: 1, reason: "a dot makes no file"),
        AnswerRow(path: "/v1.2", answers: [unmodified], views: 1, reason: "nor does a number"),
    ])
    func tellsPagesAmongAnswersWithoutType(_ row: AnswerRow) async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        for answer in row.answers {
            let fields = answer.fields + [(name: "User-Agent", value: Browsing.userAgent)]
            var response = HTTPResponse(status: answer.status)
            response.headerFields[.contentType] = answer.type
            response.headerFields[.contentDisposition] = answer.disposition
            tracker.requestCompleted(
                try makeRequest(row.path, accept: answer.accept, fields),
                from: .stub,
                response: response
            )
        }
        try await running(tracker) {}
        #expect(sink.events.count == row.views)
    }

    @Test func visitMadeByHandIsNoPageViewOfAnUnmodifiedDocument() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        let visit = try Visit(
            address: #require(IPAddress("192.0.2.9")),
            userAgent: "Mozilla/5.0 (X11)",
            url: PageURL("https://shop.example/terms.pdf")
        )
        tracker.requestCompleted(Browsing.request("/terms.pdf"), response: HTTPResponse(status: .notModified), visit: visit)
        #expect(tracker.statistics.skipped(.contentType) == 1)
    }

    @Test func explainsEachRuleAlsoAfterTheFirst() throws {
        let site = try Site("shop.example")
        let office = try IPNetwork("203.0.113.0/24")
        let tracker = try Tracker(
            configuration: .stub {
                $0.capture.sites = [site]
                $0.capture.excludedNetworks = [office]
                $0.sessions.maximumSessions = 0
            },
            sink: InMemorySink()
        )
        let request = try makeRequest(
            "/?utm_source=mail",
            method: .post,
            authority: "evil.example",
            [("User-Agent", "Googlebot/2.1")]
        )
        var response = HTTPResponse(status: .internalServerError)
        response.headerFields[.contentType] = "application/pdf"
        let skips = tracker.explain(request, from: .stub, response: response).decisions.filter(\.skips).map(\.rule)
        #expect(skips == [.method, .status, .contentType, .foreignSite, .excludedNetwork, .crawler])
        let landing = try makeRequest("/?utm_source=mail")
        let explanation = tracker.explain(landing, from: .stub, response: HTTPResponse(status: .found))
        #expect(!explanation.isLanding, "without sessions, nothing is kept")
    }

    @Test func explainsUserAgentThatIsTheAddress() throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink())
        let request = Browsing.request(userAgent: "203.0.113.77")
        #expect(tracker.explain(request, from: .stub, response: Browsing.page).reasonToSkip == .noUserAgent)
    }

    @Test func explainsFirstRuleOfUnmodifiedImage() throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink())
        let request = try makeRequest(
            "/a.png",
            accept: "image/*",
            [("Sec-Fetch-Dest", "image"), ("User-Agent", "Mozilla/5.0 (X11)")]
        )
        let response = HTTPResponse(status: .notModified)
        let explanation = tracker.explain(request, from: .stub, response: response)
        tracker.requestCompleted(request, from: .stub, response: response)
        #expect(explanation.reasonToSkip == .subresource)
        #expect(tracker.statistics.skipped(.subresource) == 1)
    }

    @Test func explanationAppliesThePolicy() throws {
        let products = try PathPattern("/products/*")
        let tracker = try Tracker(
            configuration: .stub {
                $0.capture.beforeSend = { $0.url.text.hasSuffix("/drop") ? nil : $0 }
                $0.capture.productPaths = [products]
                $0.capture.events = [.pageView]
            },
            sink: InMemorySink()
        )
        let dropped = tracker.explain(Browsing.request("/drop"), from: .stub, response: Browsing.page)
        #expect(dropped.pageView == nil)
        #expect(dropped.isFiltered)
        #expect(dropped.description == "dropped by beforeSend")
        let kept = tracker.explain(Browsing.request("/products/tea"), from: .stub, response: Browsing.page)
        #expect(kept.pageView != nil && !kept.isFiltered)
        #expect(!kept.hasProductView, "product views are not reported")
    }

    @Test func explanationAgreesWithWhatHappens() async throws {
        for row in PageViewRuleTests.rows {
            let sink = InMemorySink()
            let admin = try PathPattern("/admin/**")
            let tracker = try Tracker(configuration: .stub { $0.capture.excludedPaths = [admin] }, sink: sink)
            let (request, response) = (try row.request(), row.response())
            let explanation = tracker.explain(request, from: row.peer, response: response)
            tracker.requestCompleted(request, from: row.peer, response: response)
            try await running(tracker) {}
            #expect(sink.events.count == (explanation.pageView == nil ? 0 : 1), "\(row.reason)")
            if let event = sink.events.first { #expect(explanation.pageView?.url == event.url, "\(row.reason)") }
            if let reason = explanation.reasonToSkip { #expect(tracker.statistics.skipped(reason) == 1, "\(row.reason)") }
        }
    }

    @Test func explanationNamesLandingAndEveryRule() throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink())
        let landing = tracker.explain(
            Browsing.request("/go?utm_source=mail"),
            from: .stub,
            response: HTTPResponse(status: .found)
        )
        #expect(landing.description == "skipped by status, campaign parameters kept for the session")
        #expect(
            tracker.explain(Browsing.request(), from: .stub, response: Browsing.page).description
                == "page view of https://shop.example/"
        )
        #expect(Set(landing.decisions.map(\.rule)) == Set(SkipReason.allCases).subtracting([.repeatedNavigation]))
    }

    @Test func statisticsAreOneReadableLine() async throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink())
        #expect("\(tracker.statistics)" == "nothing captured")
        let order = try Order.stub()
        try await running(tracker) {
            tracker.view()
            tracker.view()
            tracker.requestCompleted(Browsing.request(), from: .stub, response: HTTPResponse(status: .notFound))
            try await tracker.orderPlaced(order, by: Browsing.visit())
        }
        #expect(
            "\(tracker.statistics)"
                == "captured 3 (pageview 2, purchase 1), delivered 3 (pageview 2, purchase 1), skipped 1 (status 1)"
        )
    }

    @Test func logsDecisionsWithoutConsentAndOfCalls() async throws {
        let log = LogLines()
        let tracker = try Tracker(
            configuration: .stub {
                $0.capture.consent = .privacySignals
                $0.capture.events = [.pageView, .productView]
            },
            sink: InMemorySink(),
            logger: log.logger
        )
        let optedOut = try makeRequest("/", [("Sec-GPC", "1"), ("User-Agent", "Mozilla/5.0 (X11)")])
        let prefetch = try makeRequest("/", [("Sec-Purpose", "prefetch"), ("User-Agent", "Mozilla/5.0 (X11)")])
        let order = try Order.stub()
        tracker.requestCompleted(optedOut, from: .stub, response: Browsing.page)
        tracker.productViewed(by: tracker.visit(for: optedOut, from: .stub))
        tracker.productViewed(by: tracker.visit(for: prefetch, from: .stub))
        tracker.itemsAddedToCart([], by: tracker.visit(for: prefetch, from: .stub))
        try await tracker.orderPlaced(order, by: tracker.visit(for: optedOut, from: .stub))
        #expect(
            log.lines == [
                "debug Request skipped method=GET rule=no_consent status=200",
                "debug Call skipped rule=no_consent type=productview",
                "debug Call skipped rule=speculative type=productview",
                "debug Call skipped rule=excluded_type type=addtocart",
                "debug Call skipped rule=no_consent type=purchase",
            ]
        )
    }

    @Test func logsStartFirstDeliveryAndEachDecision() async throws {
        let log = LogLines()
        let site = try Site("shop.example")
        let tracker = try Tracker(configuration: .stub { $0.capture.sites = [site] }, sink: InMemorySink(), logger: log.logger)
        try await running(tracker) {
            tracker.view("/secret/path?token=1")
            tracker.requestCompleted(Browsing.request(userAgent: "Googlebot/2.1"), from: .stub, response: Browsing.page)
            tracker.requestCompleted(Browsing.request("/secret"), from: .stub, response: HTTPResponse(status: .found))
        }
        #expect(
            log.lines.contains(
                "notice Tracking starts consent=always customer_site_id=6b29fc40-ca47-1067-b31d-00dd010662da "
                    + "destination=InMemorySink sites=shop.example store=none trusted_proxies=none"
            )
        )
        #expect(log.lines.contains("debug Page view captured method=GET status=200"))
        #expect(log.lines.contains("debug Request skipped method=GET rule=status status=302"))
        #expect(log.lines.contains("debug An observation became no event rule=crawler type=pageview"))
        #expect(log.lines.count { $0.hasPrefix("notice The first events were delivered") } == 1)
        #expect(!log.lines.contains { $0.contains("secret") || $0.contains("Googlebot") || $0.contains(Browsing.address) })
    }
}
