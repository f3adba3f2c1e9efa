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
struct DeadLetterTests {
    let directory = TemporaryDirectory()

    @Test func keepsEventReasonAndDateOfDeadLettersTheNewestFirst() async throws {
        let date = Date(timeIntervalSince1970: 1_718_973_397.25)
        var store = try self.directory.open(now: { date })
        let events = [event(1, .pageView), event(2), event(3, .addToCart), event(4)]
        _ = try await store.append(events)
        #expect(try await store.moveToDeadLetters([3], reason: "no currency") == [:])
        #expect(try await store.moveToDeadLetters([4, 1, 99], reason: String(repeating: "x", count: 5000)) == [:])
        for _ in 0..<2 {
            let letters = try await store.deadLetters(.all, count: 10)
            #expect(letters.map(\.event) == [events[3], events[0], events[2]], "with id and date")
            #expect(letters.map(\.event.type) == [.purchase, .pageView, .addToCart])
            #expect(letters.map { number($0.event) } == [4, 1, 3])
            #expect(letters.map(\.reason.count) == [1024, 1024, 11])
            #expect(letters.allSatisfy { $0.date == date })
            #expect(try await store.deadLetters(.all, count: 1).map(\.event) == [events[3]])
            #expect(try await store.all() == [StoredEvent(position: 2, event: events[1])])
            #expect(try await store.pendingCounts() == [.purchase: 1])
            await store.close()
            store = try self.directory.open()
        }
        await store.close()
    }

    @Test func requeuesDeadLettersWithNewPositionsAndTheSameIDsAndDates() async throws {
        let store = try self.directory.open()
        let events = [event(1), event(2, .pageView), event(3, .conversion), event(4)]
        _ = try await store.append(events)
        _ = try await store.moveToDeadLetters([1, 2, 3], reason: "wrong site")
        #expect(try await store.requeueDeadLetters(.all) == 3)
        #expect(try await store.all().map(\.position) == [4, 5, 6, 7])
        #expect(try await store.all().map(\.event) == [events[3], events[0], events[1], events[2]])
        #expect(try await store.deadLetters(.all, count: 10) == [])
        #expect(try await store.pendingCounts() == [.purchase: 2, .pageView: 1, .conversion: 1])
        #expect(try await store.requeueDeadLetters(.all) == 0)
        await store.close()
    }

    private static func rejected(_ positions: some Sequence<Int>, _ reason: String = "r") -> [Settlement] {
        positions.map { Settlement(position: UInt64($0), outcome: .deadLetter(reason: reason)) }
    }

    @Test func evictsAndCountsTheOldestDeadLettersOfPageViewsFirst() async throws {
        let store = try self.directory.open(maximumDeadLetters: 5)
        let types: [EventType] = [.purchase, .pageView, .productView, .pageView, .addToCart]
        _ = try await store.append((0..<20).map { event($0 + 1, types[$0 % 5]) })
        #expect(try await store.settle(Self.rejected(1...5)) == SettlementResult())
        // The page views 2, 4, 7 and 9, then the product view 3.
        #expect(
            try await store.settle(Self.rejected(6...10)) == SettlementResult(evicted: [.pageView: 4, .productView: 1])
        )
        #expect(try await store.deadLetters(.all, count: 100).compactMap { number($0.event) } == [10, 8, 6, 5, 1])
        // Only page views find no room; each is its own victim.
        #expect(try await store.settle(Self.rejected([12, 14, 17])) == SettlementResult(evicted: [.pageView: 3]))
        #expect(
            try await store.settle(Self.rejected([11, 16])) == SettlementResult(evicted: [.addToCart: 1, .productView: 1])
        )
        #expect(try await store.deadLetters(.all, count: 100).compactMap { number($0.event) } == [16, 11, 10, 6, 1])
        #expect(try await store.summary().deadLetters == [.purchase: 4, .addToCart: 1])
        await store.close()
    }

    @Test func keepsDeadLettersOfOrdersWhenPageViewsFillTheLimit() async throws {
        let store = try self.directory.open(maximumDeadLetters: 1000)
        _ = try await store.append((1...5).map { event($0) })
        _ = try await store.append((6...1505).map { event($0, .pageView) })
        for start in stride(from: 1, through: 1505, by: 100) {
            _ = try await store.settle(Self.rejected(start..<min(start + 100, 1506)))
        }
        #expect(try await store.summary().deadLetters == [.purchase: 5, .pageView: 995])
        let orders = try await store.deadLetters(.init(types: [.purchase]), count: 10)
        #expect(orders.compactMap { number($0.event) } == [5, 4, 3, 2, 1])
        await store.close()
    }

    @Test func refusesADeadLetterOfAnOrderWhenOrdersFillTheLimit() async throws {
        var store = try self.directory.open(maximumDeadLetters: 2)
        _ = try await store.append([event(1, .pageView)] + (2...6).map { event($0, orderID: "\($0)") })
        #expect(try await store.settle(Self.rejected([1, 2])) == SettlementResult())
        #expect(
            try await store.settle(Self.rejected([5, 4, 3])) == SettlementResult(evicted: [.pageView: 1], refused: [4, 5])
        )
        for _ in 0..<2 {
            #expect(try await store.read(.orders, after: 0, count: 10).events.map(\.position) == [4, 5, 6])
            #expect(try await store.deadLetters(.all, count: 10).compactMap { number($0.event) } == [3, 2])
            #expect(try await store.deliveries(ofOrder: "4").map(\.state) == [.pending])
            await store.close()
            // A lower limit keeps what is there.
            store = try self.directory.open(maximumDeadLetters: 0)
            #expect(try await store.settle(Self.rejected([5, 6])) == SettlementResult(refused: [5, 6]))
        }
        await store.close()
    }

    @Test func countsFailuresUntilADeadLetterIsRequeued() async throws {
        var store = try self.directory.open()
        _ = try await store.append([event(1), event(2, .pageView), event(3, .addToCart), event(4)])
        for failures in 1...3 {
            let settlements = [1, 2, 3, 99].map { Settlement(position: $0, outcome: .failed) }
            #expect(try await store.settle(settlements) == SettlementResult())
            #expect(try await store.all().map(\.failures) == [failures, failures, failures, 0])
            await store.close()
            store = try self.directory.open()
        }
        _ = try await store.settle(Self.rejected(1...2))
        #expect(try await store.requeueDeadLetters(.all) == 2)
        #expect(try await store.all().map(\.position) == [3, 4, 5, 6])
        #expect(try await store.all().map(\.failures) == [3, 0, 0, 0])
        await store.close()
    }

    @Test func selectsDeadLettersByTypeLiteralReasonAndTime() async throws {
        let clock = TestClock(Date(timeIntervalSince1970: 1_718_973_397))
        let store = try self.directory.open(now: { clock.now })
        let types: [EventType] = [.purchase, .conversion, .pageView, .addToCart]
        _ = try await store.append((0..<8).map { event($0 + 1, types[$0 % 4]) })
        let reasons = ["100% wrong", "a_b", "axb", "a'b\\", "100 wrong", "A_B", "%", ""]
        for (index, reason) in reasons.enumerated() {
            clock.advance(by: 10)
            _ = try await store.settle(Self.rejected([index + 1], reason))
        }
        func numbers(_ selection: DeadLetterSelection) async throws -> [Int] {
            let letters = try await store.deadLetters(selection, count: 100)
            #expect(letters.allSatisfy(selection.contains))
            return letters.compactMap { number($0.event) }
        }
        #expect(try await numbers(.all) == [8, 7, 6, 5, 4, 3, 2, 1])
        #expect(try await numbers(.init(reason: "%")) == [7, 1])
        #expect(try await numbers(.init(reason: "a_b")) == [2])
        #expect(try await numbers(.init(reason: "'b\\")) == [4])
        #expect(try await numbers(.init(types: [.purchase, .pageView])) == [7, 5, 3, 1])
        #expect(try await numbers(.init(types: [])) == [])
        let before = Date(timeIntervalSince1970: 1_718_973_397 + 30)
        #expect(try await numbers(.init(before: before)) == [2, 1])
        #expect(try await numbers(.init(types: [.purchase], reason: "wrong", before: before)) == [1])

        #expect(try await store.discardDeadLetters(.init(types: [.pageView, .addToCart], reason: "a")) == [.pageView: 1, .addToCart: 1])
        #expect(try await store.requeueDeadLetters(.init(reason: "wrong")) == 2)
        #expect(try await numbers(.all) == [8, 7, 6, 2])
        #expect(try await store.all().compactMap(number) == [1, 5])
        #expect(try await store.summary().deadLetters == [.addToCart: 1, .pageView: 1, .conversion: 2])
        await store.close()
    }
}
#endif
