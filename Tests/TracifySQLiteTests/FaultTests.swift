#if SQLite
import Foundation
import Testing
import Tracify

@testable import TracifySQLite

@Suite("Faults of files")
struct FaultTests {
    let directory = TemporaryDirectory()
    let log = LogRecorder()

    /// A store with some content, closed.
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
        case garbageHeader, garbageFile, garbagePages, cutInPage, cutInHalf, garbageSchema, unknownType
    }

    @Test("A corrupt file is set aside, loudly, and a new one begun", arguments: Damage.allCases)
    func corruption(damage: Damage) async throws {
        try await self.prepare()
        let path = self.directory.store
        let noise = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 13) }
        switch damage {
        case .garbageHeader: try self.directory.patch(path, at: 0, with: Array(noise.prefix(100)))
        case .garbageFile: try Data(repeating: 0x42, count: 10_000).write(to: URL(fileURLWithPath: path))
        case .garbagePages: try self.directory.patch(path, at: 20 * 4096, with: noise)
        case .cutInPage: truncate(path, 40 * 4096 + 100)
        case .cutInHalf: truncate(path, 40 * 4096)
        case .garbageSchema: try self.directory.patch(path, at: 100, with: Array(noise.prefix(2000)))
        case .unknownType:
            // The last event of the last page: its type is in front of its JSON.
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            let json = try #require(bytes.indices.last { bytes[$0...].starts(with: Array(#"{"n":499}"#.utf8)) })
            try self.directory.patch(path, at: json - 1, with: [77])
        }
        let damaged = try Data(contentsOf: URL(fileURLWithPath: path))

        let now = Date(timeIntervalSince1970: 1_718_973_397)
        let store = try self.directory.open(log: self.log, now: { now })
        let aside = try #require(store.setAsidePath)
        #expect(aside == "\(path).corrupt-20240621T123637Z")
        #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == damaged, "as it was, for people to look at")
        #expect(self.log.errors.count == 1 && self.log.errors[0].contains(aside))
        #expect(try await store.all() == [])
        _ = try await store.append([event(1)])
        await store.close()
        let again = try self.directory.open(log: self.log)
        #expect(again.setAsidePath == nil)
        #expect(try await again.all().count == 1)
        await again.close()
        #expect(self.log.errors.count == 1)
    }

    @Test("A second corrupt file in the same second gets a name of its own")
    func twice() async throws {
        let now = Date(timeIntervalSince1970: 1_718_973_397)
        var names: [String?] = []
        for _ in 0..<3 {
            try await self.prepare(1)
            try self.directory.patch(self.directory.store, at: 0, with: [1, 2, 3])
            let store = try self.directory.open(log: self.log, now: { now })
            names.append(store.setAsidePath)
            await store.close()
        }
        let base = "\(self.directory.store).corrupt-20240621T123637Z"
        #expect(names == [base, "\(base)-2", "\(base)-3"])
    }

    @Test("An empty file, as a crash at the first start leaves it, becomes a store")
    func emptyFile() async throws {
        #expect(FileManager.default.createFile(atPath: self.directory.store, contents: nil))
        let store = try self.directory.open(log: self.log)
        _ = try await store.append([event(1)])
        #expect(store.setAsidePath == nil && self.log.errors == [])
        await store.close()
    }

    @Test("A log that is not to be read at all, or damaged in the middle, is kept aside, and the rest goes on")
    func damagedLog() async throws {
        for offset in [0, 32 + 24 + 100] {
            let copy = TemporaryDirectory()
            let store = try self.directory.open()
            let first = try await store.all().count
            for number in 0..<10 { _ = try await store.append([event(number, bytes: 900)]) }
            // As a crash leaves it.
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: self.directory.store + suffix, toPath: copy.store + suffix)
            }
            await store.close()
            try copy.patch("\(copy.store)-wal", at: offset, with: Array(repeating: 0x55, count: 16))
            let damaged = try copy.open(log: self.log)
            let aside = try #require(damaged.setAsidePath)
            #expect(copy.names.contains { "\(copy.path)/\($0)" == "\(aside)-wal" })
            #expect(try await damaged.all().count <= first + 10)
            _ = try await damaged.append([event(1)])
            await damaged.close()
        }
        #expect(self.log.errors.count >= 2)
    }

    @Test("A log whose last transaction was not finished is as it should be")
    func tornLog() async throws {
        let copy = TemporaryDirectory()
        let store = try self.directory.open()
        for number in 0..<10 { _ = try await store.append([event(number, bytes: 900)]) }
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: self.directory.store + suffix, toPath: copy.store + suffix)
        }
        await store.close()
        truncate("\(copy.store)-wal", off_t(TemporaryDirectory.size("\(copy.store)-wal") - 1000))
        let torn = try copy.open(log: self.log)
        #expect(torn.setAsidePath == nil && self.log.errors == [])
        #expect(try await torn.all().compactMap(number) == Array(0..<9))
        await torn.close()
    }

    @Test("Damage that is found later is an error, and nothing is deleted")
    func laterDamage() async throws {
        try await self.prepare(5000)
        let store = try self.directory.open()
        let size = TemporaryDirectory.size(self.directory.store)
        let noise = Array(repeating: UInt8(0xA5), count: 4096 * 900)
        try self.directory.patch(self.directory.store, at: 4096 * 20, with: noise)
        let code = await self.code { _ = try await store.events(after: 0, count: 5000) }
        #expect(code == .disk)
        await store.close()
        #expect(TemporaryDirectory.size(self.directory.store) >= size)
        let next = try self.directory.open(log: self.log)
        #expect(next.setAsidePath != nil)
        await next.close()
    }

    @Test("A file of a newer version is not touched")
    func tooNew() async throws {
        try await self.prepare(3)
        // The user version in SQLite's header.
        try self.directory.patch(self.directory.store, at: 60, with: [0, 0, 0, 99])
        let code = await self.code { _ = try self.directory.open(log: self.log) }
        #expect(code == .tooNew)
        try self.directory.patch(self.directory.store, at: 60, with: [0, 0, 0, UInt8(StoreSchema.steps.count)])
        let store = try self.directory.open(log: self.log)
        #expect(try await store.all().count == 3)
        await store.close()
    }

    @Test("A database of something else is not touched")
    func foreign() async throws {
        try await self.prepare(3)
        // The application id in SQLite's header.
        try self.directory.patch(self.directory.store, at: 68, with: [1, 2, 3, 4])
        let code = await self.code { _ = try self.directory.open(log: self.log) }
        #expect(code == .disk)
        #expect(self.directory.names == ["events.sqlite", "events.sqlite.lock"])
    }

    @Test("The second store on a file fails, in this process, by another name, and after the first is closed it does not")
    func inUse() async throws {
        let store = try self.directory.open()
        let link = "\(self.directory.path)/link.sqlite"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: self.directory.store)
        for path in [self.directory.store, link] {
            let error = #expect(throws: EventStoreError.self) {
                _ = try SQLiteEventStore(configuration: .init(path: path), logger: self.log.logger)
            }
            #expect(error?.code == .inUse && error?.reason.contains("events.sqlite") == true)
        }
        _ = try await store.append([event(1)])
        await store.close()
        let next = try self.directory.open()
        #expect(try await next.all().count == 1)
        await next.close()
    }

    @Test("A store that is let go of without closing gives its lock back")
    func letGo() async throws {
        for _ in 0..<3 {
            let store = try self.directory.open()
            _ = try await store.append([event(1)])
        }
        let store = try self.directory.open()
        #expect(try await store.all().count == 3)
        await store.close()
    }

    @Test("Someone else who reads the database with SQLite is a store in use, not damage")
    func lockedByOther() async throws {
        try await self.prepare(3)
        try FileManager.default.removeItem(atPath: "\(self.directory.store).lock")
        let first = try self.directory.open()
        // Even if someone deletes the lock file.
        try FileManager.default.removeItem(atPath: "\(self.directory.store).lock")
        let code = await self.code { _ = try self.directory.open(log: self.log) }
        #expect(code == .inUse)
        #expect(self.log.errors == [])
        #expect(try await first.all().count == 3)
        await first.close()
    }

    @Test("A directory that is not there, and a path that is a directory, are the disk's errors")
    func paths() throws {
        let inner = "\(self.directory.path)/inner"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        for path in ["\(self.directory.path)/none/events.sqlite", inner] {
            let error = #expect(throws: EventStoreError.self) {
                _ = try SQLiteEventStore(configuration: .init(path: path), logger: self.log.logger)
            }
            #expect(error?.code == .disk, "\(path)")
        }
    }
}
#endif
