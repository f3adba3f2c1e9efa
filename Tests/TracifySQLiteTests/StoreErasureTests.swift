//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import Testing
import Tracify

@testable import TracifySQLite

/// Erasure of a visitor in the store, and by a tracker with a store.
@Suite(.timeLimit(.minutes(15)))
struct StoreErasureTests {
    private static let visitor = AnonymizedHash(hashing: "visitor")
    private static let other = AnonymizedHash(hashing: "other")

    private let directory = TemporaryDirectory()

    /// Returns an event of a visitor, with a number as ``event(_:_:bytes:)``.
    private func event(_ number: Int, _ type: EventType = .pageView, of visitor: AnonymizedHash = Self.visitor) -> EncodedEvent {
        let date = Date(timeIntervalSince1970: 1_718_973_397 + Double(number))
        let json = #"{"n":\#(number),"identity_data":{"\#(visitor)":2}}"#
        let orderID = DeliveryLane(type) == .orders ? "\(number)" : nil
        return EncodedEvent(id: EventID(date: date), type: type, date: date, json: Array(json.utf8)[...], orderID: orderID)
    }

    @Test func erasesObservationsOfTheVisitorAlsoAfterReopening() async throws {
        var store = try self.directory.open()
        let types = EventType.allCases
        let events = (0..<24).map { self.event($0, types[$0 % types.count], of: $0 < 12 ? Self.visitor : Self.other) }
        _ = try await store.append(events)
        await store.close()
        store = try self.directory.open()
        #expect(try await store.eraseObservations(of: Self.visitor) == [.pageView: 2, .productView: 2, .addToCart: 2])
        let kept = events.filter { event in DeliveryLane(event.type) == .orders || event.isOf(Self.other) }
        for _ in 0..<2 {
            #expect(try await store.all().map(\.event) == kept)
            #expect(try await store.pendingCounts().values.reduce(0, +) == kept.count)
            #expect(try await store.eraseObservations(of: Self.visitor) == [:])
            await store.close()
            store = try self.directory.open()
        }
        await store.close()
    }

    @Test func erasesDeadLettersButThoseOfOrders() async throws {
        let store = try self.directory.open()
        let events = [self.event(1), self.event(2, .addToCart), self.event(3, .purchase), self.event(4, of: Self.other)]
        _ = try await store.append(events)
        _ = try await store.moveToDeadLetters([1, 2, 3, 4], reason: "no")
        #expect(try await store.eraseObservations(of: Self.visitor) == [.pageView: 1, .addToCart: 1])
        #expect(try await store.deadLetters(.all, count: 10).map(\.event) == [events[3], events[2]])
        #expect(try await store.summary().deadLetters == [.pageView: 1, .purchase: 1])
        #expect(try await store.deliveries(ofOrder: "3").map(\.state) == [.deadLetter(reason: "no")])
        await store.close()
    }

    /// The search takes several transactions.
    @Test func erasesInALargeStore() async throws {
        let store = try self.directory.open()
        for start in stride(from: 0, to: 5000, by: 500) {
            _ = try await store.append(
                (start..<(start + 500)).map { self.event($0, of: $0.isMultiple(of: 7) ? Self.visitor : Self.other) }
            )
        }
        let count = (0..<5000).count { $0.isMultiple(of: 7) }
        // Events are appended meanwhile.
        async let appended = store.append([self.event(5000, of: Self.other)])
        #expect(try await store.eraseObservations(of: Self.visitor) == [.pageView: count])
        _ = try await appended
        let rest = try await store.all()
        #expect(rest.count == 5001 - count)
        #expect(!rest.contains { $0.event.isOf(Self.visitor) })
        #expect(try await store.pendingCounts() == [.pageView: 5001 - count])
        await store.close()
    }

    @Test func throwsAfterClosing() async throws {
        let store = try self.directory.open()
        await store.close()
        let error = await #expect(throws: EventStoreError.self) { _ = try await store.eraseObservations(of: Self.visitor) }
        #expect(error?.code == .closed)
    }

    // MARK: - By a tracker

    private func visit(_ address: String, _ path: String = "/") throws -> Visit {
        try Visit(
            address: try #require(IPAddress(address)),
            userAgent: "Mozilla/5.0",
            url: PageURL("https://shop.example\(path)")
        )
    }

    /// What an earlier process stored is erased before it is delivered.
    @Test func trackerErasesWhatAnEarlierProcessStored() async throws {
        let first = try self.directory.open()
        let down = InMemorySink()
        down.failNext(.max, with: .retryable("down"))
        let tracker = try makeTracker(down, first)
        try await running(tracker) {
            tracker.productViewed(by: try self.visit("203.0.113.77", "/1"))
            tracker.productViewed(by: try self.visit("203.0.113.1", "/2"))
            try await tracker.orderPlaced(Order(id: "A-1", currency: .eur, amount: .zero), by: self.visit("203.0.113.77"))
        }
        let second = try self.directory.open()
        #expect(try await second.pendingCounts() == [.productView: 2, .purchase: 1])
        let sink = InMemorySink()
        let next = try makeTracker(sink, second)
        try await next.eraseVisitor(AnonymizedHash(hashing: "203.0.113.77|Mozilla/5.0"))
        #expect(try await second.pendingCounts() == [.productView: 1, .purchase: 1])
        try await running(next) { _ = try await sink.waitForEvents(2) }
        #expect(sink.events(of: .productView).map(\.url.text) == ["https://shop.example/2"])
        #expect(sink.events(of: .purchase).count == 1)
        #expect(next.statistics.dropped(.erased, .productView) == 1)
        #expect(next.statistics.dropped() == 1)
    }
}
#endif
