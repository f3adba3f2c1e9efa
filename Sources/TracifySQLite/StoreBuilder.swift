//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Tracify

/// Builds a store beside its path, and then renames it, so that the path never has an incomplete one.
struct StoreBuilder: Sendable {
    let files: StoreFiles
    let connector: StoreConnector

    private var fileSystem: any StoreFileSystem { self.connector.fileSystem }

    /// Makes a store at the path, where there is none or an empty file.
    func create() throws(EventStoreError) {
        // A crash during a rebuild may have left a complete one whose rename is all that is missing.
        if !StoreInspector(files: self.files.new, fileSystem: self.fileSystem).isComplete() {
            do {
                try self.prepare(version: StoreSchema.steps.count)
                try self.connector.complete(self.files.new.path)
            } catch {
                self.removeUnfinished()
                throw EventStoreError(error, path: self.files.path)
            }
        }
        do {
            // Names of the old file's log must not come back after a power loss, beside the new file.
            self.fileSystem.synchronizeDirectory(of: self.files.path)
            try self.fileSystem.rename(self.files.new.path, to: self.files.path)
        } catch {
            throw EventStoreError(error, path: self.files.path)
        }
        self.removeUnfinished()
        self.fileSystem.synchronizeDirectory(of: self.files.path)
    }

    /// Builds a complete store with everything that can be read from a damaged one; ``create()`` gives it its name.
    ///
    /// - Parameters:
    ///   - damaged: The connection of the damaged store.
    ///   - lastPosition: The last position that was given to an event, if that is known.
    func salvage(from damaged: DatabaseQueue, lastPosition: Int64 = 0) throws {
        do {
            let version = try damaged.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
            // The same version, which is migrated when it is opened.
            try self.prepare(version: version)
            try StoreSalvage.copy(
                from: damaged,
                to: self.connector.databasePath(self.files.new.path),
                lastPosition: lastPosition
            )
            try self.connector.complete(self.files.new.path)
        } catch {
            self.removeUnfinished()
            throw error
        }
    }

    /// Creates the tables in a new file with mode 0600; SQLite gives the write-ahead log the same mode.
    private func prepare(version: Int) throws {
        self.removeUnfinished()
        try self.fileSystem.write([], to: self.files.new.path)
        try self.connector.createTables(self.files.new.path, version: version)
    }

    /// Deletes what a crash during the building of a new file left.
    func removeUnfinished() {
        for suffix in StoreFiles.suffixes { try? self.fileSystem.remove(self.files.new.path + suffix) }
    }
}
#endif
