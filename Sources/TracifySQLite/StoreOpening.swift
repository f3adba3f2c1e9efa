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

/// Opens a store's file: locks it, creates it, looks for damage, and sets damaged files aside.
struct StoreOpening {
    let configuration: SQLiteEventStore.Configuration
    let logger: Logger
    let now: Date

    /// Throws `EventStoreError` only.
    func open() throws(EventStoreError) -> (database: StoreDatabase, setAsidePath: String?) {
        // SQLite follows links, and puts the log beside the real file.
        let path = StoreOpening.realPath(self.configuration.path)
        // Before anything else is touched: what another store writes at this moment may look like damage.
        let lock = try FileLock(path: "\(path).lock")
        var setAsidePath: String?
        if StoreLog.isDamaged(path: "\(path)-wal") {
            setAsidePath = try self.copyLogAside(path)
        }
        let opened: Connected
        do {
            opened = try self.connect(path)
        } catch let error as DatabaseError where StoreOpening.isDamage(error) {
            setAsidePath = try self.setAside(path, because: error.message ?? "damaged")
            do {
                opened = try self.connect(path)
            } catch {
                throw StoreDatabase.failure(error, path: path)
            }
        } catch {
            throw StoreDatabase.failure(error, path: path)
        }
        let bounds = StoreBounds(maximumBytes: self.configuration.maximumBytes)
        let database = StoreDatabase(
            connection: opened.connection,
            path: path,
            bounds: bounds,
            summary: opened.summary,
            reserve: opened.reserve,
            lock: lock
        )
        return (database, setAsidePath)
    }

    private static func realPath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isDamage(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
    }

    // MARK: - Connecting

    private struct Connected {
        let connection: DatabaseQueue
        let summary: StoreSummary
        let reserve: FileReserve
    }

    private func connect(_ path: String) throws -> Connected {
        let bounds = StoreBounds(maximumBytes: self.configuration.maximumBytes)
        let reserve = FileReserve(descriptor: try self.openOrCreate(path), maximumPages: bounds.pages)
        var settings = GRDB.Configuration()
        settings.label = "tracify.sqlite"
        settings.busyMode = .timeout(0.2)
        settings.foreignKeysEnabled = false
        settings.prepareDatabase { connection in
            // Before the file is read for the first time: then there is no shared memory, and nobody can write behind our back.
            try connection.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        }
        let connection = try DatabaseQueue(path: path, configuration: settings)
        do {
            let summary = try connection.writeWithoutTransaction { try self.prepare($0, bounds: bounds, path: path) }
            return Connected(connection: connection, summary: summary, reserve: reserve)
        } catch {
            try? connection.close()
            throw error
        }
    }

    /// Sets the connection up, checks the file, and brings it to this version.
    private func prepare(_ connection: Database, bounds: StoreBounds, path: String) throws -> StoreSummary {
        try connection.execute(
            sql: """
                PRAGMA temp_store = MEMORY;
                PRAGMA cell_size_check = ON;
                PRAGMA secure_delete = OFF;
                PRAGMA wal_autocheckpoint = \(bounds.checkpointPages);
                PRAGMA journal_size_limit = \(bounds.logBytes);
                PRAGMA synchronous = \(self.configuration.synchronization == .full ? "FULL" : "NORMAL");
                """
        )
        let mode = try String.fetchOne(connection, sql: "PRAGMA journal_mode = WAL")
        guard mode == "wal" else { throw EventStoreError(.disk, "\(path): no write-ahead log, but \(mode ?? "nothing")") }
        if let problem = try String.fetchOne(connection, sql: "PRAGMA quick_check(1)"), problem != "ok" {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: problem)
        }
        try StoreSchema.migrate(connection, path: path)
        return try StoreSchema.summarize(connection)
    }

    /// Creates the file if there is none, readable for its owner only; SQLite gives the log the same mode.
    private func openOrCreate(_ path: String) throws(EventStoreError) -> Int32 {
        let isNew = access(path, F_OK) != 0
        let descriptor = Self.openFile(path, O_RDWR | O_CREAT | O_CLOEXEC)
        guard descriptor >= 0 else { throw EventStoreError(.disk, "open \(path): \(FileLock.problem(errno))") }
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

    /// So that the file's name survives the loss of power as well as its content.
    private func synchronizeDirectory(of path: String) {
        let directory = path.lastIndex(of: "/").map { path[..<$0] + "/" } ?? "."
        let descriptor = Self.openFile(String(directory), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    // MARK: - Damage

    /// Gives the damaged files other names.
    private func setAside(_ path: String, because problem: String) throws(EventStoreError) -> String {
        let newPath = self.freePath(for: path)
        // The log first: without it, the main file left alone would be taken for a whole one.
        for suffix in ["-wal", "-shm", "-journal", ""] where access(path + suffix, F_OK) == 0 {
            guard rename(path + suffix, newPath + suffix) == 0 else {
                throw EventStoreError(.disk, "rename \(path)\(suffix): \(FileLock.problem(errno))")
            }
        }
        self.synchronizeDirectory(of: path)
        self.logger.error(
            "The event store is damaged. It was set aside, with the events in it, and a new one is begun.",
            metadata: ["path": "\(path)", "set_aside": "\(newPath)", "problem": "\(problem)"]
        )
        return newPath
    }

    /// Keeps a damaged log for people to look at; SQLite reads the original up to the damage and then writes over it.
    private func copyLogAside(_ path: String) throws(EventStoreError) -> String {
        let newPath = self.freePath(for: path)
        do {
            try FileManager.default.copyItem(atPath: "\(path)-wal", toPath: "\(newPath)-wal")
        } catch {
            throw EventStoreError(.disk, "copy \(path)-wal to \(newPath)-wal: failed")
        }
        self.logger.error(
            "The event store's log is damaged. It was copied, and the store goes on with what is readable: events are missing.",
            metadata: ["path": "\(path)-wal", "set_aside": "\(newPath)-wal"]
        )
        return newPath
    }

    /// `<path>.corrupt-20240621T123637Z`, with a number if there is one already.
    private func freePath(for path: String) -> String {
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
