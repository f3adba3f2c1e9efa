//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Logging
import MetricsTestKit
import Testing

@testable import Tracify

/// The exporter's timer, which rests while nothing happens.
@Suite(.timeLimit(.minutes(15)))
struct IdleTests {
    private let clock = ManualClock()
    private let sink = InMemorySink()
    private let metrics = TestMetrics()

    private func tracker(_ sink: some EventSink) throws -> Tracker {
        try Tracker(
            configuration: .stub(),
            sink: sink,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            metrics: self.metrics,
            clock: self.clock
        )
    }

    /// Lets time pass until nothing waits for it; returns `false` when something always does.
    private func rests() async -> Bool {
        for _ in 0..<1000 where !Task.isCancelled {
            self.clock.advance(by: .seconds(1))
            if await self.hasNoTimer() { return true }
        }
        return false
    }

    private func hasNoTimer() async -> Bool {
        for _ in 0..<200 {
            await Task.yield()
            if self.clock.sleeperCount > 0 { return false }
        }
        return true
    }

    private func skipped() -> Int64 {
        (try? self.metrics.expectCounter("tracify.requests.skipped", [("reason", "method")]).totalValue) ?? 0
    }

    @Test func nothingWakesAnIdleProcess() async throws {
        let tracker = try self.tracker(self.sink)
        try await running(tracker) {
            #expect(await self.rests())
            for _ in 0..<100 {
                #expect(!self.clock.advance(by: .seconds(60)))
                await Task.yield()
            }
        }
    }

    @Test func eachActivityWakesTheTimer() async throws {
        let tracker = try self.tracker(self.sink)
        try await running(tracker) {
            for count in 1...3 {
                #expect(await self.rests())
                tracker.view("/\(count)")
                try await self.clock.advance(by: .seconds(1)) { tracker.statistics.delivered(.pageView) == count }

                #expect(await self.rests())
                let post = HTTPRequest(method: .post, scheme: "https", authority: "shop.example", path: "/")
                tracker.requestCompleted(post, from: PeerAddress(text: Browsing.address), response: Browsing.page)
                try await self.clock.advance(by: .seconds(1)) { self.skipped() == count }

                #expect(await self.rests())
                try await tracker.orderPlaced(Order(id: "\(count)", currency: .eur, amount: .zero), by: Browsing.visit())
                try await self.clock.advance(by: .seconds(1)) { tracker.statistics.delivered(.purchase) == count }

                #expect(await self.rests())
                // A landing waits for its session's first event, hashed; until then the exporter has to take it.
                let target = "/go?utm_source=mail-\(count)"
                let landing = HTTPResponse(status: .found, headerFields: [.location: "/"])
                tracker.requestCompleted(Browsing.request(target), from: PeerAddress(text: Browsing.address), response: landing)
                try await self.clock.advance(by: .seconds(1)) { tracker.landings.isEmpty }
            }
        }
        #expect(tracker.statistics.dropped() == 0)
    }

    @Test func timerGoesOnWhileSomethingWaits() async throws {
        let down = ScriptedSink { _ in .retryable("down") }
        let tracker = try self.tracker(down)
        try await running(tracker) {
            tracker.view()
            try await self.clock.advance(by: .seconds(1)) { tracker.statistics.retries > 3 }
            for _ in 0..<20 {
                await self.clock.waitForSleepers(1)
                self.clock.advance(by: .seconds(1))
            }
            down.decide { _ in nil }
            try await self.clock.advance(by: .seconds(1)) { tracker.statistics.delivered() == 1 }
            #expect(await self.rests())

            // A dead letter may get too old.
            down.decide { _ in .rejected("no") }
            tracker.view()
            try await self.clock.advance(by: .seconds(1)) { tracker.statistics.rejected() == 1 }
            for _ in 0..<20 {
                await self.clock.waitForSleepers(1)
                self.clock.advance(by: .seconds(1))
            }
            try await tracker.discardDeadLetters(.all)
            #expect(await self.rests())
        }
    }
}
