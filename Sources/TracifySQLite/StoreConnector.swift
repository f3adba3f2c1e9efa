//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Tracify

/// Connects to a store's file with SQLite.
struct StoreConnector: Sendable {
    /// An open and checked file.
    struct Connected: Sendable {
        let connection: DatabaseQueue
        let summary: StoreSummary
        let preallocator: DiskPreallocator
    }

    /// What `PRAGMA quick_check` returns when the disk could not read a page, which says nothing about the page.
    private static let unreadPage = ["unable to get the page", "failed to get page"]

    /// The sizes of the files.
    let bounds: StoreBounds
    let synchronization: SynchronizationMode
    let fileSystem: any StoreFileSystem
    /// The name of SQLite's file system; its default when `nil`.
    let vfsName: String?

    /// Opens an existing store, checks the whole file and migrates it.
    ///
    /// - Parameter path: The main file's path.
    /// - Returns: The connection.
    /// - Throws: `EventStoreError`; `DatabaseError`, with SQLite's code for damage when the file is damaged.
    func connect(_ path: String) throws -> Connected {
        let file: any StoreFile
        do {
            file = try self.fileSystem.open(path)
        } catch {
            throw EventStoreError(
                .disk,
                "Cannot open the event store at \(path): \(error.text). Check that this process may read and write it."
            )
        }
        let preallocator = DiskPreallocator(file: file, maximumPages: self.bounds.pages)
        let connection = try self.open(path)
        do {
            let summary = try connection.writeWithoutTransaction { connection in
                try StoreSchema.checkVersion(connection, path: path)
                try self.configure(connection, path: path)
                if let problem = try String.fetchOne(connection, sql: "PRAGMA quick_check(1)"), problem != "ok" {
                    let isUnread = StoreConnector.unreadPage.contains { problem.contains($0) }
                    throw DatabaseError(resultCode: isUnread ? .SQLITE_IOERR : .SQLITE_CORRUPT, message: problem)
                }
                try StoreSchema.migrate(connection, preallocating: preallocator)
                // Restarts the log: a crash may have left the frames of an unfinished transaction in it, and behind a second one they
                // would look like damage. Without space for it the store works as before.
                _ = try? connection.checkpoint(.truncate)
                return try StoreSchema.summarize(connection)
            }
            return Connected(connection: connection, summary: summary, preallocator: preallocator)
        } catch {
            try? connection.close()
            throw error
        }
    }

    /// Creates the tables in an empty file.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - version: The schema's version.
    /// - Throws: `DatabaseError`.
    func createTables(_ path: String, version: Int) throws {
        try self.build(path) { connection in try StoreSchema.create(connection, version: version) }
    }

    /// Makes a new file a store.
    ///
    /// The application ID is written last, after everything else is durable. A file that has it is therefore complete, whenever the
    /// machine stops.
    func complete(_ path: String) throws {
        try self.build(path) { connection in
            // Writes the header, and so synchronizes the file.
            try connection.execute(sql: "PRAGMA journal_mode = WAL")
            try connection.execute(sql: "PRAGMA application_id = \(StoreSchema.applicationID)")
            _ = try connection.checkpoint(.truncate)
        }
    }

    private func build(_ path: String, _ body: (Database) throws -> Void) throws {
        let connection = try self.open(path)
        do {
            try connection.writeWithoutTransaction { connection in
                // No journal file: an incomplete file is deleted, not rolled back.
                try connection.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL")
                try body(connection)
            }
            try connection.close()
        } catch {
            try? connection.close()
            throw error
        }
    }

    /// Connects to a file as it is.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - isDamaged: Whether to connect to a file that SQLite would refuse, because its end is missing.
    /// - Returns: The connection.
    /// - Throws: `DatabaseError`.
    func open(_ path: String, isDamaged: Bool = false) throws -> DatabaseQueue {
        var settings = GRDB.Configuration()
        settings.label = "tracify.sqlite"
        settings.busyMode = .timeout(0.2)
        settings.foreignKeysEnabled = false
        settings.prepareDatabase { connection in
            // Set before the first read: SQLite then uses no shared memory, and no other process can write to the file.
            try connection.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            if isDamaged { try connection.execute(sql: "PRAGMA writable_schema = ON") }
        }
        return try DatabaseQueue(path: self.databasePath(path), configuration: settings)
    }

    /// Returns the path as SQLite takes it: a URI that names the file system, if there is a name.
    func databasePath(_ path: String) -> String {
        guard let vfsName = self.vfsName else { return path }
        let escaped = path.unicodeScalars.map { scalar in
            switch scalar {
            case "%": "%25"
            case "?": "%3f"
            case "#": "%23"
            default: String(scalar)
            }
        }
        return "file:\(escaped.joined())?vfs=\(vfsName)"
    }

    private func configure(_ connection: Database, path: String) throws {
        let bounds = self.bounds
        try connection.execute(
            sql: """
                PRAGMA temp_store = MEMORY;
                PRAGMA cell_size_check = ON;
                PRAGMA secure_delete = OFF;
                PRAGMA wal_autocheckpoint = \(bounds.checkpointPages);
                PRAGMA journal_size_limit = \(bounds.logBytes);
                PRAGMA synchronous = \(self.synchronization.rawValue);
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
    }
}
#endif
