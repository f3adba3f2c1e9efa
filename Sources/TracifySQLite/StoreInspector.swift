//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify

/// Looks at what is at a store's path, before anything is opened for writing.
///
/// A path may name any file by mistake. Only what is known to be an event store may be changed, renamed or checked by SQLite, which
/// itself changes files that it opens.
struct StoreInspector {
    enum Finding: Equatable {
        /// There is no file, or an empty one.
        case new
        /// There is no main file, but an event store's write-ahead log.
        case logOnly
        /// There is an event store, perhaps a damaged one.
        case store(version: UInt32?, mode: Int)
    }

    let files: StoreFiles
    let fileSystem: any StoreFileSystem

    /// Looks at the files.
    ///
    /// - Returns: What is there.
    /// - Throws: `EventStoreError.Code.notEventStore` when it is something else, `EventStoreError.Code.disk` when it cannot be read.
    func inspect() throws(EventStoreError) -> Finding {
        let path = self.files.path
        guard let status = self.fileSystem.status(path), status.size > 0 || status.kind != .file else {
            return try self.inspectLeftovers()
        }
        switch status.kind {
        case .directory: throw self.notEventStore(path, "is a directory, and")
        case .link, .other: throw self.notEventStore(path, "is not a regular file, and")
        case .file: break
        }
        // The log has the newer first page.
        let inLog = WriteAheadLog(try self.read(self.files.log)).firstPages.compactMap { StoreHeader($0) }
        if let header = inLog.last { return .store(version: header.userVersion, mode: status.mode) }
        let bytes: [UInt8]
        do {
            bytes = try self.fileSystem.read(path, from: 0, count: StoreHeader.length)
        } catch {
            throw self.unreadable(path, error)
        }
        guard let header = StoreHeader(bytes) else { throw self.notEventStore(path) }
        return .store(version: header.userVersion, mode: status.mode)
    }

    /// Returns whether a file is a complete store, as the last step of building one makes it.
    func isComplete() -> Bool {
        guard let status = self.fileSystem.status(self.files.path), status.kind == .file else { return false }
        return (try? self.fileSystem.read(self.files.path, from: 0, count: StoreHeader.length)).flatMap { StoreHeader($0) } != nil
    }

    /// Looks at the files beside a main file that is missing.
    ///
    /// SQLite would apply them to any new file of that name.
    private func inspectLeftovers() throws(EventStoreError) -> Finding {
        if let journal = self.fileSystem.status(self.files.journal), journal.size > 0 {
            throw self.notEventStore(self.files.journal)
        }
        guard let log = self.fileSystem.status(self.files.log), log.size > 0 else { return .new }
        let pages = WriteAheadLog(try self.read(self.files.log)).firstPages
        guard pages.contains(where: { StoreHeader($0) != nil }) else { throw self.notEventStore(self.files.log) }
        return .logOnly
    }

    /// Returns the content of a file; nothing when there is none.
    private func read(_ path: String) throws(EventStoreError) -> [UInt8] {
        guard let status = self.fileSystem.status(path), status.kind == .file else { return [] }
        do {
            return try self.fileSystem.read(path, from: 0, count: status.size)
        } catch {
            throw self.unreadable(path, error)
        }
    }

    private func notEventStore(_ path: String, _ kind: String = "") -> EventStoreError {
        let problem = kind.isEmpty ? "is not an event store" : "\(kind) not an event store"
        return EventStoreError(
            .notEventStore,
            "Cannot open the event store: \(path) \(problem); nothing was touched. Move it to another place or change `path`."
        )
    }

    private func unreadable(_ path: String, _ error: SystemError) -> EventStoreError {
        EventStoreError(.disk, "Cannot read \(path): \(error.text). Check that this process may read and write it.")
    }
}
#endif
