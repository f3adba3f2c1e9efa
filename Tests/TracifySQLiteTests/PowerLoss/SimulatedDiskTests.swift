//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import SimulatedDisk
import Testing

@Suite
struct SimulatedDiskTests {
    let disk = SimulatedDisk(seed: 1)

    private func connect(_ disk: SimulatedDisk, synchronous: String = "FULL") throws -> DatabaseQueue {
        var configuration = GRDB.Configuration()
        configuration.prepareDatabase { connection in
            try connection.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = \(synchronous)")
        }
        return try DatabaseQueue(path: "file:/disk/a.sqlite?vfs=\(disk.vfsName)", configuration: configuration)
    }

    /// Writes rows in transactions, and returns the length of the log after each.
    private func fill(_ connection: DatabaseQueue, mode: String, transactions: Int = 20) throws -> [Int] {
        try connection.writeWithoutTransaction { connection in
            #expect(try String.fetchOne(connection, sql: "PRAGMA journal_mode = \(mode)") == mode.lowercased())
            try connection.execute(sql: "PRAGMA wal_autocheckpoint = 20; CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
        }
        return try (0..<transactions)
            .map { number in
                try connection.write { try $0.execute(sql: "INSERT INTO t VALUES (?, hex(zeroblob(3000)))", arguments: [number]) }
                return self.disk.logLength
            }
    }

    private func count(_ disk: SimulatedDisk) throws -> Int {
        let connection = try self.connect(disk)
        defer { try? connection.close() }
        return try connection.read { connection in
            #expect(try String.fetchOne(connection, sql: "PRAGMA integrity_check") == "ok")
            guard try connection.tableExists("t") else { return 0 }
            return try Int.fetchOne(connection, sql: "SELECT count(*) FROM t") ?? 0
        }
    }

    @Test(arguments: ["WAL", "DELETE"])
    func keepsCommittedTransactionsAtEveryPowerLoss(mode: String) throws {
        let connection = try self.connect(self.disk)
        let ends = try self.fill(connection, mode: mode)
        try connection.close()
        let policies: [PowerLoss] = [.loseAll, .keepAll] + (0..<3).flatMap { [.keepSome(seed: $0), .tearLast(seed: $0)] }
        for point in stride(from: 0, through: self.disk.logLength, by: 3) {
            for policy in policies {
                let committed = ends.count { $0 <= point }
                let found = try self.count(self.disk.image(at: point, policy: policy))
                #expect(found == committed || found == committed + 1, "\(policy) at \(point)")
            }
        }
    }

    @Test func losesTransactionsWithoutSync() throws {
        let connection = try self.connect(self.disk, synchronous: "OFF")
        let end = try #require(self.fill(connection, mode: "WAL").last)
        #expect(try self.count(self.disk.image(at: end, policy: .loseAll)) == 0)
        #expect(try self.count(self.disk.image(at: end, policy: .keepAll)) == 20)
    }

    @Test func losesAFileWhoseNameIsNotDurable() throws {
        let file = try self.disk.open("/disk/a", creates: true)
        try self.disk.write([1, 2, 3], to: file, at: 0)
        try self.disk.sync(file)
        #expect(self.disk.image(at: 3, policy: .loseAll).names == [])
        #expect(self.disk.image(at: 3, policy: .loseAll, names: .fileSync).content(of: "/disk/a") == [1, 2, 3])
        try self.disk.syncDirectory()
        #expect(self.disk.image(at: 4, policy: .loseAll).content(of: "/disk/a") == [1, 2, 3])
        try self.disk.rename("/disk/a", to: "/disk/b")
        #expect(self.disk.image(at: 5, policy: .loseAll).names == ["/disk/a"])
        #expect(self.disk.image(at: 5, policy: .keepAll).names == ["/disk/b"])
        try self.disk.unlink("/disk/b")
        try self.disk.syncDirectory()
        #expect(self.disk.image(at: 7, policy: .loseAll).names == [])
    }

    @Test func tearsTheLastWriteAtASectorOfTheFile() throws {
        let file = try self.disk.open("/disk/a", creates: true)
        try self.disk.syncDirectory()
        try self.disk.write(Array(repeating: 1, count: 100), to: file, at: 0)
        try self.disk.write(Array(repeating: 2, count: 1500), to: file, at: 100)
        let sizes = (0..<4).map { self.disk.image(at: 4, policy: .tearLast(seed: $0)).content(of: "/disk/a")?.count }
        #expect(sizes == [100, 512, 1024, 1536])
    }

    @Test func aFailedSyncCoversNothingLater() throws {
        let file = try self.disk.open("/disk/a", creates: true)
        try self.disk.syncDirectory()
        try self.disk.write([1], to: file, at: 0)
        self.disk.fail(.sync)
        #expect(throws: SimulatedDisk.Result.failed) { try self.disk.sync(file) }
        try self.disk.write([2], to: file, at: 1)
        try self.disk.sync(file)
        let point = self.disk.logLength
        #expect(self.disk.image(at: point, policy: .loseAll).content(of: "/disk/a") == [0, 2])
        #expect(self.disk.image(at: point, policy: .keepAll).content(of: "/disk/a") == [1, 2])
    }

    @Test func aDroppedSyncSucceedsWithoutEffect() throws {
        let file = try self.disk.open("/disk/a", creates: true)
        try self.disk.syncDirectory()
        self.disk.dropSyncs(true)
        try self.disk.write([1], to: file, at: 0)
        try self.disk.sync(file)
        #expect(self.disk.image(at: self.disk.logLength, policy: .loseAll).content(of: "/disk/a") == [])
    }

    @Test func failsTheOperationAfterACountAndWritesBeyondALimit() throws {
        let file = try self.disk.open("/disk/a", creates: true)
        self.disk.fail(.write, after: 1, with: .full, times: 2)
        try self.disk.write([1], to: file, at: 0)
        for _ in 0..<2 { #expect(throws: SimulatedDisk.Result.full) { try self.disk.write([2], to: file, at: 1) } }
        try self.disk.write([2], to: file, at: 1)
        self.disk.limit(bytes: 3)
        #expect(throws: SimulatedDisk.Result.full) { try self.disk.write([3, 4], to: file, at: 2) }
        try self.disk.write([3], to: file, at: 2)
        self.disk.halt()
        #expect(throws: SimulatedDisk.Result.failed) { try self.disk.write([3], to: file, at: 2) }
    }

    @Test func imagesHaveLogsOfTheirOwn() throws {
        let connection = try self.connect(self.disk)
        let ends = try self.fill(connection, mode: "WAL")
        let image = self.disk.image(at: ends[9], policy: .loseAll)
        #expect(image.logLength == 0)
        let second = try self.connect(image)
        try second.write { try $0.execute(sql: "INSERT INTO t VALUES (100, '')") }
        #expect(try self.count(image.image(at: image.logLength, policy: .loseAll)) == 11)
        #expect(try self.count(image.image(at: 0, policy: .keepAll)) == 10)
    }

    @Test func reportsDiskErrorsToSQLite() throws {
        let connection = try self.connect(self.disk)
        _ = try self.fill(connection, mode: "WAL")
        for (operation, code) in [(SimulatedDisk.Operation.write, ResultCode.SQLITE_IOERR), (.sync, .SQLITE_IOERR)] {
            self.disk.fail(operation)
            let error = #expect(throws: DatabaseError.self) {
                try connection.write { try $0.execute(sql: "INSERT INTO t VALUES (100, '')") }
            }
            #expect(error?.resultCode == code)
        }
        self.disk.fail(.write, with: .full)
        let error = #expect(throws: DatabaseError.self) {
            try connection.write { try $0.execute(sql: "INSERT INTO t VALUES (100, '')") }
        }
        #expect(error?.resultCode == .SQLITE_FULL)
        try connection.write { try $0.execute(sql: "INSERT INTO t VALUES (100, '')") }
        #expect(self.disk.inspect("/disk/a.sqlite").problem == nil)
    }

    @Test func fingerprintsFollowTheRows() throws {
        let connection = try self.connect(self.disk)
        let ends = try self.fill(connection, mode: "WAL")
        let inspections = ends.map { self.disk.image(at: $0, policy: .loseAll).inspect("/disk/a.sqlite") }
        #expect(inspections.map(\.rows) == Array(1...20))
        #expect(inspections.allSatisfy { $0.problem == nil } && Set(inspections.map(\.fingerprint)).count == 20)
        #expect(self.disk.image(at: 0, policy: .loseAll).inspect("/disk/a.sqlite").fingerprint == 0)
    }
}
#endif
