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

/// An open file's descriptor, which is unlocked and closed at the end of its life.
struct FileDescriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        // A process that is being started has a copy of the descriptor until it executes its program, and would keep the lock.
        flock(self.number, LOCK_UN)
        close(self.number)
    }

    /// Returns the file's status; `nil` after an error, whose number is in `errno`.
    func status() -> stat? {
        var status = stat()
        return fstat(self.number, &status) == 0 ? status : nil
    }

    /// Returns at most `count` bytes from an offset; fewer at the end of the file and after an error.
    func read(from offset: Int64, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            while initializedCount < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[initializedCount...])
                let read = pread(self.number, rest.baseAddress, rest.count, off_t(offset) + off_t(initializedCount))
                if read > 0 {
                    initializedCount += read
                } else if read == 0 || errno != EINTR {
                    break
                }
            }
        }
    }
}

/// The permissions that a file passes on to its successor.
struct FilePermissions: Sendable {
    private let mode: mode_t
    private let group: gid_t

    init(_ status: stat) {
        self.mode = status.st_mode & 0o777
        self.group = status.st_gid
    }

    /// Gives a new file these permissions, as far as the process may.
    func apply(to descriptor: borrowing FileDescriptor) {
        var mode = self.mode
        if let status = descriptor.status(), status.st_gid != self.group,
            fchown(descriptor.number, uid_t.max, self.group) != 0
        {
            // The permissions were meant for another group.
            mode &= ~0o070
        }
        // After an error the file keeps mode 0600, which is narrower.
        _ = fchmod(descriptor.number, mode)
    }
}
