//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import GRDB
import SimulatedDisk

@testable import Tracify
@testable import TracifySQLite

// The end of a process, and what the next one finds.
extension SQLiteBackedStore {
    func close() {
        self.database?.close()
        self.database = nil
        self.state = .closed
    }

    func crash(afterDelivering delivered: [EventID], _ call: StoreCall) {
        guard self.database != nil else { return }
        self.state = .crashed(logLength: self.disk.logLength)
        let read = self.readIDs.filter { self.pendingIDs.contains($0.value) }.sorted { $0.key < $1.key }
        let settled = read.filter { delivered.contains($0.value) }
        let failed = read.filter { !delivered.contains($0.value) }.prefix(5)
        let settlements =
            settled.map { Settlement(position: $0.key, outcome: .delivered) }
            + failed.map { Settlement(position: $0.key, outcome: .failed) }
        if !settlements.isEmpty, self.settle(settlements, call) != nil { self.deliveredIDs = Set(settled.map(\.value)) }
    }

    func open(_ call: StoreCall) -> StoreOpening? {
        self.clock.set(call.date)
        self.losePower()
        if self.random.once(in: 8), self.disk.exists(Self.path), self.durability == .full { self.changeVersion() }
        let operations: [SimulatedDisk.Operation] = [.read, .write, .sync, .create, .resize]
        if call.isFailing { self.failDisk(operations) }
        defer { if call.isFailing { self.repairDisk(operations) } }
        do throws(EventStoreError) {
            self.begin(call.generation, try self.opener.open().database)
        } catch {
            self.count("not opened")
            if !call.isFailing { self.problems.append("the store cannot be opened: \(error.reason)") }
            // Without syncs, the file may be none any more.
            if self.durability != .full { self.disk = SimulatedDisk(seed: self.random.next()) }
            return nil
        }
        if self.durability == .droppedSyncs { self.disk.dropSyncs(true) }
        return self.resolve()
    }

    /// Replaces the disk by what a crash of the machine, or only of the process, left.
    private func losePower() {
        let end = self.disk.logLength
        let loss: PowerLoss =
            switch self.random.element([0, 1, 1, 2, 2, 3, 4]) {
            case 0: .loseAll
            case 1: .keepAll
            case 2: .keepSome(seed: self.random.next())
            case 3: .tearLast(seed: self.random.next())
            default: .keepSectors(seed: self.random.next())
            }
        var point = end
        switch self.state {
        case .open: return
        case .closed:
            guard self.generation > 0 || end > 0 else { return }
        case .crashed(let length):
            point = Int.random(in: length...max(length, end), using: &self.random)
            if point < end { self.count("cut off") }
        }
        self.trace = (self.trace &* 31) ^ UInt64(end) ^ UInt64(point) << 32
        let image = self.disk.image(at: point, policy: loss, names: self.random.element(SimulatedDisk.NameRule.allCases))
        self.disk.halt()
        self.close()
        self.disk = image
    }

    private var opener: StoreOpener {
        // The sizes are smaller than those allowed, so that few events fill the store.
        let bytes: Int64 = self.scenario.maximumStored < 100 ? 80 << 10 : 1 << 20
        return StoreOpener(
            path: Self.path,
            lockTimeout: .zero,
            limits: StoreLimits(
                deadLetters: self.scenario.maximumDeadLetters,
                ledgerDuration: .seconds(30 * 86_400),
                ledgerEntries: 100_000,
                maximumBytes: bytes
            ),
            connector: StoreConnector(
                bounds: StoreBounds(maximumBytes: bytes),
                synchronization: self.durability == .normalSynchronization ? .normal : .full,
                fileSystem: SimulatedFileSystem(disk: self.disk),
                vfsName: self.disk.vfsName
            ),
            logger: self.log.logger,
            now: { [clock = self.clock] in clock.date }
        )
    }

    /// Compares the store with what is known of it.
    private func resolve() -> StoreOpening {
        self.refresh()
        let present = self.pendingIDs.union(self.letterIDs)
        let opening = StoreOpening(
            lost: self.inFlightIDs.subtracting(present).sorted { $0.low < $1.low },
            settled: self.deliveredIDs.subtracting(present).sorted { $0.low < $1.low },
            restored: self.failedIDs.intersection(self.pendingIDs).sorted { $0.low < $1.low }
        )
        if !opening.restored.isEmpty { self.count("restored") }
        self.deliveredIDs = []
        self.inFlightIDs = []
        self.failedIDs = []
        return opening
    }

    // MARK: - Other versions of the library

    private func connect(_ body: (Database) throws -> Void) throws {
        var configuration = GRDB.Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
        let queue = try DatabaseQueue(path: "file:\(Self.path)?vfs=\(self.disk.vfsName)", configuration: configuration)
        try queue.writeWithoutTransaction(body)
        try queue.close()
    }

    private func setVersion(_ version: Int) throws {
        try self.connect { try $0.execute(sql: "PRAGMA user_version = \(version)") }
    }

    private func changeVersion() {
        do {
            var version = 0
            try self.connect { version = try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            // Not a file that was made older before an attempt to open it that failed.
            guard version == StoreSchema.steps.count else { return }
            if self.random.once(in: 2) { try self.openWithNewerSchema() } else { try self.downgrade() }
        } catch {
            self.problems.append("the file's version cannot be changed: \(error)")
        }
    }

    /// Tries to open a file of a newer version of the library, which must not change it, and puts the right version back.
    private func openWithNewerSchema() throws {
        self.count("newer schema")
        try self.setVersion(StoreSchema.steps.count + 1)
        let names = self.disk.names
        let content = names.map(self.disk.content)
        do throws(EventStoreError) {
            try self.opener.open().database.close()
            self.problems.append("a file of a newer version was opened")
        } catch {
            if error.code != .tooNew { self.problems.append("a file of a newer version: \(error.reason)") }
        }
        // The lock file remains.
        let newNames = Set(self.disk.names).subtracting(names).filter { !$0.hasSuffix(".lock") }
        if !newNames.isEmpty || names.map(self.disk.content) != content {
            self.problems.append("a file of a newer version was changed")
        }
        try self.setVersion(StoreSchema.steps.count)
    }

    /// Makes a file of version 2 of the current one.
    ///
    /// Version 1 has no IDs, by which a simulation knows its events.
    private func downgrade() throws {
        self.count("older schema")
        try self.connect { connection in
            try connection.inTransaction {
                try connection.execute(
                    sql: """
                        DROP INDEX deadletter_type; DROP INDEX deadletter_order; DROP TABLE ledger;
                        ALTER TABLE orders DROP COLUMN order_id; ALTER TABLE deadletter DROP COLUMN order_id;
                        ALTER TABLE deadletter DROP COLUMN site;
                        """
                )
                for table in EventPriority.allCases.map(\.table) {
                    try connection.execute(
                        sql: "ALTER TABLE \(table) DROP COLUMN site; ALTER TABLE \(table) DROP COLUMN failures"
                    )
                }
                try connection.execute(sql: "PRAGMA user_version = 2")
                return .commit
            }
        }
    }
}
#endif
