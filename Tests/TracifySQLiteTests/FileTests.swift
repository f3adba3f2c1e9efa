//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import GRDB
import Logging
import Testing
import Tracify

@testable import TracifySQLite

/// What a store does with the files that it finds.
@Suite
struct FileTests {
    let directory = TemporaryDirectory()
    let log = LogRecorder()

    private func prepare(_ count: Int = 3) async throws {
        let store = try self.directory.open()
        _ = try await store.append((0..<count).map { event($0, bytes: 900) })
        await store.close()
    }

    private func error(_ path: String? = nil) -> EventStoreError? {
        var configuration = SQLiteEventStore.Configuration(path: path ?? self.directory.store)
        configuration.lockTimeout = .zero
        do {
            _ = try SQLiteEventStore(configuration: configuration, logger: self.log.logger)
            return nil
        } catch {
            return error as? EventStoreError
        }
    }

    /// The content of a directory with every property that a careless program might change.
    private func snapshot() throws -> [String: [String]] {
        try self.directory.names.reduce(into: [:]) { files, name in
            let path = "\(self.directory.path)/\(name)"
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            let content = (try? Data(contentsOf: URL(fileURLWithPath: path)))?.base64EncodedString() ?? ""
            let keys: [FileAttributeKey] = [.systemFileNumber, .posixPermissions, .size, .modificationDate]
            files[name] = keys.map { "\(attributes[$0].map { "\($0)" } ?? "")" } + [content]
        }
    }

    // MARK: - Files of others

    enum Foreign: CaseIterable {
        case text, emptyLines, longText, database, databaseInLogMode, databaseWithLog, storeWithoutHeader, textWithID
    }

    @Test(arguments: Foreign.allCases)
    func refusesAFileThatIsNoEventStoreAndTouchesNothing(foreign: Foreign) async throws {
        let path = self.directory.store
        switch foreign {
        case .text: try Data("Buy milk.\n".utf8).write(to: URL(fileURLWithPath: path))
        case .emptyLines: try Data("\n".utf8).write(to: URL(fileURLWithPath: path))
        case .longText: try Data(String(repeating: "Buy milk.\n", count: 5000).utf8).write(to: URL(fileURLWithPath: path))
        case .textWithID: try Data((String(repeating: "x", count: 68) + "Trcf" + String(repeating: "y", count: 5000)).utf8)
            .write(to: URL(fileURLWithPath: path))
        case .database, .databaseInLogMode, .databaseWithLog:
            let queue = try DatabaseQueue(path: path)
            try await queue.writeWithoutTransaction { connection in
                if foreign != .database { try connection.execute(sql: "PRAGMA journal_mode = WAL") }
                try connection.execute(sql: "CREATE TABLE notes (text); INSERT INTO notes VALUES ('Buy milk.')")
            }
            if foreign == .databaseWithLog {
                try FileManager.default.copyItem(atPath: "\(path)-wal", toPath: "\(path)-copy")
                try FileManager.default.copyItem(atPath: path, toPath: "\(path)-copy2")
            }
            try queue.close()
            if foreign == .databaseWithLog {
                try FileManager.default.moveItem(atPath: "\(path)-copy", toPath: "\(path)-wal")
                try FileManager.default.removeItem(atPath: path)
                try FileManager.default.moveItem(atPath: "\(path)-copy2", toPath: path)
            }
        case .storeWithoutHeader:
            try await self.prepare()
            try self.directory.patch(path, at: 0, with: Array(repeating: 0x42, count: 100))
            try FileManager.default.removeItem(atPath: "\(path).lock")
        }
        let before = try self.snapshot()
        for _ in 0..<2 {
            let error = try #require(self.error())
            #expect(error.code == .notEventStore)
            #expect(error.reason.contains(path) && error.reason.contains("is not an event store; nothing was touched"))
        }
        #expect(try self.snapshot() == before)
        #expect(self.log.errors == [])
    }

    @Test func refusesADirectory() throws {
        let inner = "\(self.directory.path)/inner"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        let error = try #require(self.error(inner))
        #expect(error.code == .notEventStore && error.reason.contains("is a directory"))
        #expect(self.directory.names == ["inner"])
    }

    @Test(arguments: ["none/events.sqlite", "events/"])
    func namesAMissingDirectory(path: String) throws {
        let error = try #require(self.error("\(self.directory.path)/\(path)"))
        #expect(error.code == .disk && error.reason.contains("directory"))
        #expect(self.directory.names == [])
    }

    @Test func refusesADatabaseOfAnotherApplicationAndLeavesItUnchanged() async throws {
        try await self.prepare()
        // The application ID in SQLite's header.
        try self.directory.patch(self.directory.store, at: 68, with: [1, 2, 3, 4])
        let before = try self.snapshot()
        #expect(self.error()?.code == .notEventStore)
        #expect(try self.snapshot() == before)
    }

    /// A file, beside which there is only a log, would be taken for the log's by SQLite.
    @Test(arguments: ["-wal", "-journal"])
    func refusesAPathWhoseLogBelongsToAnother(suffix: String) throws {
        try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: self.directory.store + suffix))
        let before = try self.snapshot()
        #expect(self.error()?.code == .notEventStore)
        #expect(try self.snapshot() == before)
    }

    @Test(arguments: [true, false])
    func refusesAFileOfANewerVersionAndLeavesItUnchanged(hasLog: Bool) async throws {
        let path = self.directory.store
        try await self.prepare()
        // The user version in SQLite's header.
        try self.directory.patch(path, at: 60, with: [0, 0, 0, 99])
        if hasLog {
            let queue = try DatabaseQueue(path: path)
            try await queue.writeWithoutTransaction { try $0.execute(sql: "CREATE TABLE new (a); DROP TABLE interest") }
            for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: "\(path)-copy\(suffix)") }
            try queue.close()
            for suffix in ["", "-wal"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
                try FileManager.default.moveItem(atPath: "\(path)-copy\(suffix)", toPath: path + suffix)
            }
        }
        let before = try self.snapshot()
        #expect(self.error()?.code == .tooNew)
        #expect(try self.snapshot() == before)
    }

    // MARK: - Files of a store

    @Test func opensAnEmptyFile() async throws {
        #expect(FileManager.default.createFile(atPath: self.directory.store, contents: nil))
        let store = try self.directory.open(log: self.log)
        _ = try await store.append([event(1)])
        #expect(store.quarantinePath == nil && self.log.errors == [])
        await store.close()
        #expect(self.directory.names == ["events.sqlite", "events.sqlite.lock"])
        #expect(TemporaryDirectory.mode(self.directory.store) == 0o600)
    }

    @Test func writesTheApplicationIDBeforeTheFileHasItsName() async throws {
        let path = self.directory.store
        let fileSystem = StubFileSystem()
        fileSystem.onRename = { from, to in
            #expect(to == path)
            let bytes = try? Data(contentsOf: URL(fileURLWithPath: from)).prefix(100)
            #expect(StoreHeader(bytes ?? Data())?.userVersion == UInt32(StoreSchema.steps.count))
            #expect(TemporaryDirectory.size("\(from)-wal") == 0)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
        let store = try self.directory.open(fileSystem: fileSystem)
        #expect(fileSystem.renames == 1)
        await store.close()
    }

    @Test func replacesAnUnfinishedNewFileAndKeepsAFinishedOne() async throws {
        let new = "\(self.directory.store).tracify-new"
        for suffix in ["", "-wal", "-journal"] {
            try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: new + suffix))
        }
        try await self.prepare(5)
        #expect(self.directory.names == ["events.sqlite", "events.sqlite.lock"])
        // A crash before the last rename of a rebuild.
        try FileManager.default.moveItem(atPath: self.directory.store, toPath: new)
        let store = try self.directory.open(log: self.log)
        #expect(try await store.all().count == 5)
        await store.close()
        #expect(self.directory.names == ["events.sqlite", "events.sqlite.lock"] && self.log.errors == [])
    }

    @Test func followsASymbolicLinkAndLocksBesideItsTarget() async throws {
        let other = TemporaryDirectory()
        try FileManager.default.createSymbolicLink(atPath: self.directory.store, withDestinationPath: other.store)
        let dangling = try #require(self.error())
        #expect(dangling.code == .disk && dangling.reason.contains("symbolic link"))
        #expect(self.directory.names == ["events.sqlite"] && other.names == [])

        #expect(FileManager.default.createFile(atPath: other.store, contents: nil))
        let store = try self.directory.open()
        _ = try await store.append([event(1)])
        #expect(self.directory.names == ["events.sqlite"])
        #expect(other.names == ["events.sqlite", "events.sqlite-wal", "events.sqlite.lock"])
        #expect(self.error(other.store)?.code == .inUse)
        await store.close()
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: self.directory.store) == other.store)
    }

    @Test func knowsAStoreByTheFirstPageInItsLog() async throws {
        let copy = TemporaryDirectory()
        let store = try self.directory.open()
        // The first page is in the log.
        try await store.touchFirstPage()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: self.directory.store + suffix, toPath: copy.store + suffix)
        }
        await store.close()
        try copy.patch(copy.store, at: 0, with: Array(repeating: 0x42, count: 100))
        let next = try copy.open(log: self.log)
        #expect(next.quarantinePath == nil && self.log.errors == [])
        #expect(try await next.all().count == 20)
        await next.close()
    }

    @Test func quarantinesAnEventStoresLogWithoutAMainFile() async throws {
        let copy = TemporaryDirectory()
        let store = try self.directory.open()
        try await store.touchFirstPage()
        try FileManager.default.copyItem(atPath: "\(self.directory.store)-wal", toPath: "\(copy.store)-wal")
        await store.close()
        let next = try copy.open(log: self.log)
        let quarantined = try #require(next.quarantinePath)
        #expect(self.log.errors.count == 1)
        #expect(TemporaryDirectory.size("\(quarantined)-wal") > 0)
        #expect(try await next.all() == [])
        await next.close()
    }

    @Test func warnsOfAFileThatOthersCanReadAndDoesNotChangeIt() async throws {
        try await self.prepare()
        chmod(self.directory.store, 0o644)
        let store = try self.directory.open(log: self.log)
        #expect(self.log.messages(.warning).count == 1 && self.log.messages(.warning)[0].contains("0644"))
        await store.close()
        #expect(TemporaryDirectory.mode(self.directory.store) == 0o644)
        chmod(self.directory.store, 0o600)
        try await self.directory.open(log: self.log).close()
        #expect(self.log.messages(.warning).count == 1)
    }

    // MARK: - Lock

    @Test func refusesASecondStoreOnTheSameFileUntilTheFirstIsClosed() async throws {
        let store = try self.directory.open()
        let link = "\(self.directory.path)/link.sqlite"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: self.directory.store)
        for path in [self.directory.store, link] {
            let error = try #require(self.error(path))
            #expect(error.code == .inUse && error.reason.contains("events.sqlite"))
        }
        _ = try await store.append([event(1)])
        await store.close()
        let next = try self.directory.open()
        #expect(try await next.all().count == 1)
        await next.close()
    }

    @Test func waitsForThePreviousProcessToCloseTheFile() async throws {
        let fileSystem = StubFileSystem()
        fileSystem.failedLocks = 7
        let store = try self.directory.open(
            adjusting: { $0.lockTimeout = .seconds(10) },
            log: self.log,
            fileSystem: fileSystem
        )
        #expect(fileSystem.pauses == Array(repeating: .milliseconds(50), count: 7))
        #expect(self.log.messages(.notice).count == 1)
        await store.close()
    }

    @Test(arguments: [(Duration.zero, 0), (.milliseconds(1), 1), (.milliseconds(500), 10), (.seconds(10), 200)])
    func reportsAFileInUseAfterTheLockTimeout(timeout: Duration, pauses: Int) throws {
        let fileSystem = StubFileSystem()
        fileSystem.failedLocks = .max
        let error = #expect(throws: EventStoreError.self) {
            _ = try self.directory.open(adjusting: { $0.lockTimeout = timeout }, log: self.log, fileSystem: fileSystem)
        }
        #expect(error?.code == .inUse)
        #expect(fileSystem.pauses.count == pauses)
        #expect(self.log.messages(.notice).count == min(pauses, 1))
    }
}
#endif
