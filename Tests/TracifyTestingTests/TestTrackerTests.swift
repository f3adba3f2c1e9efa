//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Foundation
import HTTPTypes
import Testing
import Tracify
import TracifyTesting

/// A tracker for a test, and the expectations about its events.
@Suite(.timeLimit(.minutes(15)))
struct TestTrackerTests {
    private func failure(
        of body: (Tracker, TestEvents) async throws -> Void,
        configure: (inout Tracker.Configuration) throws -> Void = { _ in }
    ) async throws -> [String] {
        let error = await #expect(throws: UnexpectedEvents.self) {
            try await withTestTracker(configure: configure) { tracker, events in try await body(tracker, events) }
        }
        return try #require(error).description.split(separator: "\n").map(String.init)
    }

    @Test func expectsWhatARequestAndItsHandlerReport() async throws {
        let order = try Order.stub(items: [.stub(quantity: 2)])
        try await withTestTracker { tracker, events in
            try await tracker.handle(.stub("/?utm_source=news&utm_medium=mail", fields: [.referer: "https://news.example/"]))
            try await events.expect(
                .pageView("/", parameters: ["utm_source": "news", "utm_medium": "mail"]).referer("https://news.example/")
            )
            try await tracker.handle(.stub("/checkout", method: .post)) {
                let visit = try #require(Visit.current)
                try await tracker.orderPlaced(order, by: visit.with(email: "jane.doe@example.com"))
            }
            try await events.expect(.purchase(order).email("jane.doe@example.com"))
            try await events.expect()
            #expect(await events.all().map(\.type) == [.pageView, .purchase])
        }
    }

    @Test func givesEventsTheDateOfTheTest() async throws {
        try await withTestTracker { tracker, events in
            #expect(events.date == Date(timeIntervalSince1970: 1_767_225_600))
            try await tracker.handle()
            events.advance(by: .seconds(90))
            try await tracker.handle()
            #expect(await events.all().map { $0.date.timeIntervalSince1970 - 1_767_225_600 } == [0, 90])
        }
    }

    /// A session ends after half an hour, in the test at once.
    @Test func letsASessionEnd() async throws {
        try await withTestTracker { tracker, events in
            try await tracker.handle(.stub("/go?utm_source=news"), response: HTTPResponse(status: .found))
            try await tracker.handle(.stub("/a"))
            try await events.expect(.pageView("/a", parameters: ["utm_source": "news"]))
            events.advance(by: .seconds(3600))
            try await tracker.handle(.stub("/b"))
            try await events.expect(.pageView("/b", parameters: [:]))
        }
    }

    @Test func deliversAgainAfterFailuresWithoutWaiting() async throws {
        try await withTestTracker { tracker, events in
            events.sink.failNext(5)
            try await tracker.handle()
            try await events.expect(.pageView("/"))
            #expect(events.sink.deliveryCount == 6)
        }
    }

    /// The tracker ends although nothing can be delivered.
    @Test func endsWithASinkThatFailsForEver() async throws {
        try await withTestTracker { tracker, events in
            events.sink.failNext(.max)
            try await tracker.handle()
        }
    }

    @Test func returnsWithASinkThatFailsForEver() async throws {
        try await withTestTracker { tracker, events in
            events.sink.failNext(.max)
            try await tracker.handle()
            #expect(await events.all().isEmpty)
            #expect(events.sink.deliveryCount > 100)
        }
    }

    @Test func throwsTheErrorOfTheTest() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) {
            try await withTestTracker { _, _ in throw Failure() }
        }
    }

    @Test func namesTheFieldsThatDiffer() async throws {
        let lines = try await self.failure { tracker, events in
            try await tracker.orderPlaced(.stub(amount: "49.95", items: [.stub(quantity: 2)]), by: .stub("/checkout"))
            try await events.expect(
                .purchase(.stub(items: [.stub(), .stub(name: "Tea")]), on: "/"),
                within: .zero,
                file: "File",
                line: 7
            )
        }
        #expect(
            lines == [
                "File:7: 1 event expected, 1 came",
                "  differs: purchase 1001 on https://shop.example/checkout",
                #"    url        expected "/", is "/checkout""#,
                #"    amount     expected "49.90", is "49.95""#,
                #"    QTY1       expected "1", is "2""#,
                #"    ITEM2      expected "Tea", is none"#,
                #"    AMT2       expected "12.50", is none"#,
                #"    QTY2       expected "1", is none"#,
            ]
        )
    }

    @Test func namesMissingAndUnexpectedEvents() async throws {
        let lines = try await self.failure { tracker, events in
            try await tracker.handle(.stub("/a?utm_source=news"))
            try await tracker.handle(.stub("/b"))
            try await events.expect(
                .purchase(.stub()),
                .pageView("/b"),
                .conversion(.stub(), on: "/newsletter"),
                within: .zero,
                file: "File",
                line: 7
            )
        }
        #expect(
            lines == [
                "File:7: 3 events expected, 2 came",
                "  as expected: pageview on https://shop.example/b",
                "  missing: purchase 1001",
                "  missing: conversion newsletter-1 on /newsletter",
                "  not expected: pageview on https://shop.example/a",
            ]
        )
    }

    @Test func namesParametersReferrersAndEmails() async throws {
        let lines = try await self.failure { tracker, events in
            try await tracker.handle(.stub("/?utm_source=news&utm_medium=mail"))
            try await events.expect(
                .pageView("/", parameters: ["utm_source": "letter", "utm_term": "tea"])
                    .referer("https://a.example/").email("jane.doe@example.com"),
                within: .zero
            )
        }
        #expect(
            lines.dropFirst(2) == [
                #"    referer    expected "https://a.example/", is none"#,
                #"    utm_medium expected none, is "mail""#,
                #"    utm_source expected "letter", is "news""#,
                #"    utm_term   expected "tea", is none"#,
                "    email      expected the hash of another one, is none",
            ]
        )
    }

    /// The most frequent question about a missing page view.
    @Test func namesTheRulesThatSkippedRequests() async throws {
        let lines = try await self.failure { tracker, events in
            try await tracker.handle(.stub("/mug", fields: [.userAgent: "curl/8"]))
            try await tracker.handle(.stub("/api/stock"), response: .stub(contentType: "application/json"))
            tracker.itemsAddedToCart([])
            try await events.expect(.pageView("/mug"), within: .zero)
        }
        #expect(
            lines.dropFirst() == [
                "  missing: pageview on /mug",
                "  skipped: GET /api/stock 200: skipped by content_type. \(SkipReason.contentType.advice)",
                "  skipped: pageview /mug: skipped by crawler. \(SkipReason.crawler.advice)",
                "  dropped: 1 addtocart by no_visit",
            ]
        )
    }

    /// Most requests of an application are skipped as they should be, which explains nothing.
    @Test func namesNoSkippedRequestsWhenNothingIsMissing() async throws {
        let lines = try await self.failure { tracker, events in
            try await tracker.handle(.stub("/mug"))
            try await tracker.handle(.stub("/api/stock"), response: .stub(contentType: "application/json"))
            try await events.expect(.pageView("/tea"), within: .zero)
        }
        #expect(
            Array(lines.dropFirst()) == [
                "  differs: pageview on https://shop.example/mug", #"    url        expected "/tea", is "/mug""#,
            ]
        )
    }

    @Test func asksForTheMiddlewareWhenNothingCame() async throws {
        let lines = try await self.failure { _, events in try await events.expect(.pageView("/mug"), within: .zero) }
        #expect(
            Array(lines.dropFirst()) == [
                "  missing: pageview on /mug",
                "  The tracker saw no request and no call. Is its middleware attached, with this tracker?",
            ]
        )
    }

    /// What an in-process test client sends has no peer.
    @Test func countsARequestWithoutPeer() async throws {
        try await withTestTracker { tracker, events in
            try await tracker.handle(from: .unknown)
            try await events.expect(.pageView("/"))
        }
    }

    @Test func waitsForARequestThatCompletesLater() async throws {
        try await withTestTracker { tracker, events in
            async let later: Void = {
                for _ in 0..<10 { await Task.yield() }
                try await tracker.handle()
            }()
            try await events.expect(.pageView("/"), within: .seconds(240))
            try await later
        }
    }
}
#endif
