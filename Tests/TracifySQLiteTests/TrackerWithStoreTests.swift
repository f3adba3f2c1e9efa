//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import HTTPTypes
import Logging
import MetricsTestKit
import Testing
import Tracify

@testable import TracifySQLite

/// A tracker with a store: commits, restarts and dead letters.
@Suite(.timeLimit(.minutes(15)))
struct TrackerWithStoreTests {
    private func tracker(_ sink: some EventSink, _ store: SQLiteEventStore, batchSize: Int = 100) throws -> Tracker {
        try makeTracker(sink, store) {
            $0.shutdown.gracefulDeadline = .seconds(600)
            $0.batches.maximumEvents = batchSize
        }
    }

    @Test func publishesDepthAndOldestAgeOfTheStore() async throws {
        let directory = TemporaryDirectory()
        let metrics = TestMetrics()
        let start = Date(timeIntervalSince1970: 1_718_973_397)
        let down = InMemorySink()
        down.failNext(.max, with: .retryable("down"))
        var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
        configuration.storeTimeout = .seconds(600)
        let tracker = try Tracker(
            configuration: configuration,
            sink: down,
            store: directory.open(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            metrics: metrics,
            now: { start.addingTimeInterval(90) }
        )
        try await running(tracker) {
            for (id, age) in [("A-1", 90.0), ("A-2", 30)] {
                let visit = try self.visit(at: start.addingTimeInterval(90 - age))
                try await tracker.orderPlaced(self.order(id), by: visit)
            }
        }
        #expect(try metrics.expectGauge("tracify.store.depth").lastValue == 2)
        #expect(try metrics.expectGauge("tracify.store.oldest_age_seconds").lastValue == 90)
    }

    private func visit(_ path: String = "/", at date: Date = Date()) throws -> Visit {
        try Visit(
            address: try #require(IPAddress("203.0.113.77")),
            userAgent: "Mozilla/5.0",
            url: PageURL("https://shop.example\(path)"),
            date: date
        )
    }

    private func order(_ id: String) throws -> Order {
        try Order(id: id, currency: .eur, amount: Amount("10.00"))
    }

    private func ids(_ events: [Event]) -> [String] {
        events.compactMap { if case .purchase(let order) = $0.detail { order.id } else { nil } }
    }

    @Test func commitsAnOrderBeforeItsCallReturns() async throws {
        let directory = TemporaryDirectory()
        let store = try directory.open()
        // The tracker does not run.
        let tracker = try self.tracker(InMemorySink(), store)
        try await tracker.orderPlaced(self.order("A-1"), by: self.visit())
        #expect(try await store.pendingCounts() == [.purchase: 1])
        await store.close()

        let again = try directory.open()
        let sink = InMemorySink()
        let next = try self.tracker(sink, again)
        try await running(next) { _ = try await sink.waitForEvents(1) }
        #expect(self.ids(sink.events) == ["A-1"])
    }

    @Test func deletesDeliveredEventsAndSendsThemOnce() async throws {
        let directory = TemporaryDirectory()
        for round in 0..<3 {
            let store = try directory.open()
            let sink = InMemorySink()
            let tracker = try self.tracker(sink, store)
            try await running(tracker) {
                for index in 0..<25 { try await tracker.orderPlaced(self.order("\(round)-\(index)"), by: self.visit()) }
                for _ in 0..<50 { tracker.productViewed(by: try self.visit("/product")) }
                _ = try await sink.waitForEvents(75)
            }
            // Batches that are in flight at the same time may arrive in any order.
            #expect(self.ids(sink.events).sorted() == (0..<25).map { "\(round)-\($0)" }.sorted())
            #expect(tracker.statistics.delivered(.productView) == 50)
        }
        let store = try directory.open()
        #expect(try await store.pendingCounts().isEmpty)
    }

    @Test func deliversTheEventsOfAnOutageAfterARestart() async throws {
        let directory = TemporaryDirectory()
        let down = InMemorySink()
        down.failNext(1_000_000)
        let first = try self.tracker(down, try directory.open(), batchSize: 10)
        try await running(first) {
            for index in 0..<30 {
                try await first.orderPlaced(self.order("\(index)"), by: self.visit())
                first.productViewed(by: try self.visit("/\(index)"))
            }
            while first.health.isHealthy {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
        #expect(down.events.isEmpty)
        #expect(first.statistics.dropped() == 0)

        let sink = InMemorySink()
        let second = try self.tracker(sink, try directory.open())
        try await running(second) { _ = try await sink.waitForEvents(60) }
        #expect(self.ids(sink.events).sorted() == (0..<30).map { "\($0)" }.sorted())
        #expect(sink.events(of: .productView).count == 30)
    }

    @Test func keepsAndRequeuesDeadLettersAfterARestart() async throws {
        let directory = TemporaryDirectory()
        let sink = InMemorySink()
        sink.failNext(3, with: .rejected("unknown site"))
        let first = try self.tracker(sink, try directory.open())
        try await running(first) {
            try await first.orderPlaced(self.order("1"), by: self.visit())
            while first.statistics.rejected() < 1 {
                try Task.checkCancellation()
                await Task.yield()
            }
            // One rejected event is no problem of delivery.
            #expect(first.health.isHealthy)
        }
        #expect(sink.events.isEmpty)

        sink.failNext(0)
        let healthy = InMemorySink()
        let second = try self.tracker(healthy, try directory.open())
        let letters = try await second.deadLetters()
        #expect(letters.map(\.reason) == ["unknown site"])
        try await running(second) {
            let count = try await second.requeueDeadLetters()
            #expect(count == 1)
            _ = try await healthy.waitForEvents(1)
        }
        #expect(self.ids(healthy.events) == ["1"])
        let reopened = try directory.open()
        #expect(try await reopened.deadLetters(.all, count: 10).isEmpty)
        #expect(try await reopened.pendingCounts().isEmpty)
    }

    @Test func refusesAnOrderAfterShutdown() async throws {
        let directory = TemporaryDirectory()
        let tracker = try self.tracker(InMemorySink(), try directory.open())
        try await running(tracker) {}
        await #expect(throws: TrackerError.shuttingDown) {
            try await tracker.orderPlaced(self.order("1"), by: self.visit())
        }
        #expect(tracker.statistics.dropped(.shuttingDown, .purchase) == 1)
    }

    @Test func evictsProductViewsForOrdersAndThenRefusesOrders() async throws {
        let directory = TemporaryDirectory()
        let down = InMemorySink()
        down.failNext(1_000_000)
        let store = try directory.open(maximumBytes: 1 << 20)
        let tracker = try self.tracker(down, store)
        try await running(tracker) {
            for index in 0..<600 {
                tracker.productViewed(by: try self.visit("/\(index)"))
                if index % 100 == 99 { await Task.yield() }
            }
            // One at a time, until there is nothing left to evict.
            var accepted = 0
            var refusal: EventStoreError?
            while refusal == nil, accepted < 10_000 {
                do {
                    try await tracker.orderPlaced(self.order("\(accepted)"), by: self.visit())
                    accepted += 1
                } catch let error as EventStoreError {
                    refusal = error
                }
            }
            #expect(refusal?.code == .full)
            #expect(accepted > 100)
            let pending = try await store.pendingCounts()
            #expect(pending[.purchase] == accepted)
            // Evicting frees whole pages only, so the events of the table's last page may stay.
            let views = try await store.events(after: 0, count: .max).map(\.event).filter { $0.type == .productView }
            #expect(views.reduce(0) { $0 + $1.json.count } < StoreBounds.pageSize)
            #expect(tracker.statistics.dropped(.storeFull, .purchase) == 1)
        }
        #expect(directory.storeBytes <= 2 << 20)
        #expect(tracker.statistics.dropped(.storeFull, .productView) > 0)
    }

    /// The receipt names the event that is delivered after a crash, and a dead letter keeps the name.
    @Test func keepsIdentifierAcrossRestart() async throws {
        let directory = TemporaryDirectory()
        let request = HTTPRequest(method: .get, scheme: "https", authority: "shop.example", path: "/checkout")
        let order = try Order(id: "A-1", currency: .eur, amount: .zero)

        let first = try directory.open()
        let receipt = try await self.tracker(InMemorySink(), first).orderPlaced(order, by: Visit(request, from: .unknown))
        #expect(receipt.durability == .durable)
        await first.close()

        let second = try directory.open()
        let stored = try await second.oldest(10)
        #expect(stored.map(\.event.id) == [try #require(receipt.eventID)])
        let rejecting = InMemorySink()
        rejecting.failNext(1, with: .rejected("bad"))
        let tracker = try self.tracker(rejecting, second)
        let reports = tracker.deliveryReports()
        let run = Task { try await tracker.run() }
        for await report in reports where report.outcome.isRejected {
            #expect(report.eventIDs == [receipt.eventID])
            break
        }
        // The report comes after the fact.
        #expect(try await tracker.deadLetters().first?.event.id == receipt.eventID)
        run.cancel()
        try await run.value
    }
}
#endif
