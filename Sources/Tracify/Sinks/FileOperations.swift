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

/// The system calls of a file sink whose effect a test cannot see in the file.
struct FileOperations: Sendable {
    /// Writes a file's content through to the disk, and returns 0 or the error's number.
    var synchronize: @Sendable (_ descriptor: Int32) -> Int32 = { fsync($0) == 0 ? 0 : errno }
    /// Writes a directory's entries through to the disk, and returns 0 or the error's number.
    var synchronizeDirectory: @Sendable (_ path: String) -> Int32 = { path in
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return FileOperations.essential(errno) }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? 0 : FileOperations.essential(errno)
    }
    /// Blocks the thread for at most a second.
    var pause: @Sendable (Duration) -> Void = { duration in
        usleep(UInt32(max(0, min(duration / .microseconds(1), 999_999))))
    }

    /// Returns 0 for the errors of a directory that cannot be written through at all.
    ///
    /// The directory may be writable and not readable, and some network file systems refuse the call. The sink works there, as any
    /// program does.
    private static func essential(_ number: Int32) -> Int32 {
        [EACCES, EPERM, EINVAL, ENOTSUP, EROFS].contains(number) ? 0 : number
    }
}
