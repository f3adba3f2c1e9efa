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
            let letters = try await store.deadLetters(count: 10)
            #expect(letters.map(\.event) == [events[3], events[0], events[2]], "with id and date")
            #expect(letters.map(\.event.type) == [.purchase, .pageView, .addToCart])
            #expect(letters.map { number($0.event) } == [4, 1, 3])
            #expect(letters.map(\.reason.count) == [1024, 1024, 11])
            #expect(letters.allSatisfy { $0.date == date })
            #expect(try await store.deadLetters(count: 1).map(\.event) == [events[3]])
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
        #expect(try await store.requeueDeadLetters() == 3)
        #expect(try await store.all().map(\.position) == [4, 5, 6, 7])
        #expect(try await store.all().map(\.event) == [events[3], events[0], events[1], events[2]])
        #expect(try await store.deadLetters(count: 10) == [])
        #expect(try await store.pendingCounts() == [.purchase: 2, .pageView: 1, .conversion: 1])
        #expect(try await store.requeueDeadLetters() == 0)
        await store.close()
    }

    @Test func evictsAndCountsTheOldestDeadLetters() async throws {
        let store = try self.directory.open(maximumDeadLetters: 5)
        _ = try await store.append((1...20).map { event($0, $0 < 3 ? .pageView : .purchase) })
        #expect(try await store.moveToDeadLetters([1, 2, 3], reason: "a") == [:])
        #expect(try await store.moveToDeadLetters([4, 5, 6, 7], reason: "b") == [.pageView: 2])
        #expect(try await store.moveToDeadLetters(Array(8...16), reason: "c") == [.purchase: 9])
        #expect(try await store.deadLetters(count: 100).map { number($0.event) } == [16, 15, 14, 13, 12])
        await store.close()
        let smaller = try self.directory.open(maximumDeadLetters: 0)
        #expect(try await smaller.moveToDeadLetters([17], reason: "d") == [.purchase: 6])
        #expect(try await smaller.deadLetters(count: 100) == [])
        #expect(try await smaller.all().map(\.position) == [18, 19, 20])
        await smaller.close()
    }
}
#endif
