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

/// Opens a store's file: looks at it, locks it, creates it if necessary, checks it for damage, and quarantines damaged files.
struct StoreOpener {
    /// The time between two attempts to lock.
    private static let lockInterval = Duration.milliseconds(50)

    let path: String
    let lockTimeout: Duration
    let limits: StoreLimits
    let connector: StoreConnector
    let logger: Logger
    let now: @Sendable () -> Date

    private var fileSystem: any StoreFileSystem { self.connector.fileSystem }

    /// Opens the file.
    ///
    /// - Returns: The database, and the path of quarantined files if there are any.
    func open() throws(EventStoreError) -> (database: StoreDatabase, quarantinePath: String?) {
        let files = StoreFiles(path: try self.realPath())
        let inspector = StoreInspector(files: files, fileSystem: self.fileSystem)
        // Without a lock file, no store has ever been here: none is created beside a file that is something else.
        if self.fileSystem.status(files.lock) == nil { _ = try inspector.inspect() }
        // The lock comes before the final look: the unfinished writes of another store look like damage.
        let lock = try self.lock(files)
        let quarantinePath = try self.prepare(files, try inspector.inspect())
        return try self.connect(files, lock, quarantinePath)
    }

    /// Returns the path without symbolic links: SQLite resolves them, too, and places the log beside the target.
    private func realPath() throws(EventStoreError) -> String {
        let path = self.path
        if let real = self.fileSystem.realPath(path) { return real }
        guard self.fileSystem.status(path) == nil else {
            throw EventStoreError(
                .disk,
                """
                Cannot open the event store at \(path): it is a symbolic link to a file that does not exist. Create an empty file there \
                or change `path`.
                """
            )
        }
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { String(path[...$0]) } ?? "."
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        guard !name.isEmpty, let real = self.fileSystem.realPath(directory) else {
            throw EventStoreError(
                .disk,
                "Cannot open the event store at \(path): its directory does not exist. Create the directory or change `path`."
            )
        }
        return real.hasSuffix("/") ? "\(real)\(name)" : "\(real)/\(name)"
    }

    // MARK: - Lock

    /// Locks the store; waits for another process, such as the one that this one replaces, a limited time.
    private func lock(_ files: StoreFiles) throws(EventStoreError) -> any StoreFileLock {
        let attempts = Int((self.lockTimeout / StoreOpener.lockInterval).rounded(.up))
        for attempt in 0...attempts {
            do {
                if let lock = try self.fileSystem.lock(files.lock) { return lock }
            } catch {
                throw EventStoreError(
                    .disk,
                    """
                    Cannot lock \(files.lock): \(error.text). Check that its directory is writable, and use a local file system that \
                    supports `flock`.
                    """
                )
            }
            if attempt == 0, attempts > 0 {
                self.logger.notice(
                    "Waiting for another process, or another store of this one, to close the event store",
                    metadata: ["path": "\(files.path)", "timeout": "\(self.lockTimeout)"]
                )
            }
            if attempt < attempts { self.fileSystem.pause(StoreOpener.lockInterval) }
        }
        throw EventStoreError(
            .inUse,
            """
            Cannot lock \(files.lock): another store, in this process or another, holds the lock. Close it, raise `lockTimeout` or \
            change `path`.
            """
        )
    }

    // MARK: - Files

    /// Makes sure that there is a store to connect to.
    ///
    /// - Returns: The path of quarantined files if there are any.
    private func prepare(
        _ files: StoreFiles,
        _ finding: StoreInspector.Finding
    ) throws(EventStoreError) -> String? {
        let quarantine = StoreQuarantine(files: files, fileSystem: self.fileSystem, logger: self.logger)
        let builder = StoreBuilder(files: files, connector: self.connector)
        switch finding {
        case .new:
            try builder.create()
            return nil
        case .logOnly:
            let newPath = quarantine.unusedPath(at: self.now())
            try quarantine.move(to: newPath)
            self.logger.error(
                """
                The event store's main file is missing, and only its write-ahead log was there. The log was quarantined, and a new store \
                was created. Find out what deleted the file.
                """,
                metadata: ["path": "\(files.path)", "quarantine_path": "\(newPath)"]
            )
            try builder.create()
            return newPath
        case .store(let version, let mode):
            if let version, version > StoreSchema.steps.count {
                throw StoreSchema.tooNew(version: Int(version), path: files.path)
            }
            if mode & 0o077 != 0 {
                self.logger.warning(
                    "Other users can access the event store, because the mode of its file is not 0600. Change the file's mode",
                    metadata: ["path": "\(files.path)", "mode": "0\(String(mode, radix: 8))"]
                )
            }
            builder.removeUnfinished()
            return try self.copyDamagedLog(files, quarantine)
        }
    }

    private func copyDamagedLog(_ files: StoreFiles, _ quarantine: StoreQuarantine) throws(EventStoreError) -> String? {
        guard let size = self.fileSystem.status(files.log)?.size else { return nil }
        let log: [UInt8]
        do {
            log = try self.fileSystem.read(files.log, from: 0, count: size)
        } catch {
            throw EventStoreError(
                .disk,
                "Cannot read \(files.log): \(error.text). Check that this process may read and write it."
            )
        }
        return WriteAheadLogInspector.isDamaged(log) ? try quarantine.copyLog(log, at: self.now()) : nil
    }

    // MARK: - Connection

    private func connect(
        _ files: StoreFiles,
        _ lock: any StoreFileLock,
        _ quarantinePath: String?
    ) throws(EventStoreError) -> (database: StoreDatabase, quarantinePath: String?) {
        var quarantinePath = quarantinePath
        let builder = StoreBuilder(files: files, connector: self.connector)
        let opened: StoreConnector.Connected
        do {
            do {
                opened = try self.connector.connect(files.path)
            } catch let error as DatabaseError where error.isDamage {
                let newPath = try self.replaceDamaged(files, builder)
                opened = try self.connector.connect(files.path)
                self.logReplacement(files, newPath, problem: error.message ?? "damaged", opened.summary)
                quarantinePath = newPath
            }
        } catch {
            throw EventStoreError(error, path: files.path)
        }
        let database = StoreDatabase(
            opened,
            builder: builder,
            limits: self.limits,
            lock: lock,
            logger: self.logger,
            now: self.now
        )
        return (database, quarantinePath)
    }

    /// Quarantines a damaged file and puts a new one in its place, with everything that can be read from it.
    ///
    /// - Returns: The path of the quarantined file.
    private func replaceDamaged(_ files: StoreFiles, _ builder: StoreBuilder) throws -> String {
        do {
            let damaged = try self.connector.open(files.path, isDamaged: true)
            defer { try? damaged.close() }
            try builder.salvage(from: damaged)
        } catch let error as SystemError {
            throw error
        } catch let error as DatabaseError where error.isFailure {
            // The file stays as it is: what cannot be read or copied now may be later.
            throw error
        } catch {
            // The new file is empty: a damaged header or schema hides everything.
        }
        let quarantine = StoreQuarantine(files: files, fileSystem: self.fileSystem, logger: self.logger)
        let newPath = quarantine.unusedPath(at: self.now())
        try quarantine.move(to: newPath)
        try builder.create()
        return newPath
    }

    /// Logs that a damaged file was replaced, and what the new one has: what the damage has destroyed is not known.
    private func logReplacement(_ files: StoreFiles, _ newPath: String, problem: String, _ summary: StoreSummary) {
        var metadata: Logger.Metadata = ["path": "\(files.path)", "quarantine_path": "\(newPath)", "problem": "\(problem)"]
        for type in EventType.allCases {
            metadata["kept_\(type.rawValue)"] = "\(summary.pending[type] ?? 0)"
            metadata["kept_dead_letters_\(type.rawValue)"] = "\(summary.deadLetters[type] ?? 0)"
        }
        self.logger.error(
            """
            The event store was damaged. It was quarantined, and a new one was created with all events that could be read. Check the \
            disk, and delete the quarantined files when they are no longer needed.
            """,
            metadata: metadata
        )
    }
}
#endif
