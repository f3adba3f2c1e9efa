//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

/// One bad event delays no order and stops no other event.
@Suite(.timeLimit(.minutes(15)))
struct LaneTests {
    private static let failures: [DeliveryError] = [
        .retryable("status 503"), .unauthorized("status 403"), .retryable("connection reset"), .unconfirmed("status 200"),
    ]

    @Test(arguments: LaneTests.failures, [false, true])
    func poisonedPageViewStopsNeitherOrdersNorPageViews(failure: DeliveryError, hasStore: Bool) async throws {
        let clock = ManualClock()
        let sink = ScriptedSink { $0.contains(path: "/poison") ? failure : nil }
        let tracker = try Tracker(
            configuration: .stub { $0.shutdown.gracefulDeadline = .seconds(10) },
            sink: sink,
            store: hasStore ? FaultyStore() : nil,
            clock: clock
        )
        try await running(tracker) {
            tracker.view("/poison")
            for index in 0..<20 { tracker.view("/\(index)") }
            for index in 0..<5 {
                try await tracker.orderPlaced(Order(id: "\(index)", currency: .eur, amount: .zero), by: Browsing.visit("/order"))
            }
            let start = clock.now
            try await clock.advance(by: .milliseconds(50)) {
                tracker.statistics.delivered(.purchase) == 5 && tracker.statistics.delivered(.pageView) >= 20
            }
            #expect(start.duration(to: clock.now) < .seconds(60))
            // The poisoned one is found out: while others are accepted, its failures count.
            var index = 20
            while tracker.statistics.rejected(.pageView) + tracker.statistics.dropped(.unconfirmed) == 0 {
                index += 1
                tracker.view("/later/\(index)")
                try await clock.advance(by: .milliseconds(100)) { tracker.statistics.delivered(.pageView) >= index }
                clock.advance(by: .seconds(2))
            }
        }
        #expect(sink.delivered.filter { $0 == "/order" }.count == 5)
        #expect(!sink.delivered.contains("/poison"))
        let letters = try await tracker.deadLetters()
        #expect(letters.count == tracker.statistics.rejected(.pageView))
        #expect(letters.allSatisfy { $0.reason.contains(failure.reason) })
    }

    @Test func hangingPageViewDoesNotDelayOrder() async throws {
        final class HangingSink: EventSink {
            let gate = StubbornSink()
            let orders = InMemorySink()
            func deliver(_ batch: EventBatch) async throws {
                if batch.contains(where: { $0.type == .pageView }) { try await self.gate.deliver(batch) }
                try await self.orders.deliver(batch)
            }
        }
        let sink = HangingSink()
        let clock = ManualClock()
        let tracker = try Tracker(
            configuration: .stub {
                $0.batches.maximumConcurrentDeliveries = 1
                $0.batches.maximumEvents = 1
            },
            sink: sink,
            clock: clock
        )
        try await running(tracker) {
            tracker.view("/")
            await sink.gate.waitUntilBusy()
            try await tracker.orderPlaced(Order(id: "1", currency: .eur, amount: .zero), by: Browsing.visit())
            _ = try await sink.orders.waitForEvents(1, of: .purchase)
            sink.gate.release()
        }
    }

    /// What was poisonous before a restart is not mixed with others after it.
    @Test func failuresOfAnEventSurviveARestart() async throws {
        let store = FaultyStore()
        let sink = ScriptedSink { $0.contains(path: "/poison") ? .retryable("reset") : nil }
        func tracker(_ clock: ManualClock, maximumFailures: Int) throws -> Tracker {
            try Tracker(
                configuration: .stub {
                    $0.shutdown.gracefulDeadline = .seconds(10)
                    $0.batches.maximumEvents = 1
                    $0.retry.maximumFailures = maximumFailures
                },
                sink: sink,
                store: store,
                clock: clock
            )
        }
        let clock = ManualClock()
        // Failures are recorded in the store some time after they happen: the limit is out of reach before the restart.
        let before = try tracker(clock, maximumFailures: 100)
        try await running(before) {
            before.view("/poison")
            var index = 0
            while (store.events.map(\.failures).max() ?? 0) < 4 {
                index += 1
                before.view("/\(index)")
                try await clock.advance(by: .milliseconds(100)) { before.statistics.delivered() == index }
                clock.advance(by: .seconds(2))
            }
        }
        let failures = try #require(store.events.first { $0.failures > 0 }?.failures)
        let clockAfter = ManualClock()
        let after = try tracker(clockAfter, maximumFailures: failures + 2)
        try await running(after) {
            var index = 0
            while after.statistics.rejected() == 0 {
                index += 1
                after.view("/after/\(index)")
                try await clockAfter.advance(by: .milliseconds(100)) { after.statistics.delivered() >= index }
                clockAfter.advance(by: .seconds(2))
            }
        }
        let letter = try #require(try await after.deadLetters().first)
        // At least three of them after the restart, as a single event.
        let total = try #require(letter.reason.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #expect(total >= failures + 3)
        #expect(total <= failures + 4)
    }
}
