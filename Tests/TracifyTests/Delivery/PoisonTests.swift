//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

@Suite(.timeLimit(.minutes(15)))
struct PoisonTests {
    private func tracker(_ sink: some EventSink, _ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        try Tracker(configuration: .stub(change), sink: sink, clock: ManualClock())
    }

    @Test func isolatesRejectedEventsAndDeliversOthers() async throws {
        let sink = ScriptedSink { $0.contains(path: "/3") || $0.contains(path: "/40") ? .rejected("a bad one") : nil }
        let tracker = try self.tracker(sink)
        try await running(tracker) {
            for index in 0..<64 { tracker.view("/\(index)") }
        }
        #expect(Set(sink.delivered) == Set((0..<64).filter { $0 != 3 && $0 != 40 }.map { "/\($0)" }))
        #expect(sink.delivered.count == 62)
        let letters = try await tracker.deadLetters()
        #expect(Set(try letters.map { try $0.event.decoded().url.text.suffix(3) }) == ["e/3", "/40"])
        #expect(letters.allSatisfy { $0.reason == "a bad one" })
        #expect(tracker.statistics.rejected(.pageView) == 2)
        // Bisection of 64 events takes one path from the root to each of the two rejected events.
        #expect(sink.attempts.count <= 2 * (1 + 2 * 6))
    }

    @Test func requeuesDeadLetters() async throws {
        let sink = ScriptedSink { _ in .rejected("unknown site") }
        let tracker = try self.tracker(sink) { $0.batches.maximumEvents = 4 }
        try await running(tracker) {
            for index in 0..<4 { tracker.view("/\(index)") }
            await sink.waitForAttempts(7)
            try await waitUntil { tracker.statistics.rejected() >= 4 }
            #expect(tracker.health.isHealthy)
            sink.decide { _ in nil }
            let count = try await tracker.requeueDeadLetters()
            #expect(count == 4)
            let left = try await tracker.deadLetters()
            #expect(left.isEmpty)
        }
        #expect(Set(sink.delivered) == ["/0", "/1", "/2", "/3"])
        #expect(tracker.health.isHealthy)
        let statistics = tracker.statistics
        #expect(statistics.captured() + statistics.requeued == statistics.delivered() + statistics.rejected())
    }

    /// A wrong site ID must neither fill the dead letters nor take two requests for each event.
    @Test func keepsEventsOfAMisconfiguredDestination() async throws {
        let log = LogLines()
        let clock = ManualClock()
        let sink = ScriptedSink { _ in .rejected("unknown site") }
        let tracker = try Tracker(
            configuration: .stub { $0.shutdown.gracefulDeadline = .seconds(10) },
            sink: sink,
            logger: log.logger,
            clock: clock
        )
        try await running(tracker) {
            for index in 0..<500 { tracker.view("/\(index)") }
            try await waitUntil { tracker.health.problem?.code == .misconfigured }
            #expect(tracker.health.problem?.reason == "unknown site")
            #expect(sink.attempts.count < 100)
            sink.decide { _ in nil }
            try await clock.advance(by: .seconds(1)) { tracker.statistics.delivered() == 481 }
        }
        #expect(tracker.statistics.rejected() == 19)
        #expect(tracker.health.isHealthy)
        #expect(log.lines.filter { $0.contains("Delivery needs attention") }.count == 1)
    }

    @Test func staysHealthyWhenOneEventIsRejected() async throws {
        let sink = ScriptedSink { $0.contains(path: "/bad") ? .rejected("bad") : nil }
        let tracker = try self.tracker(sink) { $0.batches.maximumEvents = 2 }
        try await running(tracker) {
            tracker.view("/good")
            tracker.view("/bad")
        }
        #expect(tracker.health.isHealthy)
    }

    @Test func pageViewsNeverEvictDeadLettersOfOrders() async throws {
        let sink = ScriptedSink { $0.contains { $0.type != .addToCart } ? .rejected("no") : nil }
        let tracker = try self.tracker(sink) {
            $0.maximumDeadLetters = 10
            $0.batches.maximumEvents = 4
        }
        try await running(tracker) {
            for index in 0..<5 {
                try await tracker.orderPlaced(Order(id: "\(index)", currency: .eur, amount: .zero), by: Browsing.visit())
            }
            // Some are accepted, so that the destination does not count as misconfigured.
            for index in 0..<100 {
                tracker.view("/\(index)")
                tracker.itemsAddedToCart([], by: Browsing.visit())
            }
        }
        let letters = try await tracker.deadLetters()
        #expect(letters.filter { $0.event.type == .purchase }.count == 5)
        #expect(letters.count == 10)
        #expect(tracker.statistics.dropped(.deadLetterLimit, .pageView) == 95)
    }

    @Test func ordersPauseWhenTheirDeadLettersFillTheLimit() async throws {
        let clock = ManualClock()
        let sink = ScriptedSink { $0.contains { $0.type == .purchase } ? .rejected("no") : nil }
        let tracker = try Tracker(
            configuration: .stub {
                $0.maximumDeadLetters = 2
                $0.shutdown.gracefulDeadline = .seconds(10)
            },
            sink: sink,
            clock: clock
        )
        try await running(tracker) {
            for index in 0..<4 {
                try await tracker.orderPlaced(Order(id: "\(index)", currency: .eur, amount: .zero), by: Browsing.visit())
            }
            try await clock.advance(by: .seconds(1)) { tracker.health.problem?.code == .deadLettersFull }
            #expect(tracker.health.problem?.lane == .orders)
            tracker.view("/")
            try await clock.advance(by: .seconds(1)) { tracker.statistics.delivered(.pageView) == 1 }
            try await tracker.discardDeadLetters(DeadLetterSelection(types: [.purchase]))
            while try await tracker.deadLetters().count < 2 {
                try Task.checkCancellation()
                clock.advance(by: .seconds(1))
                await Task.yield()
            }
            sink.decide { _ in nil }
            try await tracker.requeueDeadLetters()
            try await clock.advance(by: .seconds(1)) { tracker.statistics.delivered(.purchase) == 2 }
        }
        #expect(tracker.statistics.dropped(.discarded, .purchase) == 2)
        #expect(tracker.health.isHealthy)
    }

    @Test func boundsDeadLettersAndCountsDrops() async throws {
        let sink = ScriptedSink { _ in .rejected("no") }
        let tracker = try self.tracker(sink) { $0.maximumDeadLetters = 3 }
        try await running(tracker) {
            for index in 0..<5 { tracker.view("/\(index)") }
        }
        #expect(try await tracker.deadLetters().count == 3)
        #expect(tracker.statistics.dropped(.deadLetterLimit, .pageView) == 2)
    }

    @Test func halvesOversizedBatchAndRemembersSize() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(BodySizeSink(limit: 8000, next: sink)) {
            $0.batches.maximumEvents = 64
            $0.batches.maximumConcurrentDeliveries = 1
        }
        try await running(tracker) {
            for index in 0..<640 { tracker.view("/\(index)") }
        }
        #expect(sink.events.map(\.url.text) == (0..<640).map { "https://shop.example/\($0)" })
        // Only the first batches were too large; the exporter then kept to the learned size.
        #expect(tracker.statistics.retries < 12)
        #expect(tracker.health.isHealthy)
    }

    @Test func oversizedSingleEventBecomesDeadLetter() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(BodySizeSink(limit: 1200, next: sink))
        try await running(tracker) {
            tracker.view("/short")
            tracker.view("/" + String(repeating: "x", count: 1500))
        }
        #expect(sink.events.count == 1)
        #expect(tracker.statistics.rejected(.pageView) == 1)
        #expect(tracker.health.isHealthy)
        #expect(try await tracker.deadLetters().first?.reason.contains("bytes") == true)
    }
}
