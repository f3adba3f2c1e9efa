//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

/// An event counts as captured once it is one, and the count never goes back.
struct CaptureCountTests {
    private func tracker(_ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        try Tracker(configuration: .stub(change), sink: InMemorySink())
    }

    @Test func queuedObservationIsNotCapturedYet() async throws {
        let tracker = try self.tracker()
        tracker.view()
        #expect(tracker.statistics.queued == 1)
        #expect(tracker.statistics.captured() == 0)
        try await running(tracker) {}
        #expect(tracker.statistics.captured(.pageView) == 1)
        #expect(tracker.statistics.delivered(.pageView) == 1)
    }

    @Test func crawlerIsNeverCaptured() async throws {
        let tracker = try self.tracker()
        let request = Browsing.request("/", userAgent: "Googlebot/2.1 (+http://www.google.com/bot.html)")
        try await running(tracker) {
            tracker.requestCompleted(request, from: .stub, response: Browsing.page)
            #expect(tracker.statistics.captured() == 0)
        }
        #expect(tracker.statistics.captured() == 0)
        #expect(tracker.statistics.skipped(.crawler) == 1)
    }

    @Test func evictedObservationIsCapturedAndDropped() throws {
        let tracker = try self.tracker { $0.queue.maximumEvents = 1 }
        tracker.view("/1")
        tracker.view("/2")
        #expect(tracker.statistics.captured(.pageView) == 1)
        #expect(tracker.statistics.dropped(.queueFull, .pageView) == 1)
        #expect(tracker.statistics.queued == 1)
    }

    @Test func refusedObservationIsCapturedAndDropped() async throws {
        let tracker = try self.tracker { $0.queue.maximumEvents = 1 }
        try await tracker.orderPlaced(Order(id: "A-1", currency: .eur, amount: .zero), by: Browsing.visit())
        tracker.view()
        #expect(tracker.statistics.captured(.pageView) == 1)
        #expect(tracker.statistics.dropped(.queueFull, .pageView) == 1)
        #expect(tracker.statistics.captured(.purchase) == 1)
    }

    @Test func observationAfterShutdownIsCapturedAndDropped() async throws {
        let tracker = try self.tracker()
        try await running(tracker) {}
        tracker.view()
        let order = try Order(id: "A-1", currency: .eur, amount: .zero)
        await #expect(throws: TrackerError.shuttingDown) { try await tracker.orderPlaced(order, by: Browsing.visit()) }
        #expect(tracker.statistics.captured() == 2)
        #expect(tracker.statistics.dropped(.shuttingDown) == 2)
    }
}
