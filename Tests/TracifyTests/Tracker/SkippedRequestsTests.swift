//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

/// The skipped requests that a tracker keeps for development.
struct SkippedRequestsTests {
    private func tracker(_ count: Int, _ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        let configuration = try Tracker.Configuration.stub {
            $0.maximumSkippedRequests = count
            change(&$0)
        }
        return try Tracker(configuration: configuration, sink: InMemorySink(), clock: ManualClock(), now: { .pageExample })
    }

    private func complete(_ path: String, status: Int = 404, userAgent: String = Browsing.userAgent, by tracker: Tracker) {
        tracker.requestCompleted(
            Browsing.request(path, userAgent: userAgent),
            from: PeerAddress(text: Browsing.address),
            response: HTTPResponse(status: .init(code: status), headerFields: Browsing.page.headerFields)
        )
    }

    @Test func keepsNoneByDefault() throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink(), clock: ManualClock())
        self.complete("/gone", by: tracker)
        #expect(tracker.skippedRequests.isEmpty)
        #expect(tracker.statistics.skipped(.status) == 1)
        withExtendedLifetime(tracker) {}
    }

    @Test func keepsTheLatestWithoutQueryAndEmails() throws {
        let tracker = try self.tracker(2)
        self.complete("/first", by: tracker)
        self.complete("/reset?token=secret", by: tracker)
        self.complete("/account/jane.doe@example.com/orders", by: tracker)
        let entries = tracker.skippedRequests
        #expect(entries.map(\.number) == [2, 3])
        #expect(entries.map(\.path) == ["/reset", "/account/redacted/orders"])
        #expect(entries.map(\.reason) == [.status, .status])
        #expect(entries.map(\.status) == [404, 404])
        #expect(entries.allSatisfy { $0.date == .pageExample && $0.method == "GET" && $0.type == nil })
        #expect(entries.first?.description == "GET /reset 404: skipped by status")
    }

    @Test func cutsALongPathAfterItsEmailsAreReplaced() throws {
        let tracker = try self.tracker(1)
        let path = "/" + String(repeating: "a", count: 240) + "/jane.doe@example.com/" + String(repeating: "b", count: 300)
        self.complete(path, by: tracker)
        let kept = try #require(tracker.skippedRequests.first?.path)
        #expect(kept.utf8.count == 256)
        #expect(kept.hasSuffix("/redacted/bbbbb"))
    }

    /// Without consent, nothing of a request is kept.
    @Test func keepsNoPathWithoutConsent() throws {
        let tracker = try self.tracker(1) { $0.capture.consent = .custom { _ in false } }
        self.complete("/health/condition", status: 200, by: tracker)
        #expect(tracker.skippedRequests.map(\.reason) == [.noConsent])
        #expect(tracker.skippedRequests.first?.path == nil)
    }

    /// That a visitor is a crawler is found in the tracker's task.
    @Test func keepsWhatTheTrackersTaskSkips() async throws {
        let tracker = try self.tracker(10)
        try await running(tracker) {
            self.complete("/mug?a=1", status: 200, userAgent: "Googlebot/2.1", by: tracker)
            #expect(await tracker.flush(within: .seconds(60)))
        }
        let entry = try #require(tracker.skippedRequests.first)
        #expect(entry.reason == .crawler)
        #expect(entry.type == .pageView)
        #expect(entry.path == "/mug")
        #expect(entry.description == "pageview /mug: skipped by crawler")
    }

    @Test func keepsCallsOfHandlers() throws {
        let tracker = try self.tracker(10) { $0.capture.events = [.purchase] }
        tracker.itemsAddedToCart([], by: Browsing.visit("/cart"))
        #expect(tracker.skippedRequests.map(\.type) == [.addToCart])
        #expect(tracker.skippedRequests.map(\.reason) == [.excludedType])
    }

    @Test(arguments: [-1, 100_001])
    func refusesAnInvalidNumber(_ count: Int) {
        #expect(throws: ValidationError.self) { try self.tracker(count) }
    }
}
