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
    private let descriptor: Int32
    private(set) var size: Int64
    /// The time of the file's first event; `nil` when the file is empty or does not begin with an event.
    private(set) var firstEvent: Date?

    /// Opens the file, or creates it with mode 0600, and locks it.
    ///
    /// An incomplete last line, which a crash during a write leaves, is removed: its delivery was never confirmed.
    ///
    /// - Parameter path: The file's path, in an existing directory.
    /// - Throws: ``FileSinkError`` when the file cannot be opened, is not a regular file, is locked, or does not hold one event
    ///   per line.
    init(path: String) throws(FileSinkError) {
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw FileSinkError(path: path, operation: "open", errno: errno) }
        let size: Int64
        do throws(FileSinkError) {
            size = try EventFile.prepare(descriptor, path: path)
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
        self.size = size
        self.firstEvent = EventFile.readFirstEvent(descriptor)
    }

    private static func prepare(_ descriptor: Int32, path: String) throws(FileSinkError) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileSinkError(path: path, operation: "stat", errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileSinkError(.notRegularFile, path: path, operation: "open", reason: "not a regular file")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw FileSinkError(path: path, operation: "lock", errno: errno) }
            throw FileSinkError(.inUse, path: path, operation: "lock", reason: "in use by another sink or process")
        }
        // An existing file may have wider permissions.
        guard fchmod(descriptor, 0o600) == 0 else { throw FileSinkError(path: path, operation: "chmod", errno: errno) }
        return try EventFile.truncatePartialLine(descriptor, path: path, size: Int64(status.st_size))
    }

    /// Whether the path still refers to this file, which was neither renamed nor removed.
    var isCurrent: Bool {
        var mine = stat()
        var named = stat()
        guard fstat(self.descriptor, &mine) == 0, stat(self.path, &named) == 0 else { return false }
        return mine.st_dev == named.st_dev && mine.st_ino == named.st_ino
    }

    /// Appends bytes as a whole; when that fails, removes the part that was written.
    mutating func append(_ bytes: [UInt8], synchronizing: Bool, at date: Date) throws(FileSinkError) {
        // The size is read again, because another process may have truncated the file in place.
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { throw FileSinkError(path: self.path, operation: "stat", errno: errno) }
        let start = Int64(status.st_size)
        do throws(FileSinkError) {
            try self.writeAll(bytes)
            guard !synchronizing || fsync(self.descriptor) == 0 else {
                throw FileSinkError(path: self.path, operation: "synchronize", errno: errno)
            }
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
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else {
            throw FileSinkError(path: self.path, operation: "truncate", errno: errno)
        }
        let end = min(start, Int64(status.st_size))
        guard ftruncate(self.descriptor, off_t(end)) == 0 else {
            throw FileSinkError(path: self.path, operation: "truncate", errno: errno)
        }
        self.size = end
    }

    private func writeAll(_ bytes: [UInt8]) throws(FileSinkError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(self.descriptor, $0.baseAddress, $0.count) }
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

    deinit {
        close(self.descriptor)
    }

    /// The length of the file's end in which the last line break is searched, in bytes, longer than any event.
    private static let tailLength = 1 << 20

    /// Removes an incomplete last line and returns the length of the file.
    private static func truncatePartialLine(_ descriptor: Int32, path: String, size: Int64) throws(FileSinkError) -> Int64 {
        guard size > 0 else { return 0 }
        let start = max(0, size - Int64(self.tailLength))
        let tail = self.read(descriptor, from: start, count: Int(size - start))
        guard tail.last != UInt8(ascii: "\n") else { return size }
        let end: Int64
        if let newline = tail.lastIndex(of: UInt8(ascii: "\n")) {
            end = start + Int64(newline) + 1
        } else if start == 0, tail.first == UInt8(ascii: "{") {
            end = 0
        } else {
            // The line is longer than any event, or does not begin like one: this may not be an event file, so nothing is
            // removed.
            throw FileSinkError(.notEventFile, path: path, operation: "open", reason: "it does not hold one event per line")
        }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw FileSinkError(path: path, operation: "truncate", errno: errno) }
        return end
    }

    /// Returns the time of the file's first event; `nil` when the file does not begin with an event.
    private static func readFirstEvent(_ descriptor: Int32) -> Date? {
        let head = self.read(descriptor, from: 0, count: 1 << 16)
        guard let newline = head.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return try? EventDecoder().decodeEvent([UInt8](head[..<newline])).date
    }

    /// Returns at most `count` bytes from an offset; fewer at the end of the file and after an error.
    private static func read(_ descriptor: Int32, from offset: Int64, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            while initializedCount < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[initializedCount...])
                let read = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(initializedCount))
                if read > 0 {
                    initializedCount += read
                } else if read == 0 || errno != EINTR {
                    break
                }
            }
        }
    }
}
