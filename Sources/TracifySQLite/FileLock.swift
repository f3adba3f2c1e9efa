//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An exclusive lock that keeps other processes, and other stores of this process, from opening the same store.
///
/// The lock is on a file of its own, because the process loses SQLite's locks on the database when any code in it closes that
/// file. The kernel releases the lock when the process ends; the lock file stays.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// Creates the lock file if necessary and locks it.
    ///
    /// - Parameter path: The lock file's path.
    /// - Throws: `EventStoreError.Code.inUse` when the lock is held, `EventStoreError.Code.disk` when the file cannot be opened
    ///   or locked.
    init(path: String) throws(EventStoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EventStoreError(
                .disk,
                "Cannot open the lock file \(path): \(SystemError.text(errno)). Check that its directory exists and is writable."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw EventStoreError(
                    .disk,
                    "Cannot lock \(path): \(SystemError.text(code)). Use a local file system that supports `flock`."
                )
            }
            throw EventStoreError(
                .inUse,
                "Cannot lock \(path): another store, in this process or another, holds the lock. Close it or change `path`."
            )
        }
        self.descriptor = descriptor
    }

    deinit {
        // Explicit, because a child process between fork and exec has the descriptor, too, and would keep the lock.
        _ = flock(self.descriptor, LOCK_UN)
        close(self.descriptor)
    }
}
#endif
