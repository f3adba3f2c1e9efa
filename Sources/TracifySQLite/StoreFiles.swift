//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
/// The names of a store's files.
struct StoreFiles: Sendable {
    /// The main file's path, absolute and without symbolic links.
    let path: String

    /// SQLite's write-ahead log.
    var log: String { "\(self.path)-wal" }
    /// SQLite's rollback journal, which a store in use never has.
    var journal: String { "\(self.path)-journal" }
    /// The lock file.
    var lock: String { "\(self.path).lock" }
    /// The main file of a store that is being built and then renamed.
    var new: StoreFiles { StoreFiles(path: "\(self.path).tracify-new") }

    /// The suffixes of SQLite's files.
    ///
    /// The log comes first: a crash between two renames would leave the main file without it, which looks undamaged.
    static let suffixes = ["-wal", "-shm", "-journal", ""]
}
#endif
