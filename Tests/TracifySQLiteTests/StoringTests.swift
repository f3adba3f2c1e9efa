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
struct StoringTests {
    let directory = TemporaryDirectory()

    @Test func returnsEventsInOrderWithIDTypeDateAndBytesAfterARestart() async throws {
        var store = try self.directory.open()
        let events = EventType.allCases.enumerated().map { event($0.offset, $0.element, bytes: $0.offset * 3000) }
        #expect(try await store.append(events) == [:])
        for _ in 0..<2 {
            let read = try await store.all()
            #expect(read.map(\.event) == events)
            #expect(read.map(\.position) == Array(1...UInt64(events.count)))
            #expect(try await store.pendingCounts() == Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0, 1) }))
            await store.close()
            store = try self.directory.open()
        }
        #expect(store.quarantinePath == nil)
        await store.close()
    }

    @Test func readsFromAnyPosition() async throws {
        let store = try self.directory.open()
        let types = EventType.allCases
        _ = try await store.append((1...100).map { event($0, types[$0 % types.count]) })
        #expect(try await store.oldest(10).map(number) == Array(1...10))
        #expect(try await store.events(after: 95, count: 10).map(number) == Array(96...100))
        #expect(try await store.events(after: 100, count: 10) == [])
        #expect(try await store.events(after: .max, count: 10) == [])
        #expect(try await store.oldest(0) == [])
        await store.close()
    }

    @Test func readsEachLaneByItself() async throws {
        let store = try self.directory.open()
        let types = EventType.allCases
        _ = try await store.append((1...60).map { event($0, types[$0 % types.count]) })
        for lane in DeliveryLane.allCases {
            let expected = (1...60).filter { DeliveryLane(types[$0 % types.count]) == lane }
            var position: UInt64 = 0
            var read: [StoredEvent] = []
            while true {
                let events = try await store.read(lane, after: position, count: 7).events
                guard let last = events.last else { break }
                read += events
                position = last.position
            }
            #expect(read.map(number) == expected)
            #expect(read.allSatisfy { $0.failures == 0 && DeliveryLane($0.event.type) == lane })
        }
        #expect(try await store.read(.orders, after: .max, count: 7) == StoredEvents(events: []))
        await store.close()
    }

    @Test func keepsSiteAndOrderID() async throws {
        var store = try self.directory.open()
        let events = [
            event(1, .pageView, site: "shop.example"), event(2, orderID: "A-1", site: "shop.example"),
            event(3, .addToCart, site: "other.example"), event(4, .conversion, orderID: "C-'1"), event(5),
        ]
        _ = try await store.append(events)
        await store.close()
        store = try self.directory.open()
        #expect(try await store.all().map(\.event) == events)
        #expect(try await store.moveToDeadLetters([1, 2, 3, 4, 5], reason: "r") == [:])
        #expect(try await store.deadLetters(.all, count: 5).map(\.event).reversed() == events)
        #expect(try await store.requeueDeadLetters(.all) == 5)
        #expect(try await store.all().map(\.event) == events)
        await store.close()
    }

    @Test func summarizesContentWithTheOldestPendingEvent() async throws {
        var store = try self.directory.open()
        #expect(try await store.summary() == EventStoreSummary(pending: [:], deadLetters: [:], oldest: nil))
        _ = try await store.append([event(5, .addToCart), event(3, .pageView), event(8), event(9)])
        #expect(try await store.moveToDeadLetters([4], reason: "r") == [:])
        for _ in 0..<2 {
            let summary = try await store.summary()
            #expect(summary.pending == [.addToCart: 1, .pageView: 1, .purchase: 1] && summary.deadLetters == [.purchase: 1])
            #expect(summary.oldest == event(3).date)
            await store.close()
            store = try self.directory.open()
        }
        await store.close()
    }

    @Test func removesEventsAndIgnoresUnknownPositions() async throws {
        let store = try self.directory.open()
        _ = try await store.append((1...10).map { event($0, $0.isMultiple(of: 2) ? .pageView : .purchase) })
        try await store.remove([9, 2, 3, 4, 77, 2, .max, 0])
        #expect(try await store.all().map(\.position) == [1, 5, 6, 7, 8, 10])
        #expect(try await store.pendingCounts() == [.pageView: 3, .purchase: 3])
        try await store.remove([])
        await store.close()
    }

    @Test func givesNoPositionTwice() async throws {
        var last: UInt64 = 0
        for round in 1...4 {
            let store = try self.directory.open()
            _ = try await store.append([event(round, .pageView), event(round)])
            let positions = try await store.all().map(\.position)
            #expect(positions.count == 2 && positions.allSatisfy { $0 > last })
            last = try #require(positions.last)
            try await store.remove(positions)
            #expect(try await store.pendingCounts() == [:])
            await store.close()
        }
    }

    @Test func createsFilesThatOnlyTheirOwnerCanRead() async throws {
        let store = try self.directory.open()
        _ = try await store.append([event(1)])
        #expect(self.directory.names == ["events.sqlite", "events.sqlite-wal", "events.sqlite.lock"])
        for name in self.directory.names {
            #expect(TemporaryDirectory.mode("\(self.directory.path)/\(name)") == 0o600, "\(name)")
        }
        await store.close()
        #expect(self.directory.names == ["events.sqlite", "events.sqlite.lock"])
    }

    #if os(Linux)
    /// A child process between fork and exec has every descriptor of its parent.
    @Test func releasesTheLockWhileAChildProcessHasItsDescriptor() async throws {
        let store = try self.directory.open()
        let lock = try #require(
            FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
                .first {
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))
                        == "\(self.directory.store).lock"
                }
        )
        let copy = dup(lock)
        defer { close(copy) }
        await store.close()
        let next = try self.directory.open()
        await next.close()
    }
    #endif

    @Test func appendsAnEmptyArray() async throws {
        let store = try self.directory.open()
        #expect(try await store.append([]) == [:])
        #expect(try await store.all() == [])
        await store.close()
    }

    @Test func throwsClosedAfterClosing() async throws {
        let store = try self.directory.open()
        _ = try await store.append([event(1)])
        await store.close()
        await store.close()
        let operations: [(SQLiteEventStore) async throws -> Void] = [
            { _ = try await $0.append([event(1)]) },
            { _ = try await $0.oldest(1) },
            { try await $0.remove([1]) },
            { _ = try await $0.moveToDeadLetters([1], reason: "") },
            { _ = try await $0.deadLetters(.all, count: 1) },
            { _ = try await $0.requeueDeadLetters(.all) },
            { _ = try await $0.discardDeadLetters(.all) },
            { _ = try await $0.summary() },
            { _ = try await $0.deliveries(ofOrder: "A-1") },
        ]
        for operation in operations {
            let error = await #expect(throws: EventStoreError.self) { try await operation(store) }
            #expect(error?.code == .closed)
        }
    }

    @Test func commitsOrRefusesEachAppendThatRacesWithClosing() async throws {
        for _ in 0..<20 {
            let store = try self.directory.open()
            try await store.remove(store.all().map(\.position))
            let accepted = await withTaskGroup(of: Int?.self) { group in
                for number in 0..<50 {
                    group.addTask { (try? await store.append([event(number)])) != nil ? number : nil }
                }
                group.addTask {
                    await store.close()
                    return nil
                }
                return await group.reduce(into: Set<Int>()) { if let number = $1 { $0.insert(number) } }
            }
            let reopened = try self.directory.open()
            #expect(try await Set(reopened.all().compactMap(number)) == accepted)
            await reopened.close()
        }
    }

    @Test(arguments: [4, 64])
    func commitsConcurrentAppendsAsAWhole(width: Int) async throws {
        let store = try self.directory.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<width {
                group.addTask {
                    for round in 0..<20 {
                        _ = try await store.append([event(writer * 1000 + round), event(writer * 1000 + round + 500, .pageView)])
                    }
                }
            }
            try await group.waitForAll()
        }
        let events = try await store.all()
        #expect(events.count == width * 40)
        for (first, second) in zip(events, events.dropFirst()) where first.event.type == .purchase {
            #expect(number(second) == number(first).map { $0 + 500 })
        }
        let perWriter = Dictionary(grouping: events.filter { $0.event.type == .purchase }.compactMap(number)) { $0 / 1000 }
        #expect(perWriter.values.allSatisfy { $0 == $0.sorted() })
        await store.close()
    }

    @Test func commitsTheEventsOfACancelledCaller() async throws {
        let store = try self.directory.open()
        let tasks = (0..<200)
            .map { number in
                let task = Task { try await store.append([event(number)]) }
                if number.isMultiple(of: 2) { task.cancel() }
                return task
            }
        for task in tasks { #expect(try await task.value == [:]) }
        #expect(try await store.all().count == 200)
        await store.close()
    }
}
#endif
