//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Reads small files, such as secrets and certificates.
enum RegularFile {
    /// The error of a file that cannot be read, without its path and its content.
    struct ReadError: Error {
        let code: ValidationError.Code
        /// What happened, in words that continue a sentence.
        let reason: String
    }

    /// Returns the content of a file.
    ///
    /// Only regular files are read: a pipe or a device could block the thread or never end.
    ///
    /// - Parameters:
    ///   - path: The file's path.
    ///   - limit: The maximum length, in bytes.
    /// - Returns: The content, which has at least one byte.
    /// - Throws: `ReadError` when the file cannot be opened or read, is not a regular file, is empty or too long.
    static func read(_ path: String, limit: Int) throws(ReadError) -> [UInt8] {
        // O_NONBLOCK: opening a pipe without a writer would block.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let number = errno
            throw ReadError(
                code: number == ENOENT ? .missing : .malformed,
                reason: "the file cannot be opened: \(String(cString: strerror(number)))"
            )
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ReadError(code: .malformed, reason: "it is not a regular file")
        }
        var failure: Int32?
        // One byte more than allowed shows that the file is too long.
        let bytes = [UInt8](unsafeUninitializedCapacity: limit + 1) { buffer, count in
            while count < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let length = Self.readSome(descriptor, rest)
                if length > 0 {
                    count += length
                } else if length == 0 {
                    break
                } else if errno != EINTR {
                    failure = errno
                    break
                }
            }
        }
        if let failure {
            throw ReadError(code: .malformed, reason: "the file cannot be read: \(String(cString: strerror(failure)))")
        }
        guard !bytes.isEmpty else { throw ReadError(code: .empty, reason: "the file is empty") }
        guard bytes.count <= limit else { throw ReadError(code: .tooLong, reason: "the file is longer than \(limit) bytes") }
        return bytes
    }

    // Outside of `read(_:limit:)`, whose name hides the system call.
    private static func readSome(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
        Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }
}
