//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// The maximum sizes of the files, in pages.
struct StoreBounds: Sendable {
    /// The allowed values of a store's `maximumBytes`: 1 MiB to 1 TiB.
    static let allowedBytes: ClosedRange<Int64> = (1 << 20)...(1 << 40)

    /// SQLite's default, which is also the block size of most disks.
    static let pageSize = 4096

    /// The maximum number of used pages of the main file.
    let pages: Int
    /// The number of pages of the write-ahead log after which a checkpoint runs.
    let checkpointPages: Int
    /// The size in bytes to which a longer write-ahead log is truncated.
    let logBytes: Int64

    /// Creates the bounds.
    ///
    /// - Parameter maximumBytes: The maximum size of all files, a value of ``allowedBytes``.
    init(maximumBytes: Int64) {
        self.logBytes = min(maximumBytes / 4, 8 << 20)
        self.pages = Int((maximumBytes - self.logBytes) / Int64(StoreBounds.pageSize))
        // Half, because the last transaction before a checkpoint may be long.
        self.checkpointPages = Int(self.logBytes) / StoreBounds.pageSize / 2
    }
}
#endif
