//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Logging
import Testing

@testable import Tracify

struct OrderObserverTests {
    private let log = LogLines()

    private func tracker(_ sink: some EventSink, _ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        try Tracker(configuration: .stub(change), sink: sink, logger: self.log.logger)
    }

    private static func order(_ id: String = "A-1") throws -> Order { try Order(id: id, currency: .eur, amount: Amount("25")) }

    @Test func receiptNamesTheEventThatIsDelivered() async throws {
        let sink = IDSink()
        let tracker = try self.tracker(sink)
        let receipts = Shared<[OrderReceipt]>([])
        try await running(tracker) {
            let visit = Browsing.visit()
            let order = try await tracker.orderPlaced(Self.order(), by: visit)
            let conversion = try await tracker.conversionCompleted(Conversion(id: "C", currency: .eur, amount: .zero), by: visit)
            let answer = try await tracker.surveyAnswered(SurveyAnswer(orderID: "A-1", source: .google), by: visit)
            receipts.change { $0 = [order, conversion, answer] }
        }
        #expect(receipts.value.map(\.durability) == [.inMemory, .inMemory, .inMemory])
        #expect(Set(sink.ids.joined()) == Set(receipts.value.compactMap(\.eventID)))
        #expect(sink.ids.joined().count == 3)
    }

    /// The identifier stays the same through retry, bisection, dead letter, report and requeue.
    @Test func identifierIsStable() async throws {
        let sink = IDSink(failing: .retryable("down"), .rejected("bad"))
        let tracker = try self.tracker(sink) {
            $0.retry.initialBackoff = .milliseconds(1)
            $0.retry.maximumBackoff = .milliseconds(1)
            $0.batches.interval = .milliseconds(1)
        }
        let reports = tracker.deliveryReports()
        let letter = Shared<DeadLetter?>(nil)
        let receipt = Shared<OrderReceipt?>(nil)
        try await running(tracker) {
            let accepted = try await tracker.orderPlaced(Self.order(), by: Browsing.visit())
            receipt.change { $0 = accepted }
            for await report in reports where report.outcome.isRejected { break }
            let letters = try await tracker.deadLetters()
            letter.change { $0 = letters.first }
            try await tracker.requeueDeadLetters()
        }
        let id = try #require(receipt.value?.eventID)
        #expect(letter.value?.event.id == id)
        #expect(letter.value?.event.date == Browsing.visit().date)
        #expect(sink.ids == [[id], [id], [id]])
        #expect(self.log.lines.contains { $0.contains("event_id=\(id)") })
        #expect(tracker.statistics.delivered(.purchase) == 1)
    }

    @Test func reportsNameTheirEvents() async throws {
        let sink = IDSink()
        let tracker = try self.tracker(sink)
        let reports = tracker.deliveryReports()
        let seen = Shared<[EventID]>([])
        try await running(tracker) {
            tracker.view("/1")
            tracker.view("/2")
        }
        for await report in reports { seen.change { $0 += report.eventIDs } }
        #expect(seen.value.count == 2)
        #expect(seen.value == Array(sink.ids.joined()))
    }

    @Test func withoutConsentNothingIsReported() async throws {
        let tracker = try self.tracker(IDSink())
        let receipt = try await tracker.orderPlaced(Self.order(), by: Visit(source: .noConsent, at: .pageExample))
        #expect(receipt == .notReported)
        #expect(receipt.eventID == nil)
        #expect(tracker.statistics.captured() == 0)
        #expect(tracker.statistics.skipped(.noConsent) == 1)
    }

    @Test func formThatCannotThrowReturnsTheReceipt() async throws {
        let tracker = try self.tracker(IDSink())
        let order = try Self.order()
        let receipt = await Visit.$current.withValue(Browsing.visit()) { await tracker.reportOrder(order) }
        #expect(receipt?.durability == .inMemory)
        let conversion = try Conversion(id: "C", currency: .eur, amount: .zero)
        #expect(await tracker.reportConversion(conversion, by: Browsing.visit()) != nil)
        let answer = try SurveyAnswer(orderID: "A-1", source: .google)
        #expect(await tracker.reportSurveyAnswer(answer, by: Browsing.visit()) != nil)
        #expect(tracker.statistics.queued == 3)
    }

    @Test func formThatCannotThrowLogsAndCountsFailures() async throws {
        let tracker = try self.tracker(IDSink()) { $0.queue.maximumEvents = 1 }
        let order = try Self.order()
        #expect(await tracker.reportOrder(order, by: Browsing.visit()) != nil)
        #expect(await tracker.reportOrder(order, by: Browsing.visit()) == nil)
        #expect(tracker.statistics.dropped(.queueFull, .purchase) == 1)
        let lines = self.log.lines.filter { $0.hasPrefix("error An event was not accepted") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("reason=The queue is full of orders and conversions.") == true)
        #expect(lines.first?.contains("type=purchase") == true)
    }

    @Test func callWithoutVisitIsCounted() async throws {
        let tracker = try self.tracker(IDSink())
        let order = try Self.order()
        #expect(await tracker.reportOrder(order) == nil)
        #expect(tracker.statistics.dropped(.noVisit, .purchase) == 1)
        #expect(tracker.statistics.captured(.purchase) == 1)
        await #expect(throws: TrackerError.noCurrentVisit) { try await tracker.orderPlaced(order) }
    }

    /// A renewal belongs to no request: it is reported with the visit of the first order.
    @Test func reportsALaterOrderWithTheStoredVisitOfTheFirst() async throws {
        let sink = InMemorySink()
        let tracker = try self.tracker(sink)
        let first = Browsing.visit("/checkout?utm_source=fb").with(email: "jane.doe@example.com")
        let account = try JSONEncoder().encode(first)
        let renewalDate = first.date.addingTimeInterval(86_400 * 365)
        try await running(tracker) {
            try await tracker.orderPlaced(Self.order("A-1"), by: first)
            let stored = try JSONDecoder().decode(Visit.self, from: account)
            try await tracker.orderPlaced(Self.order("A-2"), by: stored.at(renewalDate).with(email: "jane@new.example"))
        }
        let events = sink.events
        #expect(events.map(\.date) == [first.date, renewalDate])
        #expect(Set(events.map(\.url)).count == 1)
        #expect(Set(events.map(\.identity.session)).count == 1)
        #expect(Set(events.map(\.identity.address)).count == 1)
        #expect(events.map(\.parameters.count) == [1, 1])
        #expect(events.last?.identity.email == AnonymizedHash(hashing: "jane@new.example"))
    }

    @Test func errorSaysThatAnOrderNeedsAVisit() async throws {
        let tracker = try self.tracker(IDSink())
        let order = try Self.order()
        #expect(await tracker.reportOrder(order, by: nil) == nil)
        #expect(self.log.lines.contains { $0.contains("There is no visit, without which nothing can be reported.") })
        #expect("\(TrackerError.noCurrentVisit)".contains("customer's account"))
    }

    /// Application code is tested with a fake that has the three requirements only.
    @Test func fakeNeedsThreeMethods() async throws {
        actor Fake: OrderObserver {
            var orders: [String] = []
            func orderPlaced(_ order: Order, by visit: Visit) -> OrderReceipt {
                self.orders.append(order.id)
                return OrderReceipt()
            }
            func conversionCompleted(_ conversion: Conversion, by visit: Visit) -> OrderReceipt { OrderReceipt() }
            func surveyAnswered(_ answer: SurveyAnswer, by visit: Visit) -> OrderReceipt { OrderReceipt() }
        }
        let fake = Fake()
        await fake.reportOrder(try Self.order(), by: Browsing.visit())
        await fake.reportOrder(try Self.order("A-2"))
        #expect(await fake.orders == ["A-1"])
    }
}
