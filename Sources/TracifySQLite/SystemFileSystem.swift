//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The file system of the machine.
struct SystemFileSystem: StoreFileSystem {
    func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    func status(_ path: String) -> StoreFileStatus? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        let kind: StoreFileStatus.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .link
            default: .other
            }
        return StoreFileStatus(kind: kind, size: Int(status.st_size), mode: Int(status.st_mode & 0o7777))
    }

    func read(_ path: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        let descriptor = try SystemFileSystem.descriptor(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var length = 0
        while length < bytes.count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length, off_t(offset + length))
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw SystemError(number: errno) }
            guard read > 0 else { break }
            length += read
        }
        return Array(bytes.prefix(length))
    }

    func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let descriptor = try SystemFileSystem.descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
        defer { close(descriptor) }
        var length = 0
        while length < bytes.count {
            let written = bytes.withUnsafeBytes { buffer in
                SystemFileSystem.write(descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length)
            }
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { throw SystemError(number: errno) }
            length += written
        }
        guard fsync(descriptor) == 0 else { throw SystemError(number: errno) }
    }

    func rename(_ path: String, to newPath: String) throws(SystemError) {
        #if canImport(Darwin)
        let result = Darwin.rename(path, newPath)
        #elseif canImport(Musl)
        let result = Musl.rename(path, newPath)
        #else
        let result = Glibc.rename(path, newPath)
        #endif
        guard result == 0 else { throw SystemError(number: errno) }
    }

    func remove(_ path: String) throws(SystemError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemError(number: errno) }
    }

    func synchronizeDirectory(of path: String) {
        let directory = path.lastIndex(of: "/").map { path[..<$0] + "/" } ?? "."
        guard let descriptor = try? SystemFileSystem.descriptor(String(directory), O_RDONLY) else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    func open(_ path: String) throws(SystemError) -> any StoreFile {
        SystemFile(descriptor: try SystemFileSystem.descriptor(path, O_RDWR))
    }

    func lock(_ path: String) throws(SystemError) -> (any StoreFileLock)? {
        let descriptor = try SystemFileSystem.descriptor(path, O_RDWR | O_CREAT)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            guard number == EWOULDBLOCK else { throw SystemError(number: number) }
            return nil
        }
        return SystemFileLock(descriptor: descriptor)
    }

    func pause(_ duration: Duration) {
        usleep(UInt32(clamping: Int64(duration / .microseconds(1))))
    }

    private static func descriptor(_ path: String, _ flags: Int32) throws(SystemError) -> Int32 {
        #if canImport(Darwin)
        let descriptor = Darwin.open(path, flags | O_CLOEXEC, 0o600)
        #elseif canImport(Musl)
        let descriptor = Musl.open(path, flags | O_CLOEXEC, 0o600)
        #else
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        #endif
        guard descriptor >= 0 else { throw SystemError(number: errno) }
        return descriptor
    }

    private static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Darwin)
        Darwin.write(descriptor, bytes, count)
        #elseif canImport(Musl)
        Musl.write(descriptor, bytes, count)
        #else
        Glibc.write(descriptor, bytes, count)
        #endif
    }
}

private final class SystemFile: StoreFile {
    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    var size: Int? {
        var status = stat()
        return fstat(self.descriptor, &status) == 0 ? Int(status.st_size) : nil
    }

    func allocate(from offset: Int, count: Int) -> Int32 {
        #if canImport(Darwin)
        0
        #else
        posix_fallocate(self.descriptor, off_t(offset), off_t(count))
        #endif
    }

    deinit {
        close(self.descriptor)
    }
}

/// The lock is on a file of its own, because the process loses SQLite's locks on the database when any code in it closes that file.
/// The kernel releases the lock when the process ends; the lock file stays.
private final class SystemFileLock: StoreFileLock {
    private let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        // Explicit, because a child process between fork and exec has the descriptor, too, and would keep the lock.
        _ = flock(self.descriptor, LOCK_UN)
        close(self.descriptor)
    }
}
#endif
