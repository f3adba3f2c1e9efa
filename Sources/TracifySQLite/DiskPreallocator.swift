//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Allocates disk space for the main file before the write-ahead log refers to it.
///
/// Without it, a checkpoint fails on a full disk. The log cannot be reused then, and even a deletion fails. Systems without
/// `posix_fallocate` allocate nothing in advance.
final class DiskPreallocator: Sendable {
    /// The number of pages that are allocated at a time: 1 MiB.
    private static let chunk = 256

    private let file: any StoreFile
    private let maximumPages: Int

    /// Creates a preallocator.
    ///
    /// - Parameters:
    ///   - file: The main file.
    ///   - maximumPages: The number of pages beyond which nothing is allocated in advance.
    init(file: any StoreFile, maximumPages: Int) {
        self.file = file
        self.maximumPages = maximumPages
    }

    /// Allocates disk space up to a number of pages.
    ///
    /// - Parameter pages: The number of pages of the main file after the commit.
    /// - Throws: `DatabaseError` with SQLite's code for a full disk.
    func ensure(pages: Int) throws {
        // Each checkpoint truncates the file to its last page, so the size is read each time.
        guard let size = self.file.size, size < pages * StoreBounds.pageSize else { return }
        let target = max(pages, min(pages + DiskPreallocator.chunk, self.maximumPages))
        var code = self.allocate(from: size, pages: target)
        if code == ENOSPC, target > pages { code = self.allocate(from: size, pages: pages) }
        if code == ENOSPC || code == EDQUOT {
            throw DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full")
        }
    }

    private func allocate(from size: Int, pages: Int) -> Int32 {
        self.file.allocate(from: size, count: pages * StoreBounds.pageSize - size)
    }
}
#endif
