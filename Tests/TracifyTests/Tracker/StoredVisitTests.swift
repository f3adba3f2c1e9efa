//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

/// A visit that is stored, or made from its parts, follows the rules of the tracker that it is reported to.
struct StoredVisitTests {
    private static let other = "0b29fc40-ca47-1067-b31d-00dd010662da"

    private func stored(_ visit: Visit) throws -> Visit {
        try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(visit))
    }

    private func visit(_ url: String) throws -> Visit {
        try Visit(
            address: #require(IPAddress("192.0.2.9")),
            userAgent: "Mozilla/5.0 (X11)",
            url: PageURL(url)
        )
    }

    @Test func keepsTheIDOfItsSite() async throws {
        let sink = InMemorySink()
        let sites = [try Site("shop.example"), try Site("b2b.example", customerSiteID: CustomerSiteID(Self.other))]
        let tracker = try Tracker(configuration: .stub { $0.capture.sites = sites }, sink: sink)
        let request = try makeRequest("/checkout", authority: "b2b.example")
        let (first, second, third) = (try Order.stub(id: "1"), try Order.stub(id: "2"), try Order.stub(id: "3"))
        try await running(tracker) {
            try await tracker.orderPlaced(first, by: self.stored(tracker.visit(for: request, from: .stub)))
            try await tracker.orderPlaced(second, by: self.visit("https://b2b.example/pos"))
            try await tracker.orderPlaced(third, by: self.stored(self.visit("https://shop.example/pos")))
        }
        #expect(
            sink.events.map(\.customerSiteID.text) == [Self.other, Self.other, "6b29fc40-ca47-1067-b31d-00dd010662da"]
        )
    }

    /// The site may leave the list while a payment is pending.
    @Test func keepsTheIDOfASiteThatHasLeft() async throws {
        let sink = InMemorySink()
        let sites = [try Site("shop.example"), try Site("b2b.example", customerSiteID: CustomerSiteID(Self.other))]
        let before = try Tracker(configuration: .stub { $0.capture.sites = sites }, sink: InMemorySink())
        let request = try makeRequest("/checkout", authority: "b2b.example")
        let visit = try self.stored(before.visit(for: request, from: .stub))
        let after = try Tracker(configuration: .stub { $0.capture.sites = [sites[0]] }, sink: sink)
        let order = try Order.stub()
        try await running(after) { try await after.orderPlaced(order, by: visit) }
        #expect(sink.events.map(\.customerSiteID.text) == [Self.other])
    }

    /// Consent is read from a request, of which a stored visit has nothing.
    @Test func visitThatNoTrackerHasReadIsRefusedWhereConsentIsAsked() async throws {
        let strict = try Tracker(configuration: .stub { $0.capture.consent = .privacySignals }, sink: InMemorySink())
        let sink = InMemorySink()
        let open = try Tracker(configuration: .stub(), sink: sink)
        let read = try self.stored(strict.visit(for: makeRequest("/"), from: .stub))
        // Stored twice, as with the account and then with the order.
        let unread = try self.stored(self.stored(Visit(makeRequest("/"), from: .stub)))
        let order = try Order.stub()
        let receipt = try await strict.orderPlaced(order, by: read)
        #expect(receipt.durability == .inMemory)
        let error = await #expect(throws: ValidationError.self) { try await strict.orderPlaced(order, by: unread) }
        #expect(error?.field == "visit")
        #expect(strict.statistics.dropped(.foreignVisit, .purchase) == 1)
        try await running(open) { try await open.orderPlaced(order, by: unread) }
        #expect(sink.events.count == 1)
    }

    @Test func orderOnAnExcludedPageDoesNotNameIt() async throws {
        let sink = InMemorySink()
        let reset = try PathPattern("/reset/**")
        let tracker = try Tracker(configuration: .stub { $0.capture.excludedPaths = [reset] }, sink: sink)
        let order = try Order.stub()
        try await running(tracker) {
            let visit = tracker.visit(for: Browsing.request(), from: .stub)
            try await tracker.orderPlaced(order, by: visit.on("https://shop.example/reset/TOKEN?utm_source=TOKEN"))
        }
        #expect(sink.events.map(\.url.text) == ["https://shop.example/"])
        #expect(sink.events.map(\.parameters.isEmpty) == [true])
    }

    @Test func visitOfACrawlerStaysOne() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        let request = try makeRequest("/", [("User-Agent", "Googlebot/2.1")])
        let order = try Order.stub()
        let visit = try self.stored(tracker.visit(for: request, from: .stub))
        try await running(tracker) {
            tracker.pageViewed(by: visit)
            tracker.pageViewed(by: try visit.on("https://shop.example/tea"))
            try await tracker.orderPlaced(order, by: visit)
        }
        #expect(sink.events.map(\.type) == [.purchase])
        #expect(tracker.statistics.skipped(.crawler) == 2)
    }

    @Test func anotherPageFollowsTheRules() async throws {
        let sink = InMemorySink()
        let (shop, blog) = (try Site("shop.example"), try Site("blog.example", customerSiteID: CustomerSiteID(Self.other)))
        let reset = try PathPattern("/reset/**")
        let payment = try HostPattern("pay.example")
        let tracker = try Tracker(
            configuration: .stub {
                $0.capture.sites = [shop, blog]
                $0.capture.excludedPaths = [reset]
                $0.capture.excludedReferrers = [payment]
                $0.capture.urlParameters = ["gclid"]
                $0.capture.urlQueryKeys = ["page"]
            },
            sink: sink
        )
        let visits = [
            try self.visit("https://shop.example/"),
            try self.stored(tracker.visit(for: makeRequest("/"), from: .stub)),
        ]
        try await running(tracker) {
            for visit in visits {
                let pages = [
                    ("https://shop.example/jane@x.de?gclid=1&page=2&utm_content=jane%40x.de", "https://pay.example/1"),
                    ("https://shop.example/a", "https://shop.example/reset/TOKEN"),
                    ("https://blog.example/b", "https://mail.example/jane@x.de"),
                    ("https://shop.example/reset/TOKEN", ""),
                    ("https://evil.example/", ""),
                ]
                for (url, referrer) in pages { tracker.pageViewed(by: try visit.on(url, referrer: referrer)) }
            }
        }
        let urls = ["https://shop.example/redacted?page=2", "https://shop.example/a", "https://blog.example/b"]
        #expect(sink.events.map(\.url.text) == urls + urls)
        let referers = [nil, "https://shop.example/", "https://mail.example/redacted"]
        #expect(sink.events.map(\.referer?.text) == referers + referers)
        #expect(sink.events[0].parameters.map(\.value) == ["1", "redacted"])
        #expect(sink.events[2].customerSiteID.text == Self.other)
        #expect(tracker.statistics.skipped(.excludedPath) == 2)
        #expect(tracker.statistics.skipped(.foreignSite) == 2)
        #expect(tracker.statistics.redactions == 6)
    }
}
