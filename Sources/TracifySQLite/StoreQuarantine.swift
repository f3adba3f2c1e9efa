//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Logging
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Moves a store's damaged files out of the way.
struct StoreQuarantine: Sendable {
    let files: StoreFiles
    let fileSystem: any StoreFileSystem
    let logger: Logger

    /// Renames the files.
    ///
    /// - Parameters:
    ///   - newPath: The main file's new path, from ``unusedPath(at:)``.
    ///   - suffixes: The suffixes of the files to rename.
    func move(to newPath: String, _ suffixes: [String] = StoreFiles.suffixes) throws(EventStoreError) {
        for suffix in suffixes where self.fileSystem.status(self.files.path + suffix) != nil {
            do {
                try self.fileSystem.rename(self.files.path + suffix, to: newPath + suffix)
            } catch {
                throw EventStoreError(
                    .disk,
                    """
                    Cannot quarantine the damaged event store at \(self.files.path)\(suffix): \(error.text). Move the file to another \
                    place.
                    """
                )
            }
        }
        self.fileSystem.synchronizeDirectory(of: self.files.path)
    }

    /// Copies a damaged write-ahead log for inspection; SQLite reads the original up to the damage and then overwrites it.
    ///
    /// - Returns: The path of the copy without its suffix `-wal`.
    func copyLog(_ log: [UInt8], at date: Date) throws(EventStoreError) -> String {
        let newPath = self.unusedPath(at: date)
        do {
            try self.fileSystem.write(log, to: "\(newPath)-wal")
        } catch {
            throw EventStoreError(
                .disk,
                """
                Cannot quarantine the damaged write-ahead log \(self.files.log): it could not be copied to \(newPath)-wal: \
                \(error.text). Free disk space and check that the directory is writable.
                """
            )
        }
        self.logger.error(
            """
            The event store's write-ahead log was damaged, and events are lost. A copy was quarantined, and the store continues with \
            the readable part. Check the disk, and delete the copy when it is no longer needed.
            """,
            metadata: ["path": "\(self.files.log)", "quarantine_path": "\(newPath)-wal"]
        )
        return newPath
    }

    /// Returns `<path>.corrupt-20240621T123637Z`, with a number if that exists.
    func unusedPath(at date: Date) -> String {
        let style = Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
        let base = "\(self.files.path).corrupt-\(date.formatted(style))"
        var candidate = base
        var number = 1
        while self.fileSystem.status(candidate) != nil || self.fileSystem.status("\(candidate)-wal") != nil {
            number += 1
            candidate = "\(base)-\(number)"
        }
        return candidate
    }
}
#endif
