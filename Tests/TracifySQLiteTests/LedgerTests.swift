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

@Suite
struct LedgerTests {
    let directory = TemporaryDirectory()
    let clock = TestClock(Date(timeIntervalSince1970: 1_718_973_397))

    private func open(
        maximumBytes: Int64 = 1 << 30,
        _ adjust: (inout SQLiteEventStore.Configuration) -> Void = { _ in }
    ) throws -> SQLiteEventStore {
        try self.directory.open(maximumBytes: maximumBytes, adjusting: adjust, now: { [clock] in clock.now })
    }

    private func states(_ id: String, _ store: SQLiteEventStore) async throws -> [OrderDelivery.State] {
        try await store.deliveries(ofOrder: id).map(\.state)
    }

    @Test func tellsWhatBecameOfAnOrder() async throws {
        var store = try self.open()
        let events = [
            event(1, orderID: "A-1"), event(2, .pageView), event(3, .conversion, orderID: "A-1"), event(4, orderID: "B-1"), event(5),
        ]
        _ = try await store.append(events)
        #expect(try await store.deliveries(ofOrder: "A-1").map(\.eventID) == [events[2].id, events[0].id])
        self.clock.advance(by: 100)
        _ = try await store.settle([
            .init(position: 1, outcome: .delivered), .init(position: 2, outcome: .delivered),
            .init(position: 4, outcome: .deadLetter(reason: "no currency")), .init(position: 5, outcome: .delivered),
        ])
        let delivery = OrderDelivery(
            orderID: "A-1", type: .purchase, eventID: events[0].id, state: .delivered, date: self.clock.now
        )
        let pending = OrderDelivery(
            orderID: "A-1", type: .conversion, eventID: events[2].id, state: .pending, date: events[2].date
        )
        for _ in 0..<2 {
            #expect(try await store.deliveries(ofOrder: "A-1") == [pending, delivery])
            #expect(try await self.states("B-1", store) == [.deadLetter(reason: "no currency")])
            #expect(try await store.deliveries(ofOrder: "C-1") == [])
            await store.close()
            store = try self.open()
        }
        // Requeued, delivered.
        self.clock.advance(by: 100)
        #expect(try await store.requeueDeadLetters(.all) == 1)
        #expect(try await self.states("B-1", store) == [.pending, .deadLetter(reason: "no currency")])
        self.clock.advance(by: 100)
        _ = try await store.settle([.init(position: 6, outcome: .delivered)])
        #expect(try await self.states("B-1", store) == [.delivered, .deadLetter(reason: "no currency")])
        await store.close()
    }

    @Test func recordsDiscardedAndDroppedOrders() async throws {
        let store = try self.open()
        _ = try await store.append([event(1, orderID: "A"), event(2, orderID: "B"), event(3, .pageView)])
        _ = try await store.settle((1...3).map { .init(position: $0, outcome: $0 == 1 ? .dropped : .deadLetter(reason: "r")) })
        self.clock.advance(by: 1)
        #expect(try await store.discardDeadLetters(.all) == [.purchase: 1, .pageView: 1])
        #expect(try await self.states("A", store) == [.discarded])
        #expect(try await self.states("B", store) == [.discarded, .deadLetter(reason: "r")])
        await store.close()
    }

    @Test func forgetsEntriesAfterTheLedgerDuration() async throws {
        let store = try self.open { $0.ledgerDuration = .seconds(1000) }
        for number in 1...3 {
            _ = try await store.append([event(number, orderID: "\(number)")])
            _ = try await store.settle([.init(position: UInt64(number), outcome: .delivered)])
            self.clock.advance(by: 400)
        }
        #expect(try await self.states("1", store) == [])
        #expect(try await self.states("2", store) == [.delivered])
        _ = try await store.settle([.init(position: 99, outcome: .delivered)])
        await store.close()
        #expect(try self.directory.count("ledger") == 2)
    }

    @Test func keepsNoMoreEntriesThanItsLimit() async throws {
        let store = try self.open { $0.maximumLedgerEntries = 50 }
        _ = try await store.append((1...300).map { event($0, orderID: "\($0)") })
        for start in stride(from: 1, through: 300, by: 20) {
            _ = try await store.settle((start..<(start + 20)).map { .init(position: UInt64($0), outcome: .delivered) })
        }
        await store.close()
        #expect(try self.directory.count("ledger") == 50)
        let again = try self.open()
        #expect(try await self.states("250", again) == [])
        #expect(try await self.states("251", again) == [.delivered])
        await again.close()
    }

    @Test(arguments: [true, false])
    func keepsNoLedgerWithoutDurationOrEntries(isDuration: Bool) async throws {
        let store = try self.open { if isDuration { $0.ledgerDuration = .zero } else { $0.maximumLedgerEntries = 0 } }
        _ = try await store.append([event(1, orderID: "1"), event(2, orderID: "2")])
        _ = try await store.settle([
            .init(position: 1, outcome: .delivered), .init(position: 2, outcome: .deadLetter(reason: "r")),
        ])
        #expect(try await self.states("1", store) == [])
        #expect(try await self.states("2", store) == [.deadLetter(reason: "r")], "a dead letter is not of the ledger")
        await store.close()
        #expect(try self.directory.count("ledger") == 0)
    }

    @Test func findsAPendingOrderAmongMany() async throws {
        let store = try self.open()
        _ = try await store.append((0..<11_000).map { event($0, orderID: "\($0)") })
        for id in ["0", "9999", "10000", "10999"] { #expect(try await self.states(id, store) == [.pending]) }
        await store.close()
    }

    @Test func neitherLedgerNorDeadLettersOfPageViewsMakeTheStoreRefuseOrders() async throws {
        let store = try self.open(maximumBytes: 1 << 20)
        // Fill most of the store with both.
        var position: UInt64 = 0
        let long = String(repeating: "x", count: 200)
        for round in 0..<8 {
            _ = try await store.append((0..<60).map { event($0, orderID: "\(round)-\($0)-\(long)") })
            _ = try await store.settle((0..<60).map { .init(position: position + UInt64($0) + 1, outcome: .delivered) })
            position += 60
        }
        _ = try await store.append((0..<300).map { event($0, .pageView, bytes: 1000) })
        for start in stride(from: position + 1, through: position + 300, by: 20) {
            _ = try await store.settle((start..<(start + 20)).map { .init(position: $0, outcome: .deadLetter(reason: "r")) })
        }
        var evicted: [EventType: Int] = [:]
        var orders = 0
        while let counts = try? await store.append([event(orders, bytes: 1000)]) {
            evicted.merge(counts, uniquingKeysWith: +)
            orders += 1
        }
        #expect(evicted == [.pageView: 300])
        #expect(try await store.summary().deadLetters == [:])
        // Three to a page.
        #expect(orders > StoreBounds(maximumBytes: 1 << 20).pages * 3 * 9 / 10, "\(orders)")
        #expect(self.directory.storeBytes <= 1 << 20)
        await store.close()
    }
}
#endif
