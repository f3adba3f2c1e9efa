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

/// A call to the system that failed, with the file it was about.
public struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's path.
    public let path: String
    /// What was tried: `open`, `write`, …
    public let operation: String
    /// The system's word for what happened.
    public let problem: String

    init(path: String, operation: String, errno code: Int32) {
        self.init(path: path, operation: operation, problem: String(cString: strerror(code)))
    }

    init(path: String, operation: String, problem: String) {
        self.path = path
        self.operation = operation
        self.problem = problem
    }

    /// One line.
    public var description: String { "\(self.operation) \(self.path): \(self.problem)" }
}

/// An open file of one event a line, to which whole lines are appended or nothing.
struct EventFile: ~Copyable {
    let path: String
    private let descriptor: Int32
    private(set) var size: Int64
    /// When the first event of the file happened; `nil` when it is empty or does not begin with an event.
    private(set) var firstEvent: Date?

    /// Opens the file, or creates it readable for its owner only, and takes the lock that says it is in use.
    ///
    /// A last line without an end, left by a crash in the middle of a write, is cut off: nobody was told that it is safe.
    init(path: String) throws(FileFailure) {
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw FileFailure(path: path, operation: "open", errno: errno) }
        let size: Int64
        do throws(FileFailure) {
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

    private static func prepare(_ descriptor: Int32, path: String) throws(FileFailure) -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileFailure(path: path, operation: "stat", errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileFailure(path: path, operation: "open", problem: "not a regular file")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw FileFailure(path: path, operation: "lock", errno: errno) }
            throw FileFailure(path: path, operation: "lock", problem: "in use by another sink or process")
        }
        // Also a file that was there before is for its owner only.
        guard fchmod(descriptor, 0o600) == 0 else { throw FileFailure(path: path, operation: "chmod", errno: errno) }
        return try EventFile.cutTornLine(descriptor, path: path, size: Int64(status.st_size))
    }

    /// Whether the path still names this file: not when it was renamed or removed.
    var isCurrent: Bool {
        var mine = stat()
        var named = stat()
        guard fstat(self.descriptor, &mine) == 0, stat(self.path, &named) == 0 else { return false }
        return mine.st_dev == named.st_dev && mine.st_ino == named.st_ino
    }

    /// Appends the bytes as a whole. When that fails, what was written of them is taken back.
    mutating func append(_ bytes: [UInt8], synchronizing: Bool, at date: Date) throws(FileFailure) {
        // Asked anew, as someone may have truncated the file in place.
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { throw FileFailure(path: self.path, operation: "stat", errno: errno) }
        let start = Int64(status.st_size)
        do throws(FileFailure) {
            try self.writeAll(bytes)
            guard !synchronizing || fsync(self.descriptor) == 0 else {
                throw FileFailure(path: self.path, operation: "synchronize", errno: errno)
            }
        } catch {
            try self.takeBack(to: start)
            throw error
        }
        self.size = start + Int64(bytes.count)
        if start == 0 { self.firstEvent = date }
    }

    /// Cuts off what was written beyond `start`. Someone else may have cut more in the meantime, which must not grow again.
    private mutating func takeBack(to start: Int64) throws(FileFailure) {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else {
            throw FileFailure(path: self.path, operation: "truncate", errno: errno)
        }
        let end = min(start, Int64(status.st_size))
        guard ftruncate(self.descriptor, off_t(end)) == 0 else {
            throw FileFailure(path: self.path, operation: "truncate", errno: errno)
        }
        self.size = end
    }

    private func writeAll(_ bytes: [UInt8]) throws(FileFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(self.descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if count < 0, errno != EINTR {
                throw FileFailure(path: self.path, operation: "write", errno: errno)
            }
        }
    }

    /// Gives the file a name that begins with `newPath` and that nothing has yet.
    func putAside(as newPath: String) throws(FileFailure) {
        for attempt in 1...1000 {
            let candidate = attempt == 1 ? newPath : "\(newPath).\(attempt)"
            guard access(candidate, F_OK) != 0 else { continue }
            guard rename(self.path, candidate) == 0 else {
                throw FileFailure(path: candidate, operation: "rename", errno: errno)
            }
            return
        }
        throw FileFailure(path: newPath, operation: "rename", problem: "a thousand files have this name already")
    }

    deinit {
        close(self.descriptor)
    }

    private static let tailLength = 1 << 20

    private static func cutTornLine(_ descriptor: Int32, path: String, size: Int64) throws(FileFailure) -> Int64 {
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
            // Longer than any event, or begins like none: not ours to cut.
            throw FileFailure(path: path, operation: "open", problem: "not a file of one event a line")
        }
        guard ftruncate(descriptor, off_t(end)) == 0 else { throw FileFailure(path: path, operation: "truncate", errno: errno) }
        return end
    }

    private static func readFirstEvent(_ descriptor: Int32) -> Date? {
        let head = self.read(descriptor, from: 0, count: 1 << 16)
        guard let newline = head.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return try? EventDecoder().decodeEvent([UInt8](head[..<newline])).date
    }

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
