//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

struct DisabledTrackerTests {
    private let log = LogLines()

    private func tracker(_ sink: some EventSink, store: (any EventStore)? = nil) throws -> Tracker {
        try Tracker(
            configuration: .stub { $0.isEnabled = false },
            sink: sink,
            store: store,
            logger: self.log.logger,
            clock: ManualClock(),
            now: {
                Issue.record("A disabled tracker reads the time")
                return .pageExample
            }
        )
    }

    @Test func acceptsEveryCallWithoutEffect() async throws {
        let sink = InMemorySink()
        let store = RecordingStore()
        let tracker = try self.tracker(sink, store: store)
        let order = try Order(id: "A-1", currency: .eur, amount: Amount("25"))
        try await running(tracker) {
            tracker.view()
            let visit = tracker.visit(for: Browsing.request(), from: .stub)
            tracker.requestCompleted(Browsing.request(), response: Browsing.page, visit: visit)
            for visit in [visit, Browsing.visit(), nil] {
                tracker.productViewed(by: visit)
                tracker.itemsAddedToCart([], by: visit)
            }
            for visit in [visit, Browsing.visit()] {
                #expect(try await tracker.orderPlaced(order, by: visit) == .notReported)
                let conversion = try Conversion(id: "C", currency: .eur, amount: .zero)
                #expect(try await tracker.conversionCompleted(conversion, by: visit) == .notReported)
                let answer = try SurveyAnswer(orderID: "A-1", source: .google)
                #expect(try await tracker.surveyAnswered(answer, by: visit) == .notReported)
                #expect(await tracker.reportOrder(order, by: visit) == .notReported)
            }
            #expect(await tracker.reportOrder(order, by: nil) == nil)
            #expect(await tracker.flush(within: .seconds(1)))
            #expect(try await tracker.deadLetters().isEmpty)
            #expect(try await tracker.requeueDeadLetters() == 0)
            try await tracker.eraseVisitor(AnonymizedHash(hashing: Browsing.address))
            #expect(try await tracker.delivery(ofOrder: "A-1").isEmpty)
            #expect(tracker.health.isHealthy)
            #expect(store.calls.isEmpty)
            #expect(!sink.isShutDown)
        }
        #expect(sink.events.isEmpty)
        #expect(sink.isShutDown)
        #expect(store.calls == ["close"])
        let statistics = tracker.statistics
        #expect(statistics.captured() == 0)
        #expect(statistics.skipped() == 0)
        #expect(statistics.dropped() == 0)
        #expect(statistics.queued == 0)
        #expect(self.log.lines.isEmpty)
    }

    @Test func isHealthyBeforeItRuns() throws {
        #expect(try self.tracker(InMemorySink()).health.isHealthy)
    }

    /// A visit that was stored while the tracker was disabled is reported by no tracker.
    @Test func visitHoldsNothingOfTheRequest() async throws {
        let visit = try self.tracker(InMemorySink()).visit(for: Browsing.request(), from: .stub)
        #expect(!visit.hasConsent)
        let stored = try JSONEncoder().encode(visit)
        let object = try #require(try JSONSerialization.jsonObject(with: stored) as? [String: Any])
        #expect(Set(object.keys) == ["isWithoutConsent", "datetime"])
        let sink = InMemorySink()
        let enabled = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        let order = try Order(id: "A-1", currency: .eur, amount: Amount("25"))
        try await running(enabled) {
            let visit = try JSONDecoder().decode(Visit.self, from: stored)
            #expect(try await enabled.orderPlaced(order, by: visit) == .notReported)
        }
        #expect(sink.events.isEmpty)
    }

    @Test func runsOnlyOnceAndEndsByCancellation() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let run = Task { try await tracker.run() }
        run.cancel()
        try await run.value
        #expect(sink.isShutDown)
        await #expect(throws: TrackerError.alreadyRunning) { try await tracker.run() }
    }

    @Test func endsTheReports() async throws {
        let tracker = try self.tracker(InMemorySink())
        let reports = tracker.deliveryReports()
        try await running(tracker) {}
        for await _ in reports { Issue.record("A disabled tracker reports a delivery") }
        for await _ in tracker.deliveryReports() { Issue.record("A disabled tracker reports a delivery") }
    }

    /// A deployment must not hang on a sink that does not shut down.
    @Test func abandonsASinkThatDoesNotShutDown() async throws {
        final class HangingSink: EventSink {
            let release = AsyncStream.makeStream(of: Void.self)
            func deliver(_ batch: EventBatch) async throws {}
            func shutdown() async {
                // In a task of its own, so that cancellation does not end it.
                await Task { for await _ in self.release.stream {} }.value
            }
        }
        let sink = HangingSink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub { $0.isEnabled = false }, sink: sink, clock: clock)
        let run = Task { try await tracker.run() }
        run.cancel()
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
        try await run.value
        sink.release.continuation.finish()
    }

    @Test func checksItsSettings() {
        #expect(throws: ValidationError.self) {
            try Tracker(
                configuration: .stub {
                    $0.isEnabled = false
                    $0.queue.maximumEvents = 0
                },
                sink: InMemorySink()
            )
        }
    }
}
