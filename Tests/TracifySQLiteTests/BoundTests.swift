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
struct BoundTests {
    let directory = TemporaryDirectory()
    let maximum: Int64 = 1 << 20

    private func isFull(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return false
        } catch {
            return (error as? EventStoreError)?.code == .full
        }
    }

    @Test(arguments: [40, 700, 2200, 9000])
    func evictsTheOldestPageViewsAndKeepsTheByteLimit(bytes: Int) async throws {
        let store = try self.directory.open(maximumBytes: self.maximum)
        var sent = 0
        var evicted = 0
        var largest = 0
        while sent * bytes < 3 << 20 {
            let events = (0..<(bytes < 100 ? 200 : 20)).map { event(sent + $0, .pageView, bytes: bytes) }
            sent += events.count
            let counts = try await store.append(events)
            #expect(Set(counts.keys).isSubset(of: [.pageView]))
            evicted += counts[.pageView] ?? 0
            largest = max(largest, self.directory.storeBytes)
        }
        let kept = try await store.all()
        #expect(evicted > 0 && kept.count == sent - evicted)
        #expect(kept.compactMap(number) == Array(evicted..<sent), "the newest are kept")
        #expect(largest <= Int(self.maximum), "\(largest) bytes on the disk")
        // The rest is reserved for the log, or the unused end of pages.
        // An event's identifier and date take at least 23 bytes of its row.
        if bytes < 2000 { #expect(kept.count * (bytes + 23) > Int(self.maximum) / 2) }
        await store.close()
    }

    @Test func evictsPageViewsBeforeProductViewsAndNeverOrders() async throws {
        let store = try self.directory.open(maximumBytes: self.maximum)
        let types: [EventType] = [.purchase, .pageView, .addToCart, .productView, .conversion, .postPurchaseSurvey]
        _ = try await store.append((0..<480).map { event($0, types[$0 % 6], bytes: 1000) })
        var evicted: [EventType: Int] = [:]
        var orders = 240
        let isFull = await self.isFull {
            while true {
                let counts = try await store.append([event(orders, .purchase, bytes: 1000)])
                orders += 1
                evicted.merge(counts, uniquingKeysWith: +)
                if (evicted[.pageView] ?? 0) < 80 {
                    #expect(evicted[.addToCart] == nil && evicted[.productView] == nil)
                }
            }
        }
        #expect(isFull)
        #expect(evicted == [.pageView: 80, .addToCart: 80, .productView: 80])
        let pending = try await store.pendingCounts()
        #expect(pending.values.reduce(0, +) == orders && Set(pending.keys) == [.purchase, .conversion, .postPurchaseSurvey])
        // Events of lower priority are refused as well, and a refused call stores none of its events.
        for type in EventType.allCases {
            let isFull = await self.isFull {
                _ = try await store.append([event(1, type, bytes: 5000), event(2, type, bytes: 5000)])
            }
            #expect(isFull, "\(type)")
        }
        #expect(try await store.pendingCounts() == pending)
        // Freed pages are reused.
        try await store.remove(store.oldest(50).map(\.position))
        #expect(try await store.append((0..<30).map { event($0, .pageView, bytes: 1000) }) == [:])
        #expect(self.directory.storeBytes <= Int(self.maximum))
        await store.close()
    }

    @Test func evictsACallsOwnPageViewsBeforeItRefusesItsOrders() async throws {
        let store = try self.directory.open(maximumBytes: self.maximum)
        var orders = 0
        while await !self.isFull({ _ = try await store.append([event(orders, bytes: 1000)]) }) { orders += 1 }
        try await store.remove([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        let call = [event(1000, bytes: 1000)] + (0..<40).map { event($0, .pageView, bytes: 1000) }
        #expect(try await store.append(call) == [.pageView: 40])
        #expect(try await store.pendingCounts() == [.purchase: orders - 12 + 1])
        await store.close()
    }

    @Test func evictsNothingForACallThatDoesNotFit() async throws {
        let store = try self.directory.open(maximumBytes: self.maximum)
        _ = try await store.append((0..<300).map { event($0, .pageView, bytes: 1000) })
        let isFull = await self.isFull { _ = try await store.append((0..<2000).map { event($0, bytes: 1000) }) }
        #expect(isFull)
        #expect(try await store.pendingCounts() == [.pageView: 300])
        #expect(try await store.all().compactMap(number) == Array(0..<300))
        await store.close()
    }

    @Test func commitsTheOtherCallsOfAGroupWhenOneIsRefused() async throws {
        let store = try self.directory.open(maximumBytes: self.maximum)
        let results = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                let bytes = number.isMultiple(of: 4) ? 2_000_000 : 100
                group.addTask { (try? await store.append([event(number, bytes: bytes)])) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(results == 30)
        #expect(try await store.all().allSatisfy { (number($0) ?? 0) % 4 != 0 })
        await store.close()
    }

    @Test func reusesFreePages() async throws {
        let store = try self.directory.open()
        let types = EventType.allCases
        var sizes: [Int] = []
        for round in 0..<60 {
            _ = try await store.append((0..<500).map { event($0, types[($0 + round) % types.count], bytes: 800) })
            if round >= 2 { try await store.remove(store.oldest(500).map(\.position)) }
            sizes.append(TemporaryDirectory.size(self.directory.store))
        }
        #expect(try await store.all().count == 1000)
        #expect(try #require(sizes.last) <= 3 << 20)
        await store.close()
    }

    @Test(arguments: [0, 10, 500, 1300, 1990, 4000, 4018, 4019, 4037, 4038, 4100, 20_000])
    func estimatesThePagesThatSQLiteUses(bytes: Int) async throws {
        let store = try self.directory.open()
        await store.close()
        let before = TemporaryDirectory.size(self.directory.store)
        let again = try self.directory.open()
        let events = (0..<300).map { event(100 + $0, bytes: bytes) }
        _ = try await again.append(events)
        await again.close()
        let used = (TemporaryDirectory.size(self.directory.store) - before) / StoreBounds.pageSize
        var estimate = PageEstimate()
        for event in events { estimate.add(contentBytes: event.contentBytes) }
        #expect(
            estimate.total >= used && estimate.total <= used * 5 / 4 + 3,
            "\(estimate.total), \(used)"
        )
    }
}
#endif
