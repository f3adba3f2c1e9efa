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

@Suite(.timeLimit(.minutes(15)))
struct RetryTests {
    private let clock = ManualClock()

    /// A tracker with maximum jitter, so that the backoff is deterministic.
    private func tracker(_ sink: some EventSink, _ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        try Tracker(
            configuration: .stub(change),
            sink: sink,
            store: nil,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            metrics: NOOPMetricsHandler.instance,
            clock: self.clock,
            now: { Date(timeIntervalSince1970: 1_718_973_397) },
            jitter: { 1 }
        )
    }

    /// Advances the clock once the ticker and a pause have begun.
    private func pass(_ duration: Duration) async {
        await self.clock.waitForSleepers(2)
        self.clock.advance(by: duration)
    }

    @Test func retriesWithGrowingBackoff() async throws {
        let sink = ScriptedSink { _ in .retryable("down") }
        let tracker = try self.tracker(sink) {
            $0.batches.maximumEvents = 2
            $0.batches.interval = .seconds(3600)
        }
        try await running(tracker) {
            tracker.view("/1")
            tracker.view("/2")
            for (index, pause) in [500, 1000, 2000, 4000].enumerated() {
                await sink.waitForAttempts(index + 1)
                await self.clock.waitForSleepers(2)
                self.clock.advance(by: .milliseconds(pause - 1))
                #expect(sink.attempts.count == index + 1)
                if index == 3 { sink.decide { _ in nil } }
                self.clock.advance(by: .milliseconds(1))
            }
            await sink.waitForAttempts(5)
        }
        #expect(sink.delivered == ["/1", "/2"])
        // The probes of an outage are single events, so that no event can make a working destination look like one that is down.
        #expect(sink.attempts == [2, 2, 1, 1, 1, 1])
        #expect(tracker.statistics.retries == 4)
        #expect(tracker.statistics.delivered() == 2)
        #expect(tracker.statistics.dropped() == 0)
    }

    @Test func sendsOneProbeWhileCircuitIsOpen() async throws {
        let sink = ScriptedSink { _ in .retryable("down") }
        let tracker = try self.tracker(sink) {
            $0.batches.maximumEvents = 1
            $0.batches.interval = .seconds(3600)
        }
        try await running(tracker) {
            for index in 0..<20 { tracker.view("/\(index)") }
            // Batches that were in flight together fail together. After that, one probe follows each pause.
            await sink.waitForAttempts(1)
            var attempts = 0
            for pause in [500, 1000, 2000] {
                await self.clock.waitForSleepers(2)
                attempts = sink.attempts.count
                self.clock.advance(by: .milliseconds(pause))
                await sink.waitForAttempts(attempts + 1)
            }
            await self.clock.waitForSleepers(2)
            #expect(sink.attempts.count == attempts + 1)
            #expect(sink.attempts.count <= 4 + 3)
            sink.decide { _ in nil }
            self.clock.advance(by: .milliseconds(4000))
            await sink.waitForAttempts(sink.attempts.count)
        }
        #expect(Set(sink.delivered) == Set((0..<20).map { "/\($0)" }))
        #expect(sink.delivered.count == 20)
    }

    @Test func honorsRetryAfter() async throws {
        let sink = ScriptedSink { _ in .retryable("busy", after: .seconds(30)) }
        let tracker = try self.tracker(sink) {
            $0.batches.maximumEvents = 1
            $0.batches.interval = .seconds(3600)
        }
        try await running(tracker) {
            tracker.view("/1")
            await sink.waitForAttempts(1)
            await self.clock.waitForSleepers(2)
            sink.decide { _ in nil }
            self.clock.advance(by: .seconds(30))
            #expect(sink.attempts.count == 1)
            self.clock.advance(by: .milliseconds(500))
            await sink.waitForAttempts(2)
        }
        #expect(sink.delivered == ["/1"])
    }

    @Test func rejectedTokenPausesDeliveryUntilAccepted() async throws {
        let sink = ScriptedSink { _ in .unauthorized("status 401") }
        let tracker = try self.tracker(sink) {
            $0.batches.maximumEvents = 1
            $0.batches.interval = .seconds(3600)
        }
        try await running(tracker) {
            tracker.view("/1")
            await sink.waitForAttempts(1)
            await self.clock.waitForSleepers(2)
            let problem = tracker.health.problem
            #expect(problem?.code == .unauthorized)
            #expect(problem?.reason == "status 401")
            #expect(problem?.since == Date(timeIntervalSince1970: 1_718_973_397))
            sink.decide { _ in nil }
            self.clock.advance(by: .milliseconds(500))
            await sink.waitForAttempts(2)
        }
        #expect(sink.delivered == ["/1"])
        #expect(tracker.health.isHealthy)
        #expect(tracker.statistics.dropped() == 0)
    }

    @Test func treatsUnknownErrorAsRetryable() async throws {
        struct UnknownError: Error {}
        final class FailingOnceSink: EventSink {
            let memory = InMemorySink()
            func deliver(_ batch: EventBatch) async throws {
                if self.memory.deliveryCount == 0 {
                    self.memory.failNext(1)
                    try? await self.memory.deliver(batch)
                    throw UnknownError()
                }
                try await self.memory.deliver(batch)
            }
        }
        let sink = FailingOnceSink()
        let tracker = try self.tracker(sink) {
            $0.batches.maximumEvents = 1
            $0.batches.interval = .seconds(3600)
        }
        try await running(tracker) {
            tracker.view()
            await self.pass(.milliseconds(500))
            _ = try await sink.memory.waitForEvents(1)
        }
        #expect(tracker.statistics.delivered() == 1)
    }

    @Test func reportsOutcomeOfEachBatch() async throws {
        let sink = ScriptedSink { $0.contains(path: "/bad") ? .rejected("bad") : nil }
        let tracker = try self.tracker(sink) {
            $0.batches.maximumEvents = 2
            $0.batches.interval = .seconds(3600)
        }
        let reports = tracker.deliveryReports()
        try await running(tracker) {
            tracker.view("/good")
            tracker.view("/bad")
        }
        var outcomes: [DeliveryReport.Outcome] = []
        for await report in reports { outcomes.append(report.outcome) }
        #expect(outcomes == [.retried(.rejected("bad")), .delivered, .rejected(.rejected("bad"))])
    }
}
