//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite && os(Linux)  // SQLite takes the name of a file system from a path only where it was built to.
import GRDB
import SimulatedDisk
import Testing
import Tracify
import TracifySQLite

/// A shop whose database has the orders and the outbox, on a disk that loses power at each point of its log.
@Suite(.timeLimit(.minutes(15)))
struct OutboxPowerLossTests {
    enum Journal: String, Sendable, CaseIterable {
        case wal, delete
    }

    /// What the shop's customers and the destination know, each with the length of the disk's log at that time.
    private struct Run {
        var confirmed: [(order: String, time: Int)] = []
        var delivered: [(order: String, time: Int)] = []
    }

    /// What was found in the states of the disk.
    private struct Report {
        var states = 0
        var lostOrders = 0
        var ordersWithoutEvent = 0
        var eventsWithoutOrder = 0
    }

    @Test(arguments: Journal.allCases)
    func thereIsNoOrderWithoutEventAndNoEventWithoutOrder(journal: Journal) async throws {
        let disk = SimulatedDisk(seed: 1)
        let run = try await self.record(on: disk, journal, synchronous: "FULL")
        let report = try await self.enumerate(disk, run, journal)
        #expect(report.ordersWithoutEvent == 0)
        #expect(report.eventsWithoutOrder == 0)
        #expect(report.lostOrders == 0)
        print("Power loss of an outbox (\(journal)): \(report.states) states of \(disk.logLength) operations")
    }

    /// This is GRDB's default for a `DatabasePool`: an order may be delivered, and then lost by the shop.
    @Test func commitThatIsNotSyncedLosesOrders() async throws {
        let disk = SimulatedDisk(seed: 1)
        let run = try await self.record(on: disk, .wal, synchronous: "NORMAL")
        let report = try await self.enumerate(disk, run, .wal)
        #expect(report.ordersWithoutEvent == 0)
        #expect(report.eventsWithoutOrder > 0)
        #expect(report.lostOrders > 0)
    }

    private func open(_ disk: SimulatedDisk, _ journal: Journal, synchronous: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // Without shared memory, which the simulated disk has not.
            try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = \(journal.rawValue)")
            try db.execute(sql: "PRAGMA synchronous = \(synchronous)")
        }
        return try DatabaseQueue(path: "file:/disk/shop.sqlite?vfs=\(disk.vfsName)", configuration: configuration)
    }

    /// Places orders, of which a relay delivers some.
    private func record(on disk: SimulatedDisk, _ journal: Journal, synchronous: String) async throws -> Run {
        let database = try self.open(disk, journal, synchronous: synchronous)
        try await database.write { db in
            try db.execute(sql: "CREATE TABLE orders (id TEXT PRIMARY KEY)")
            try SQLiteOutbox.createTable(in: db)
        }
        let outbox = SQLiteOutbox(database)
        var run = Run()
        for number in 0..<40 {
            let entry = OutboxEntry(id: EventID(), json: "{}")
            let id = entry.id.description
            try await database.write { db in
                try db.execute(sql: "INSERT INTO orders VALUES (?)", arguments: [id])
                try SQLiteOutbox.insert(entry, in: db)
            }
            run.confirmed.append((id, disk.logLength))
            guard number % 3 == 2 else { continue }
            let claimed = try await outbox.claim(limit: 2, lease: .seconds(60))
            run.delivered += claimed.map { ($0.id.description, disk.logLength) }
            if number % 2 == 0 {
                try await outbox.delete(ids: claimed.map(\.id))
            } else {
                try await outbox.release(ids: claimed.map(\.id))
            }
        }
        return run
    }

    private func enumerate(_ disk: SimulatedDisk, _ run: Run, _ journal: Journal) async throws -> Report {
        var report = Report()
        // From the first order on: before it there are no tables.
        let step = PowerLossTests.longRun == nil && journal == .delete ? 5 : 1
        for point in stride(from: run.confirmed.first?.time ?? 0, through: disk.logLength, by: step) {
            let seed = UInt64(point)
            let losses = [
                PowerLoss.loseAll, .keepAll, .keepSome(seed: seed), .keepSome(seed: seed &+ 1_000_003), .tearLast(seed: seed),
                .keepSectors(seed: seed),
            ]
            for loss in losses {
                let image = disk.image(at: point, policy: loss)
                let (orders, waiting) = try await self.open(image, journal, synchronous: "FULL")
                    .read { db -> (Set<String>, Set<String>) in
                        // The tables themselves may be lost.
                        guard try db.tableExists("orders") else { return ([], []) }
                        return (
                            Set(try String.fetchAll(db, sql: "SELECT id FROM orders")),
                            Set(try String.fetchAll(db, sql: "SELECT id FROM tracify_outbox"))
                        )
                    }
                let delivered = Set(run.delivered.filter { $0.time <= point }.map(\.order))
                let confirmed = run.confirmed.filter { $0.time <= point }.map(\.order)
                report.states += 1
                report.ordersWithoutEvent += orders.subtracting(waiting).subtracting(delivered).count
                report.eventsWithoutOrder += waiting.union(delivered).subtracting(orders).count
                report.lostOrders += confirmed.filter { !orders.contains($0) }.count
            }
        }
        return report
    }
}
#endif
