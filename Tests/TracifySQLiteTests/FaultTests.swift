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
struct FaultTests {
    let directory = TemporaryDirectory()
    let log = LogRecorder()

    /// Creates a store with some events and closes it.
    private func prepare(_ count: Int = 500) async throws {
        let store = try self.directory.open()
        _ = try await store.append((0..<count).map { event($0, bytes: 900) })
        await store.close()
    }

    private func code(_ body: () async throws -> Void) async -> EventStoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? EventStoreError)?.code
        }
    }

    enum Damage: CaseIterable {
        case garbageMagic, garbagePages, cutInPage, cutInHalf, garbageSchema
    }

    @Test(arguments: Damage.allCases)
    func quarantinesADamagedFileAndKeepsWhatCanBeRead(damage: Damage) async throws {
        try await self.prepare()
        let path = self.directory.store
        let noise = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 13) }
        switch damage {
        case .garbageMagic: try self.directory.patch(path, at: 0, with: Array(noise.prefix(16)))
        case .garbagePages: try self.directory.patch(path, at: 20 * 4096, with: noise)
        case .cutInPage: truncate(path, 40 * 4096 + 100)
        case .cutInHalf: truncate(path, 40 * 4096)
        case .garbageSchema: try self.directory.patch(path, at: 100, with: Array(noise.prefix(2000)))
        }
        let damaged = try Data(contentsOf: URL(fileURLWithPath: path))

        let now = Date(timeIntervalSince1970: 1_718_973_397)
        let store = try self.directory.open(log: self.log, now: { now })
        let quarantined = try #require(store.quarantinePath)
        #expect(quarantined == "\(path).corrupt-20240621T123637Z")
        #expect(try Data(contentsOf: URL(fileURLWithPath: quarantined)) == damaged, "unchanged")
        #expect(self.log.errors.count == 1 && self.log.errors[0].contains(quarantined))
        let kept = try await store.all()
        switch damage {
        // One page of four.
        case .garbagePages: #expect(kept.compactMap(number).count == 496)
        case .cutInPage, .cutInHalf: #expect(kept.count > 100 && kept.count < 200, "\(kept.count)")
        case .garbageMagic, .garbageSchema: #expect(kept == [])
        }
        #expect(kept.allSatisfy { number($0).map { UInt64($0 + 1) } == $0.position && $0.event.json.count == 900 })
        _ = try await store.append([event(1)])
        await store.close()
        let again = try self.directory.open(log: self.log)
        #expect(again.quarantinePath == nil)
        #expect(try await again.all().count == kept.count + 1)
        await again.close()
        #expect(self.log.errors.count == 1)
    }

    /// A newer version may add a type without a change of the schema.
    @Test func leavesAndSkipsEventsOfAnUnknownType() async throws {
        try await self.prepare(20)
        let path = self.directory.store
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let json = try #require(bytes.indices.last { bytes[$0...].starts(with: Array(#"{"n":7}"#.utf8)) })
        // The type is stored before the JSON.
        try self.directory.patch(path, at: json - 1, with: [77])
        for _ in 0..<2 {
            let store = try self.directory.open(log: self.log)
            #expect(store.quarantinePath == nil && self.log.errors == [])
            #expect(try await store.all().compactMap(number) == (0..<20).filter { $0 != 7 })
            #expect(try await store.summary().pending == [.purchase: 19])
            _ = try await store.settle([.init(position: 8, outcome: .delivered)])
            #expect(try await store.all().count == 19)
            await store.close()
            #expect(try self.directory.count("orders") == 20)
        }
    }

    @Test func namesEachQuarantinedFileOfTheSameSecondDifferently() async throws {
        let now = Date(timeIntervalSince1970: 1_718_973_397)
        var names: [String?] = []
        for _ in 0..<3 {
            try await self.prepare(1)
            try self.directory.patch(self.directory.store, at: 0, with: [1, 2, 3])
            let store = try self.directory.open(log: self.log, now: { now })
            names.append(store.quarantinePath)
            await store.close()
        }
        let base = "\(self.directory.store).corrupt-20240621T123637Z"
        #expect(names == [base, "\(base)-2", "\(base)-3"])
    }

    @Test func quarantinesADamagedLogAndKeepsTheReadablePart() async throws {
        for offset in [0, 32 + 24 + 100] {
            let copy = TemporaryDirectory()
            let store = try self.directory.open()
            let first = try await store.all().count
            for number in 0..<10 { _ = try await store.append([event(number, bytes: 900)]) }
            // The files as a crash leaves them.
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: self.directory.store + suffix, toPath: copy.store + suffix)
            }
            await store.close()
            try copy.patch("\(copy.store)-wal", at: offset, with: Array(repeating: 0x55, count: 16))
            let damaged = try copy.open(log: self.log)
            let quarantined = try #require(damaged.quarantinePath)
            #expect(copy.names.contains { "\(copy.path)/\($0)" == "\(quarantined)-wal" })
            #expect(try await damaged.all().count <= first + 10)
            _ = try await damaged.append([event(1)])
            await damaged.close()
        }
        #expect(self.log.errors.count >= 2)
    }

    @Test func acceptsALogWithAnUnfinishedLastTransaction() async throws {
        let copy = TemporaryDirectory()
        let store = try self.directory.open()
        for number in 0..<10 { _ = try await store.append([event(number, bytes: 900)]) }
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: self.directory.store + suffix, toPath: copy.store + suffix)
        }
        await store.close()
        truncate("\(copy.store)-wal", off_t(TemporaryDirectory.size("\(copy.store)-wal") - 1000))
        let torn = try copy.open(log: self.log)
        #expect(torn.quarantinePath == nil && self.log.errors == [])
        #expect(try await torn.all().compactMap(number) == Array(0..<9))
        await torn.close()
    }

    @Test func releasesTheLockWhenAStoreIsDeinitialized() async throws {
        for _ in 0..<3 {
            let store = try self.directory.open()
            _ = try await store.append([event(1)])
        }
        let store = try self.directory.open()
        #expect(try await store.all().count == 3)
        await store.close()
    }

    @Test func reportsAnotherSQLiteConnectionAsInUse() async throws {
        try await self.prepare(3)
        try FileManager.default.removeItem(atPath: "\(self.directory.store).lock")
        let first = try self.directory.open()
        // Without the lock file, SQLite's own lock is found.
        try FileManager.default.removeItem(atPath: "\(self.directory.store).lock")
        let code = await self.code { _ = try self.directory.open(log: self.log) }
        #expect(code == .inUse)
        #expect(self.log.errors == [])
        #expect(try await first.all().count == 3)
        await first.close()
    }
}
#endif
