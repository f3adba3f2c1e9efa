//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import MetricsTestKit
import Testing

@testable import Tracify

/// Health as one value: problems, readiness, the queue and the last delivery.
@Suite(.timeLimit(.minutes(10)))
struct DeliveryHealthTests {
    private let clock = ManualClock()
    private let sink = ScriptedSink()
    private let metrics = TestMetrics()

    private func tracker(_ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        try Tracker(
            configuration: .stub(change),
            sink: self.sink,
            metrics: self.metrics,
            clock: self.clock,
            now: { .pageExample }
        )
    }

    @Test func isReadyOnceItRunsAlthoughTheDestinationIsDown() async throws {
        let tracker = try self.tracker()
        #expect(!tracker.health.isReady)
        self.sink.decide { _ in .retryable("down") }
        try await running(tracker) {
            tracker.view()
            try await self.clock.advance(by: .seconds(1)) { tracker.health.problem?.code == .unavailable }
            #expect(tracker.health.problems.map(\.code) == [.unavailable])
            #expect(tracker.health.isReady)
            #expect(tracker.health.lastDelivery == nil)
            self.sink.decide { _ in nil }
        }
    }

    @Test func namesTheLastDelivery() async throws {
        let tracker = try self.tracker()
        try await running(tracker) {
            tracker.view()
            #expect(await tracker.flush(within: .seconds(60)))
        }
        #expect(tracker.health.lastDelivery == .pageExample)
        #expect(try self.metrics.expectGauge("tracify.delivery.last_success_age_seconds").lastValue == 0)
    }

    @Test func warnsBeforeTheQueueDropsAnything() async throws {
        let tracker = try self.tracker {
            $0.queue.maximumEvents = 10
            $0.batches.maximumConcurrentDeliveries = 1
            $0.batches.maximumEvents = 1
        }
        self.sink.decide { _ in .retryable("down") }
        try await running(tracker) {
            tracker.view()
            try await self.clock.advance(by: .seconds(1)) { tracker.health.problem?.code == .unavailable }
            // The tracker's task may take one meanwhile, to try it.
            while tracker.health.queueUse < 1 { tracker.view() }
            try await self.clock.advance(by: .seconds(1)) { tracker.health.problems.contains { $0.code == .queueNearlyFull } }
            #expect(tracker.statistics.dropped() == 0)
            // Published in the same interval.
            let labels = [("problem", "queue_nearly_full")]
            try await waitUntil { (try? self.metrics.expectGauge("tracify.health.problem", labels))?.lastValue == 1 }
            // The problem is there for as long as each interval drops something.
            try await self.clock.advance(by: .seconds(1)) {
                tracker.view()
                return tracker.health.problems.contains { $0.code == .queueFull }
            }
            #expect(tracker.statistics.dropped(.queueFull) > 0)
            #expect(!tracker.health.problems.contains { $0.code == .queueNearlyFull })
            self.sink.decide { _ in nil }
        }
        #expect(try self.metrics.expectGauge("tracify.queue.use").lastValue != nil)
    }

    @Test func isWrittenAsJSON() throws {
        #expect(try JSONParser.parse(Array(DeliveryHealth.healthy.json.utf8))[key: "healthy"] == .bool(true))
        var health = DeliveryHealth.healthy.replacing(
            with: [
                .init(code: .unavailable, lane: .orders, reason: "status \"503\""),
                .init(code: .storeFailed, reason: "disk full"),
            ],
            at: .pageExample
        )
        health.lastDelivery = .pageExample
        health.queueUse = 0.024
        #expect(
            health.json == """
                {"healthy":false,"ready":true,"queue_use":0.02,"last_delivery":"2024-06-21T12:36:40Z","problems":[\
                {"code":"unavailable","lane":"orders","since":"2024-06-21T12:36:40Z","reason":"status \\"503\\""},\
                {"code":"store_failed","since":"2024-06-21T12:36:40Z","reason":"disk full"}]}
                """
        )
    }

    @Test(arguments: [(0, "0.00"), (0.05, "0.05"), (0.5, "0.50"), (0.999, "1.0"), (1, "1.0"), (7, "1.0")])
    func writesTheQueuesUseInHundredths(_ use: Double, _ text: String) {
        var health = DeliveryHealth.healthy
        health.queueUse = use
        #expect(health.json == #"{"healthy":true,"ready":true,"queue_use":\#(text),"problems":[]}"#)
    }
}
