//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Logging
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Opens a store's file: locks it, creates it if necessary, checks it for damage, and quarantines damaged files.
struct StoreOpener {
    let configuration: SQLiteEventStore.Configuration
    let logger: Logger
    let now: Date

    /// Opens the file.
    ///
    /// - Returns: The database, and the path of quarantined files if there are any.
    func open() throws(EventStoreError) -> (database: StoreDatabase, quarantinePath: String?) {
        // SQLite resolves symbolic links and places the log beside the target.
        let path = StoreOpener.realPath(self.configuration.path)
        // The lock comes first: the unfinished writes of another store look like damage.
        let lock = try FileLock(path: "\(path).lock")
        var quarantinePath: String?
        if WriteAheadLogInspector.isDamaged(path: "\(path)-wal") {
            quarantinePath = try self.quarantineLog(of: path)
        }
        let opened: Connected
        do {
            opened = try self.connect(path)
        } catch let error as DatabaseError where StoreOpener.isDamage(error) {
            quarantinePath = try self.quarantine(path, problem: error.message ?? "damaged")
            do {
                opened = try self.connect(path)
            } catch {
                throw EventStoreError(error, path: path)
            }
        } catch {
            throw EventStoreError(error, path: path)
        }
        let database = StoreDatabase(
            connection: opened.connection,
            path: path,
            bounds: StoreBounds(maximumBytes: self.configuration.maximumBytes),
            limits: StoreLimits(self.configuration),
            summary: opened.summary,
            preallocator: opened.preallocator,
            lock: lock
        )
        return (database, quarantinePath)
    }

    private static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
    }

    // MARK: - Connection

    private struct Connected {
        let connection: DatabaseQueue
        let summary: StoreSummary
        let preallocator: DiskPreallocator
    }

    private func connect(_ path: String) throws -> Connected {
        let bounds = StoreBounds(maximumBytes: self.configuration.maximumBytes)
        let preallocator = DiskPreallocator(descriptor: try self.openOrCreate(path), maximumPages: bounds.pages)
        var settings = GRDB.Configuration()
        settings.label = "tracify.sqlite"
        settings.busyMode = .timeout(0.2)
        settings.foreignKeysEnabled = false
        settings.prepareDatabase { connection in
            // Set before the first read: SQLite then uses no shared memory, and no other process can write to the file.
            try connection.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        }
        let connection = try DatabaseQueue(path: path, configuration: settings)
        do {
            let summary = try connection.writeWithoutTransaction { connection in
                try self.configure(connection, bounds: bounds, path: path)
                try StoreSchema.migrate(connection, path: path, preallocating: preallocator)
                return try StoreSchema.summarize(connection)
            }
            return Connected(connection: connection, summary: summary, preallocator: preallocator)
        } catch {
            try? connection.close()
            throw error
        }
    }

    /// Configures the connection and checks the file.
    private func configure(_ connection: Database, bounds: StoreBounds, path: String) throws {
        try connection.execute(
            sql: """
                PRAGMA temp_store = MEMORY;
                PRAGMA cell_size_check = ON;
                PRAGMA secure_delete = OFF;
                PRAGMA wal_autocheckpoint = \(bounds.checkpointPages);
                PRAGMA journal_size_limit = \(bounds.logBytes);
                PRAGMA synchronous = \(self.configuration.synchronization.mode.rawValue);
                """
        )
        let mode = try String.fetchOne(connection, sql: "PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw EventStoreError(
                .disk,
                """
                Cannot open the event store at \(path): SQLite uses the journal mode \(mode ?? "unknown") instead of a write-ahead \
                log. Move the file to a local disk.
                """
            )
        }
        if let problem = try String.fetchOne(connection, sql: "PRAGMA quick_check(1)"), problem != "ok" {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: problem)
        }
    }

    /// Creates the file if there is none, with mode 0600; SQLite gives the write-ahead log the same mode.
    private func openOrCreate(_ path: String) throws(EventStoreError) -> Int32 {
        let isNew = access(path, F_OK) != 0
        let descriptor = Self.openFile(path, O_RDWR | O_CREAT | O_CLOEXEC)
        guard descriptor >= 0 else {
            let problem = SystemError.text(errno)
            throw EventStoreError(
                .disk,
                "Cannot open the event store at \(path): \(problem). Check that it is a file in a writable directory."
            )
        }
        if isNew { self.synchronizeDirectory(of: path) }
        return descriptor
    }

    private static func openFile(_ path: String, _ flags: Int32) -> Int32 {
        #if canImport(Darwin)
        Darwin.open(path, flags, 0o600)
        #elseif canImport(Musl)
        Musl.open(path, flags, 0o600)
        #else
        Glibc.open(path, flags, 0o600)
        #endif
    }

    /// Makes the file's name durable: an fsync of the file covers its content only.
    private func synchronizeDirectory(of path: String) {
        let directory = path.lastIndex(of: "/").map { path[..<$0] + "/" } ?? "."
        let descriptor = Self.openFile(String(directory), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    // MARK: - Damage

    /// Renames the damaged files.
    private func quarantine(_ path: String, problem: String) throws(EventStoreError) -> String {
        let newPath = self.unusedPath(for: path)
        // The log comes first: a crash between the renames would leave the main file without it, which looks undamaged.
        for suffix in ["-wal", "-shm", "-journal", ""] where access(path + suffix, F_OK) == 0 {
            guard rename(path + suffix, newPath + suffix) == 0 else {
                throw EventStoreError(
                    .disk,
                    """
                    Cannot quarantine the damaged event store at \(path)\(suffix): \(SystemError.text(errno)). Move the file to another \
                    place.
                    """
                )
            }
        }
        self.synchronizeDirectory(of: path)
        self.logger.error(
            """
            The event store was damaged. It was quarantined with the events in it, and a new one was created. Check the disk, and \
            delete the quarantined files when they are no longer needed.
            """,
            metadata: ["path": "\(path)", "quarantine_path": "\(newPath)", "problem": "\(problem)"]
        )
        return newPath
    }

    /// Copies a damaged write-ahead log for inspection; SQLite reads the original up to the damage and then overwrites it.
    private func quarantineLog(of path: String) throws(EventStoreError) -> String {
        let newPath = self.unusedPath(for: path)
        do {
            try FileManager.default.copyItem(atPath: "\(path)-wal", toPath: "\(newPath)-wal")
        } catch {
            throw EventStoreError(
                .disk,
                """
                Cannot quarantine the damaged write-ahead log \(path)-wal: it could not be copied to \(newPath)-wal. Free disk space and \
                check that the directory is writable.
                """
            )
        }
        self.logger.error(
            """
            The event store's write-ahead log was damaged, and events are lost. A copy was quarantined, and the store continues with \
            the readable part. Check the disk, and delete the copy when it is no longer needed.
            """,
            metadata: ["path": "\(path)-wal", "quarantine_path": "\(newPath)-wal"]
        )
        return newPath
    }

    /// Returns `<path>.corrupt-20240621T123637Z`, with a number if that exists.
    private func unusedPath(for path: String) -> String {
        let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
        let base = "\(path).corrupt-\(self.now.formatted(style))"
        var candidate = base
        var number = 1
        while access(candidate, F_OK) == 0 || access("\(candidate)-wal", F_OK) == 0 {
            number += 1
            candidate = "\(base)-\(number)"
        }
        return candidate
    }
}
#endif
