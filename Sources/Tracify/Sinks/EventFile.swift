//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An open, locked file with one event per line, to which lines are appended as a whole or not at all.
struct EventFile: ~Copyable {
    let path: String
    private let descriptor: FileDescriptor
    private let operations: FileOperations
    private(set) var size: Int64 = 0
    /// The time of the file's first event; `nil` when the file is empty or its first event cannot be decoded.
    private(set) var firstEvent: Date?

    /// Takes a file that ``EventFileOpener`` has opened and locked.
    init(_ descriptor: consuming FileDescriptor, path: String, operations: FileOperations) {
        self.path = path
        self.descriptor = descriptor
        self.operations = operations
    }

    /// Reads what the file holds, and removes its last line if that is incomplete.
    mutating func removeIncompleteLine() throws(FileSinkError) {
        let content = try EventFileContent(self.descriptor, path: self.path)
        guard let status = self.descriptor.status() else {
            throw FileSinkError(path: self.path, operation: "stat", errno: errno)
        }
        if content.end < Int64(status.st_size), ftruncate(self.descriptor.number, off_t(content.end)) != 0 {
            throw FileSinkError(path: self.path, operation: "truncate", errno: errno)
        }
        self.size = content.end
        self.firstEvent = content.firstEvent
    }

    /// The file's permissions; `nil` when they cannot be read.
    var permissions: FilePermissions? { self.descriptor.status().map { FilePermissions($0) } }

    /// Whether the path still refers to this file, which was neither renamed nor removed.
    var isCurrent: Bool {
        var named = stat()
        guard let mine = self.descriptor.status(), lstat(self.path, &named) == 0 else { return false }
        return mine.st_dev == named.st_dev && mine.st_ino == named.st_ino
    }

    /// Appends bytes as a whole; when that fails, removes the part that was written.
    mutating func append(_ bytes: [UInt8], synchronizing: Bool, at date: Date) throws(FileSinkError) {
        // The size is read again, because another process may have truncated the file in place.
        guard let status = self.descriptor.status() else {
            throw FileSinkError(path: self.path, operation: "stat", errno: errno)
        }
        let start = Int64(status.st_size)
        do throws(FileSinkError) {
            try self.writeAll(bytes)
            let number = synchronizing ? self.operations.synchronize(self.descriptor.number) : 0
            guard number == 0 else { throw FileSinkError(path: self.path, operation: "synchronize", errno: number) }
        } catch {
            try self.rollBack(to: start)
            throw error
        }
        self.size = start + Int64(bytes.count)
        if start == 0 { self.firstEvent = date }
    }

    /// Removes what was written beyond `start`.
    ///
    /// Another process may have truncated the file further in the meantime, and it must not grow again.
    private mutating func rollBack(to start: Int64) throws(FileSinkError) {
        guard let status = self.descriptor.status() else {
            throw FileSinkError(path: self.path, operation: "truncate", errno: errno)
        }
        let end = min(start, Int64(status.st_size))
        guard ftruncate(self.descriptor.number, off_t(end)) == 0 else {
            throw FileSinkError(path: self.path, operation: "truncate", errno: errno)
        }
        self.size = end
    }

    private func writeAll(_ bytes: [UInt8]) throws(FileSinkError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(self.descriptor.number, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if count < 0, errno != EINTR {
                throw FileSinkError(path: self.path, operation: "write", errno: errno)
            }
        }
    }

    /// Renames the file to a name that begins with `newPath` and does not exist yet.
    func rotate(to newPath: String) throws(FileSinkError) {
        for attempt in 1...1000 {
            let candidate = attempt == 1 ? newPath : "\(newPath).\(attempt)"
            guard access(candidate, F_OK) != 0 else { continue }
            guard rename(self.path, candidate) == 0 else {
                throw FileSinkError(path: candidate, operation: "rename", errno: errno)
            }
            return
        }
        throw FileSinkError(
            .system,
            path: newPath,
            operation: "rename",
            reason: "1,000 files with this name exist; remove some of them"
        )
    }
}
