//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import GRDB
import Testing
import Tracify

@testable import TracifySQLite

/// Damage that is found while a store is in use.
@Suite
struct DamageTests {
    let directory = TemporaryDirectory()
    let log = LogRecorder()
    static let noise = (0..<StoreBounds.pageSize).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 13) }

    /// Fills a store, so that most of its pages are in the file and not in SQLite's cache.
    private func fill(_ count: Int = 8000, bytes: Int = 900, types: [EventType] = [.purchase, .pageView, .addToCart]) async throws
    {
        let store = try self.directory.open()
        for start in stride(from: 0, to: count, by: 1000) {
            let events = (start..<min(start + 1000, count))
                .map { event($0, types[$0 % types.count], bytes: bytes, orderID: "\($0)") }
            _ = try await store.append(events)
        }
        await store.close()
    }

    /// Returns the numbers of a table's pages without the root.
    private func pages(_ table: String, _ type: String = "leaf") throws -> [Int] {
        let queue = try DatabaseQueue(path: self.directory.store)
        defer { try? queue.close() }
        return try queue.read { connection in
            try Int.fetchAll(
                connection,
                sql: "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? AND path <> '/' ORDER BY path",
                arguments: [table, type]
            )
        }
    }

    private func destroy(_ page: Int) throws {
        try self.directory.patch(self.directory.store, at: (page - 1) * StoreBounds.pageSize, with: DamageTests.noise)
    }

    /// Reads both lanes from the beginning, as the exporter does.
    private func drain(_ store: SQLiteEventStore) async throws -> (events: [StoredEvent], damaged: [EventType: Int]) {
        var events: [StoredEvent] = []
        var damaged: [EventType: Int] = [:]
        for lane in DeliveryLane.allCases {
            var position: UInt64 = 0
            while true {
                let read = try await store.read(lane, after: position, count: 100)
                damaged.merge(read.damaged, uniquingKeysWith: +)
                guard let last = read.events.last else { break }
                #expect(read.events.allSatisfy { $0.position > position })
                events += read.events
                position = last.position
            }
        }
        return (events, damaged)
    }

    @Test func readsOnBehindADamagedPageAndCountsWhatIsLost() async throws {
        try await self.fill()
        let page = try self.pages("orders")[300]
        let store = try self.directory.open(log: self.log)
        try self.destroy(page)
        let before = try await store.summary().pending
        let (events, damaged) = try await self.drain(store)
        let lost = try #require(damaged[.purchase])
        #expect((1...4).contains(lost) && damaged.count == 1)
        #expect(events.count == 8000 - lost)
        #expect(Set(events.map(\.position)).count == events.count)
        #expect(events.allSatisfy { number($0).map { UInt64($0 + 1) } == $0.position && $0.event.json.count == 900 })
        #expect(try await store.summary().pending == before.merging([.purchase: -lost], uniquingKeysWith: +))
        #expect(self.log.errors.count == 1 && self.log.errors[0].contains("\"lost_purchase\": \(lost)"), "\(self.log.errors)")
        #expect(self.directory.names.filter { $0.contains(".corrupt-") }.count == 1)

        // Reported once, and the store works.
        #expect(try await self.drain(store).damaged == [:])
        _ = try await store.append([event(8000)])
        #expect(try await store.all().last?.position == 8001)
        try await store.remove(events.map(\.position))
        await store.close()
        let next = try self.directory.open(log: self.log)
        #expect(next.quarantinePath == nil && self.log.errors.count == 1)
        #expect(try await next.all().map(\.position) == [8001])
        await next.close()
    }

    @Test func salvagesTheRowsAroundManyDamagedPages() async throws {
        try await self.fill(types: [.purchase])
        let pages = try self.pages("orders")
        let destroyed =
            Array(pages[100..<400]) + pages.enumerated().filter { $0.offset > 500 && $0.offset % 50 == 0 }.map(\.element)
        let store = try self.directory.open(log: self.log)
        for page in destroyed { try self.destroy(page) }
        let (events, damaged) = try await self.drain(store)
        let lost = try #require(damaged[.purchase])
        #expect(events.count + lost == 8000)
        // Four to a page.
        #expect(lost <= destroyed.count * 4)
        #expect(self.log.errors.count == 1)
        await store.close()
    }

    @Test(.timeLimit(.minutes(15)))
    func salvagesATableWhoseLastPageIsAnOlderOne() async throws {
        try await self.fill(40, types: [.purchase])
        let pages = try self.pages("orders")
        let old = try #require(FileHandle(forReadingAtPath: self.directory.store))
        try old.seek(toOffset: UInt64((pages[1] - 1) * StoreBounds.pageSize))
        let bytes = try #require(try old.read(upToCount: StoreBounds.pageSize))
        try old.close()
        let last = try #require(pages.last)
        try self.directory.patch(self.directory.store, at: (last - 1) * StoreBounds.pageSize, with: [UInt8](bytes))

        let store = try self.directory.open(log: self.log)
        #expect(store.quarantinePath != nil && self.log.errors.count == 1)
        let positions = try await store.all().map(\.position)
        #expect(positions.count >= 36 && positions == Array(1...UInt64(positions.count)))
        #expect(self.log.errors.first?.contains(#""kept_purchase": \#(positions.count)"#) == true)
        await store.close()
    }

    @Test(arguments: ["internal", "overflow"])
    func survivesDamageOfEachKindOfPage(type: String) async throws {
        try await self.fill(type == "internal" ? 8000 : 500, bytes: type == "internal" ? 900 : 9000, types: [.purchase])
        // An event has two overflow pages; the first refers to the second. SQLite's cache has those of the first events.
        let pages = try self.pages("orders", type)
        let page = type == "internal" ? pages[2] : pages[pages.count - 100]
        let store = try self.directory.open(log: self.log)
        try self.destroy(page)
        let (events, damaged) = try await self.drain(store)
        let lost = try #require(damaged[.purchase], "\(events.count)")
        #expect(events.count + lost == (type == "internal" ? 8000 : 500))
        #expect(lost <= (type == "internal" ? 2500 : 1), "\(Set(1...500).subtracting(events.map { Int($0.position) }))")
        await store.close()
        #expect(try self.directory.open().quarantinePath == nil)
    }

    @Test func settlesBehindDamage() async throws {
        try await self.fill()
        let page = try self.pages("pageview")[300]
        let store = try self.directory.open(log: self.log)
        try self.destroy(page)
        // A commit that meets the damage first.
        let all = (1...8000).map { Settlement(position: UInt64($0), outcome: .delivered) }
        #expect(try await store.settle(all) == SettlementResult())
        #expect(try await store.summary().pending == [:])
        #expect(try #require(try await self.drain(store).damaged[.pageView]) <= 4)
        #expect(try await store.deliveries(ofOrder: "0").map(\.state) == [.delivered])
        #expect(self.log.errors.count == 1)
        await store.close()
    }

    @Test func keepsDeadLettersLedgerAndPositionsThroughARebuild() async throws {
        try await self.fill()
        var store = try self.directory.open()
        _ = try await store.settle([
            .init(position: 1, outcome: .delivered), .init(position: 4, outcome: .deadLetter(reason: "r")),
            .init(position: 7, outcome: .failed), .init(position: 8000, outcome: .delivered),
        ])
        await store.close()
        let page = try self.pages("interest")[100]
        store = try self.directory.open(log: self.log)
        try self.destroy(page)
        _ = try await self.drain(store)
        #expect(self.log.errors.count == 1)
        #expect(try await store.deliveries(ofOrder: "0").map(\.state) == [.delivered])
        #expect(try await store.deadLetters(.all, count: 9).map(\.event.orderID) == ["3"])
        #expect(try await store.read(.orders, after: 0, count: 1).events.map(\.failures) == [1])
        _ = try await store.append([event(1)])
        #expect(try await store.all().last?.position == 8001)
        await store.close()
    }

    @Test func triesAFailedRebuildAgainAfterAMinute() async throws {
        try await self.fill()
        let page = try self.pages("orders")[300]
        let clock = TestClock(Date(timeIntervalSince1970: 1_718_973_397))
        let fileSystem = StubFileSystem()
        let store = try self.directory.open(log: self.log, fileSystem: fileSystem, now: { clock.now })
        try self.destroy(page)
        fileSystem.isFull = true
        for _ in 0..<3 {
            let error = await #expect(throws: EventStoreError.self) { _ = try await self.drain(store) }
            #expect(error?.code == .disk)
        }
        #expect(self.log.errors.count == 1)
        // Everything else works.
        _ = try await store.append([event(1, .pageView)])
        #expect(try await store.read(.observations, after: 0, count: 10).events.count == 10)
        fileSystem.isFull = false
        await #expect(throws: EventStoreError.self) { _ = try await self.drain(store) }
        clock.advance(by: 61)
        let (events, damaged) = try await self.drain(store)
        #expect(events.count + (damaged[.purchase] ?? 0) == 8001)
        #expect(self.directory.names.contains { $0.contains("tracify-new") } == false)
        await store.close()
    }

    /// The rebuilt file's last rename is interrupted by an error; the events are in it.
    @Test func finishesARebuildWhoseRenameFailed() async throws {
        try await self.fill()
        let page = try self.pages("orders")[300]
        let fileSystem = StubFileSystem()
        let store = try self.directory.open(log: self.log, fileSystem: fileSystem)
        try self.destroy(page)
        fileSystem.failedRenamePrefix = "\(self.directory.store).tracify-new"
        await #expect(throws: EventStoreError.self) { _ = try await self.drain(store) }
        #expect(!FileManager.default.fileExists(atPath: self.directory.store))
        await #expect(throws: EventStoreError.self) { _ = try await store.append([event(1)]) }
        fileSystem.failedRenamePrefix = nil
        let (events, damaged) = try await self.drain(store)
        #expect(events.count > 7990 && events.count + (damaged[.purchase] ?? 0) == 8000)
        await store.close()
    }
}
#endif
