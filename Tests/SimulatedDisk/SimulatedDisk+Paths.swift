//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation

// What a store needs past SQLite, by path. The store's protocol for it is internal, so each test target conforms to it by itself.
extension SimulatedDisk {
    /// Returns the path without symbolic links; there is one directory, and there are no links.
    package func realPath(_ path: String) -> String? {
        if path.hasSuffix("/") { return String(path.dropLast()) }
        return self.exists(path) ? path : nil
    }

    /// Returns the size of a file; `nil` when there is none.
    package func size(at path: String) -> Int? {
        guard let file = try? self.open(path) else { return nil }
        return self.size(of: file)
    }

    package func read(_ path: String, at offset: Int, count: Int) throws(Result) -> [UInt8] {
        try self.read(try self.open(path), at: offset, count: count)
    }

    /// Replaces a file by a durable one.
    package func replace(_ path: String, with bytes: [UInt8]) throws(Result) {
        let file = try self.open(path, creates: true)
        try self.resize(file, to: 0)
        try self.write(bytes, to: file, at: 0)
        try self.sync(file)
    }

    package func remove(_ path: String) throws(Result) {
        if self.exists(path) { try self.unlink(path) }
    }

    /// Extends a file.
    ///
    /// - Returns: The `errno`.
    package func allocate(_ file: Int32, size: Int) -> Int32 {
        do throws(Result) {
            try self.resize(file, to: max(size, self.size(of: file)))
            return 0
        } catch {
            return error.errorNumber
        }
    }

    /// Creates a file if there is none, and locks it.
    ///
    /// - Returns: The locked file; `nil` when it is locked already.
    package func lock(_ path: String) throws(Result) -> Int32? {
        let file = try self.open(path, creates: true)
        return self.tryLock(file) ? file : nil
    }
}

extension SimulatedDisk.Result {
    /// The `errno`.
    package var errorNumber: Int32 {
        switch self {
        case .ok: 0
        case .failed: EIO
        case .full: ENOSPC
        case .missing: ENOENT
        }
    }
}
#endif
