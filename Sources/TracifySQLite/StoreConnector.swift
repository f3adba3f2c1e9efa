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

    let configuration: SQLiteEventStore.Configuration
    let fileSystem: any StoreFileSystem
    /// The name of SQLite's file system; its default when `nil`.
    let vfsName: String?

    /// The sizes of the files.
    var bounds: StoreBounds { StoreBounds(maximumBytes: self.configuration.maximumBytes) }

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
                    throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: problem)
                }
                try StoreSchema.migrate(connection, preallocating: preallocator)
                return try StoreSchema.summarize(connection)
            }
            return Connected(connection: connection, summary: summary, preallocator: preallocator)
        } catch {
            try? connection.close()
            throw error
        }
    }

    /// Builds a store in a new file.
    ///
    /// The application ID is written last. A file that has it is therefore complete, whenever the machine stops.
    ///
    /// - Parameters:
    ///   - path: The path, at which there may be an empty file only.
    ///   - fill: Fills the tables.
    func build(_ path: String, filling fill: (Database) throws -> Void = { _ in }) throws {
        let connection = try self.open(path)
        do {
            try connection.writeWithoutTransaction { connection in
                // Without a journal file there is none to be left behind; an incomplete file is deleted.
                try connection.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY")
                try StoreSchema.create(connection)
                try fill(connection)
                try connection.execute(sql: "PRAGMA journal_mode = WAL")
                try connection.execute(sql: "PRAGMA application_id = \(StoreSchema.applicationID)")
                _ = try connection.checkpoint(.truncate)
            }
            try connection.close()
        } catch {
            try? connection.close()
            throw error
        }
    }

    private func open(_ path: String) throws -> DatabaseQueue {
        var settings = GRDB.Configuration()
        settings.label = "tracify.sqlite"
        settings.busyMode = .timeout(0.2)
        settings.foreignKeysEnabled = false
        settings.prepareDatabase { connection in
            // Set before the first read: SQLite then uses no shared memory, and no other process can write to the file.
            try connection.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
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
    }
}
#endif
