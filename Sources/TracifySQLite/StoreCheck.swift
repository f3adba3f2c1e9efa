//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
package import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The integrity check of a store that no process uses, which changes nothing: a copy is checked.
package struct StoreCheck: Sendable {
    /// What is wrong, a line each; empty for an intact store.
    package private(set) var problems: [String] = []
    /// The number of pending events by type.
    package private(set) var pending: [EventType: Int] = [:]
    /// The number of dead letters by type.
    package private(set) var deadLetters: [EventType: Int] = [:]

    /// The number of problems that SQLite reports.
    private static let maximumProblems = 100

    /// Checks the files of a store.
    ///
    /// - Parameter path: The file's path.
    /// - Throws: `EventStoreError`: `EventStoreError.Code.inUse` when a process has the store open, `EventStoreError.Code.notEventStore`
    ///   when it is something else, `EventStoreError.Code.tooNew`, `EventStoreError.Code.disk` when it cannot be read or copied.
    package init(path: String) throws(EventStoreError) {
        let fileSystem = SystemFileSystem()
        guard let realPath = fileSystem.realPath(path) else {
            throw EventStoreError(.disk, "Cannot open the event store at \(path): the file does not exist. Check the path.")
        }
        let files = StoreFiles(path: realPath)
        let lock = try StoreCheck.lock(files, fileSystem)
        defer { withExtendedLifetime(lock) {} }
        switch try StoreInspector(files: files, fileSystem: fileSystem).inspect() {
        case .new: return
        case .logOnly:
            self.problems.append("the main file is missing, and only its write-ahead log is there")
            return
        case .store(let version, _):
            if let version, version > StoreSchema.steps.count {
                throw StoreSchema.tooNew(version: Int(version), path: realPath)
            }
        }
        do {
            try self.checkLog(files, fileSystem)
            try self.checkCopy(files, fileSystem)
        } catch let error as EventStoreError {
            throw error
        } catch let error as SystemError {
            throw EventStoreError(.disk, "Cannot read \(realPath): \(error.text). Check that this process may read it.")
        } catch {
            let reason = "\(type(of: error))"
            throw EventStoreError(
                .disk,
                "Cannot copy \(realPath) to check it (\(reason)). Free space in the temporary directory."
            )
        }
    }

    /// Locks the store if it has a lock file, as each store has that was ever open.
    private static func lock(
        _ files: StoreFiles,
        _ fileSystem: SystemFileSystem
    ) throws(EventStoreError) -> (any StoreFileLock)? {
        guard fileSystem.status(files.lock) != nil else { return nil }
        do {
            if let lock = try fileSystem.lock(files.lock) { return lock }
        } catch {
            throw EventStoreError(.disk, "Cannot lock \(files.lock): \(error.text). Check that this process may write to it.")
        }
        throw EventStoreError(.inUse, "Cannot lock \(files.lock): a running process holds the lock. Stop it first.")
    }

    private mutating func checkLog(_ files: StoreFiles, _ fileSystem: SystemFileSystem) throws(SystemError) {
        guard let size = fileSystem.status(files.log)?.size, size > 0 else { return }
        if WriteAheadLogInspector.isDamaged(try fileSystem.read(files.log, from: 0, count: size)) {
            self.problems.append("the write-ahead log is damaged, and commits behind the damage are lost")
        }
    }

    private mutating func checkCopy(_ files: StoreFiles, _ fileSystem: SystemFileSystem) throws {
        let manager = FileManager.default
        let directory = manager.temporaryDirectory.appendingPathComponent("tracify-check-\(UUID().uuidString)")
        try manager.createDirectory(at: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? manager.removeItem(at: directory) }
        let copy = StoreFiles(path: directory.appendingPathComponent("store.sqlite").path)
        for (source, target) in [(files.path, copy.path), (files.log, copy.log)] where fileSystem.status(source) != nil {
            try manager.copyItem(atPath: source, toPath: target)
        }
        let connector = StoreConnector(
            bounds: StoreBounds(maximumBytes: StoreBounds.allowedBytes.upperBound),
            synchronization: .normal,
            fileSystem: fileSystem,
            vfsName: nil
        )
        do {
            let connection = try connector.open(copy.path)
            defer { try? connection.close() }
            try connection.writeWithoutTransaction { try self.check($0) }
        } catch let error as DatabaseError where error.isDamage {
            self.problems.append("the file is damaged: \(error.message ?? "SQLite cannot read it")")
        } catch let error as DatabaseError {
            throw EventStoreError(error, path: files.path)
        }
    }

    private mutating func check(_ connection: Database) throws {
        let sql = "PRAGMA integrity_check(\(StoreCheck.maximumProblems))"
        for problem in try String.fetchAll(connection, sql: sql) where problem != "ok" {
            self.problems += problem.split(separator: "\n").map(String.init)
        }
        for table in EventPriority.allCases.map(\.table) {
            self.pending.merge(try self.checkEvents(connection, table), uniquingKeysWith: +)
        }
        self.deadLetters = try self.checkEvents(connection, "deadletter")
    }

    /// Counts the events of a table, and reports those that cannot be sent.
    private mutating func checkEvents(_ connection: Database, _ table: String) throws -> [EventType: Int] {
        var counts: [EventType: Int] = [:]
        var unreadable = 0
        let rows = try Row.fetchCursor(connection, sql: "SELECT type, json FROM \(table)")
        while let row = try rows.next() {
            let json = (row[1] as Data?).map { [UInt8]($0) } ?? []
            guard let code = row[0] as Int?, let type = EventType(storeCode: code), (try? JSONParser.parse(json)) != nil else {
                unreadable += 1
                continue
            }
            counts[type, default: 0] += 1
        }
        if unreadable > 0 { self.problems.append("\(unreadable) rows of the table \(table) hold no event") }
        return counts
    }
}
#endif
