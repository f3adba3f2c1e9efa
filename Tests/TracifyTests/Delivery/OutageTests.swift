//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Logging
import Metrics
import Testing

@testable import Tracify

/// An outage of the destination during which more events arrive than the queue may hold.
@Suite(.timeLimit(.minutes(15)))
struct OutageTests {
    @Test func boundsMemoryKeepsOrdersAndCountsDrops() async throws {
        let total = 50_000
        let orders = 100
        let sink = ScriptedSink { _ in .retryable("down") }
        let configuration = try Tracker.Configuration.stub {
            $0.queue.maximumEvents = 5000
            $0.queue.maximumBytes = 8 << 20
            $0.batches.maximumEvents = 500
            $0.batches.interval = .milliseconds(10)
            $0.retry.initialBackoff = .milliseconds(20)
            $0.retry.maximumBackoff = .milliseconds(50)
        }
        let tracker = try Tracker(
            configuration: configuration,
            sink: sink,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let reports = tracker.deliveryReports()
        try await running(tracker) {
            for index in 0..<total {
                if index % (total / orders) == 0 {
                    let order = try Order(id: "\(index)", currency: .eur, amount: .zero)
                    try await tracker.orderPlaced(order, by: Browsing.visit("/order/\(index)"))
                } else {
                    tracker.view("/\(index)")
                }
                if index % 1000 == 0 {
                    #expect(tracker.statistics.queued <= 5000)
                    #expect(tracker.statistics.queuedBytes <= 8 << 20)
                }
            }
            // On a busy machine, all events can be queued before the first delivery fails. One failure alone is no outage yet.
            for await report in reports where report.outcome.isRetried {
                if tracker.health.problems.contains(where: { $0.code == .unavailable }) { break }
            }
            #expect(tracker.health.problems.contains { $0.reason == "down" })
            sink.decide { _ in nil }
        }
        let statistics = tracker.statistics
        #expect(statistics.captured() == total)
        #expect(statistics.delivered(.purchase) == orders)
        #expect(statistics.dropped(.queueFull, .pageView) == statistics.dropped())
        #expect(statistics.captured() == statistics.delivered() + statistics.dropped())
        // The queue, the batches that were in flight when the destination failed, one that is the first probe, and one whose events are
        // probes, which a slow machine comes to. The orders may be besides.
        #expect(statistics.delivered() <= 5000 + 500 * (4 + 1 + 1) + orders)
    }

    @Test func wallClockJumpsDoNotAffectDelivery() async throws {
        let days = [0, 1, -1, 0].map { Double($0) * 86_400 }
        let start = Date(timeIntervalSince1970: 1_718_973_397)
        let times = TimeSource(days.map { start.addingTimeInterval($0) })
        let clock = ManualClock()
        let sink = ScriptedSink { _ in .retryable("down") }
        let tracker = try Tracker(
            configuration: .stub { $0.batches.maximumEvents = 4 },
            sink: sink,
            store: nil,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            metrics: NOOPMetricsHandler.instance,
            clock: clock,
            now: { times.next() },
            jitter: { 1 }
        )
        try await running(tracker) {
            for index in 0..<4 { tracker.view("/\(index)") }
            await sink.waitForAttempts(1)
            await clock.waitForSleepers(2)
            sink.decide { _ in nil }
            clock.advance(by: .milliseconds(500))
            await sink.waitForAttempts(2)
        }
        #expect(sink.delivered == ["/0", "/1", "/2", "/3"])
        #expect(tracker.health.isHealthy)
    }
}
