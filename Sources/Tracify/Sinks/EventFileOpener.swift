//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Opens, or creates, and locks the event file at a path.
struct EventFileOpener: Sendable {
    let path: String
    /// Whether the file's entry in its directory is written through to the disk.
    let synchronizes: Bool
    let operations: FileOperations

    /// The time between two attempts to lock the file.
    private static let pollInterval: Duration = .milliseconds(50)

    /// Opens the file, or creates it, and locks it.
    ///
    /// An incomplete last line, which a crash during a write leaves, is removed: its delivery was never confirmed. A file that is
    /// not an event file is not changed and not locked.
    ///
    /// - Parameters:
    ///   - timeout: The time for which the thread is blocked while another sink or process has the lock.
    ///   - permissions: The permissions of a new file; `nil` for mode 0600.
    /// - Returns: The open file.
    /// - Throws: ``FileSinkError`` when the file cannot be opened, is not a regular file, is locked, or does not begin with an event.
    func open(waiting timeout: Duration, permissions: FilePermissions?) throws(FileSinkError) -> EventFile {
        var waited: Duration = .zero
        while true {
            let descriptor = try self.openOrCreate(permissions)
            // Before the lock, which the owner of another file may use for something else.
            _ = try EventFileContent(descriptor, path: self.path)
            if try self.lock(descriptor) {
                let file = EventFile(consume descriptor, path: self.path, operations: self.operations)
                // The file may have been rotated while this process waited for its lock.
                guard file.isCurrent else { continue }
                return try self.prepare(file)
            }
            guard waited < timeout else {
                throw FileSinkError(.inUse, path: self.path, operation: "lock", reason: "in use by another sink or process")
            }
            let pause = min(Self.pollInterval, timeout - waited)
            self.operations.pause(pause)
            waited += pause
        }
    }

    private func prepare(_ file: consuming EventFile) throws(FileSinkError) -> EventFile {
        try file.removeIncompleteLine()
        // A process that crashed before this may have created the file, so an existing file's entry is written through as well.
        if self.synchronizes { try self.synchronizeDirectory() }
        return file
    }

    private func synchronizeDirectory() throws(FileSinkError) {
        let directory =
            switch self.path.lastIndex(of: "/") {
            case nil: "."
            case self.path.startIndex?: "/"
            case let slash?: String(self.path[..<slash])
            }
        let number = self.operations.synchronizeDirectory(directory)
        guard number == 0 else { throw FileSinkError(path: self.path, operation: "synchronize the directory of", errno: number) }
    }

    /// Returns whether the lock was free.
    private func lock(_ descriptor: borrowing FileDescriptor) throws(FileSinkError) -> Bool {
        if flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK || errno == EINTR else {
            throw FileSinkError(path: self.path, operation: "lock", errno: errno)
        }
        return false
    }

    /// Opens an existing regular file, or creates one.
    private func openOrCreate(_ permissions: FilePermissions?) throws(FileSinkError) -> FileDescriptor {
        // Another process may create or remove the file between two calls; not a thousand times.
        for _ in 0..<1000 {
            var status = stat()
            if lstat(self.path, &status) == 0 {
                // Before it is opened: to open a device or a pipe can have effects.
                try self.checkIsRegular(status)
                if let descriptor = try self.open(creating: false) { return try self.checked(consume descriptor) }
            } else if errno == ENOENT {
                if let descriptor = try self.open(creating: true) {
                    permissions?.apply(to: descriptor)
                    return descriptor
                }
            } else {
                throw FileSinkError(path: self.path, operation: "open", errno: errno)
            }
        }
        throw FileSinkError(.system, path: self.path, operation: "open", reason: "another process keeps removing it")
    }

    /// Returns the open file; `nil` when the file exists although it is to be created, or the other way round.
    private func open(creating: Bool) throws(FileSinkError) -> FileDescriptor? {
        let creation = creating ? O_CREAT | O_EXCL : 0
        let flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | creation
        #if canImport(Darwin)
        let number = Darwin.open(self.path, flags, 0o600)
        #elseif canImport(Musl)
        let number = Musl.open(self.path, flags, 0o600)
        #else
        let number = Glibc.open(self.path, flags, 0o600)
        #endif
        if number >= 0 { return FileDescriptor(number) }
        if errno == EINTR || errno == (creating ? EEXIST : ENOENT) { return nil }
        throw FileSinkError(path: self.path, operation: "open", errno: errno)
    }

    private func checked(_ descriptor: consuming FileDescriptor) throws(FileSinkError) -> FileDescriptor {
        guard let status = descriptor.status() else { throw FileSinkError(path: self.path, operation: "stat", errno: errno) }
        try self.checkIsRegular(status)
        return descriptor
    }

    private func checkIsRegular(_ status: stat) throws(FileSinkError) {
        let kind: String
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFLNK: kind = "a symbolic link, which is not followed; use the path of the file itself"
        case S_IFDIR: kind = "a directory; use the path of a file in it"
        case S_IFIFO: kind = "a named pipe; use the path of a regular file"
        case S_IFSOCK: kind = "a socket; use the path of a regular file"
        default: kind = "a device; use the path of a regular file"
        }
        throw FileSinkError(.notRegularFile, path: self.path, operation: "open", reason: "it is \(kind)")
    }
}
