//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// The file operations that go past SQLite: looking at files before SQLite opens them, locking, allocating disk space, and moving
/// damaged files.
///
/// Tests replace it together with SQLite's own file system (see `SQLiteEventStore.init(configuration:logger:fileSystem:vfsName:now:)`).
/// A regular file that SQLite has open must not be read: closing it would release SQLite's locks on it.
package protocol StoreFileSystem: Sendable {
    /// Returns the absolute path without symbolic links; `nil` when there is no such file.
    func realPath(_ path: String) -> String?

    /// Returns what is at a path, without following a symbolic link; `nil` when there is nothing.
    func status(_ path: String) -> StoreFileStatus?

    /// Returns bytes of a file, fewer at its end.
    func read(_ path: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8]

    /// Creates a durable file with mode 0600. An existing one is replaced.
    func write(_ bytes: [UInt8], to path: String) throws(SystemError)

    /// Renames a file; an existing one at the new path is replaced.
    func rename(_ path: String, to newPath: String) throws(SystemError)

    /// Deletes a file, if it exists.
    func remove(_ path: String) throws(SystemError)

    /// Makes the names in a file's directory durable: an fsync of a file covers its content only.
    func synchronizeDirectory(of path: String)

    /// Opens an existing file to allocate disk space for it.
    func open(_ path: String) throws(SystemError) -> any StoreFile

    /// Creates a lock file with mode 0600 if there is none, and locks it.
    ///
    /// - Returns: The lock; `nil` when another process, or another store of this one, holds it.
    func lock(_ path: String) throws(SystemError) -> (any StoreFileLock)?

    /// Waits before the next attempt to lock.
    func pause(_ duration: Duration)
}

/// What is at a path.
package struct StoreFileStatus: Equatable, Sendable {
    package enum Kind: Sendable {
        case file
        case directory
        case link
        case other
    }

    let kind: Kind
    /// The size in bytes.
    let size: Int
    /// The permission bits.
    let mode: Int

    package init(kind: Kind, size: Int, mode: Int) {
        self.kind = kind
        self.size = size
        self.mode = mode
    }
}

/// An open file.
///
/// It is closed with this object, which must not happen before SQLite has closed the file: closing any descriptor of a file releases
/// the process's POSIX locks on it, SQLite's included.
package protocol StoreFile: AnyObject, Sendable {
    /// The size in bytes; `nil` when it is unknown.
    var size: Int? { get }

    /// Allocates disk space, so that writing to it cannot fail for lack of space.
    ///
    /// - Returns: The `errno`; 0 for success, or where the system cannot allocate in advance.
    func allocate(from offset: Int, count: Int) -> Int32
}

/// An exclusive lock on a file.
///
/// It is released with this object.
package protocol StoreFileLock: AnyObject, Sendable {}
#endif
