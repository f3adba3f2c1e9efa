//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// An open file to read, or standard input.
struct InputFile: ~Copyable {
    /// The name in messages.
    let name: String
    let descriptor: Int32

    /// Opens a file.
    ///
    /// - Parameter path: The path; `-` for standard input.
    /// - Throws: ``ToolError`` when the file cannot be opened.
    init(_ path: String) throws(ToolError) {
        guard path != "-" else {
            self.name = "-"
            self.descriptor = Terminal.standardInput
            return
        }
        self.name = path.printable
        self.descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard self.descriptor >= 0 else { throw InputFile.unreadable(path, errno) }
        var status = stat()
        guard fstat(self.descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw ToolError("Cannot read \(path): it is a directory.", .noInput)
        }
    }

    deinit {
        if self.descriptor > Terminal.standardError { close(self.descriptor) }
    }

    /// The identity and the size of the file.
    var identity: FileIdentity? {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int(status.st_size))
    }

    /// Moves to an offset, from which the next bytes are read.
    func seek(to offset: Int) throws(ToolError) {
        guard lseek(self.descriptor, off_t(offset), SEEK_SET) >= 0 else { throw InputFile.unreadable(self.name, errno) }
    }

    /// Appends the next bytes to a buffer.
    ///
    /// - Parameters:
    ///   - buffer: The buffer.
    ///   - count: The maximum number of bytes.
    /// - Returns: Whether there were more bytes.
    /// - Throws: ``ToolError`` when they cannot be read.
    func read(into buffer: inout [UInt8], count: Int) throws(ToolError) -> Bool {
        let descriptor = self.descriptor
        var number: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, length in
            var result = 0
            repeat {
                result = readOnce(descriptor, memory)
            } while result < 0 && errno == EINTR
            if result < 0 { number = errno }
            length = max(0, result)
        }
        guard number == 0 else { throw InputFile.unreadable(self.name, number) }
        if buffer.isEmpty { buffer = bytes } else { buffer += bytes }
        return !bytes.isEmpty
    }

    /// Returns the bytes of a whole file.
    ///
    /// - Parameters:
    ///   - path: The path; `-` for standard input.
    ///   - limit: The maximum length of the file.
    /// - Returns: The bytes.
    /// - Throws: ``ToolError`` when the file cannot be read or is longer.
    static func content(of path: String, limit: Int) throws(ToolError) -> [UInt8] {
        let file = try InputFile(path)
        var bytes: [UInt8] = []
        while try file.read(into: &bytes, count: 1 << 16) {
            guard bytes.count <= limit else {
                throw ToolError("Cannot read \(path): it is longer than \(limit.grouped) bytes.", .noInput)
            }
        }
        return bytes
    }

    private static func unreadable(_ path: String, _ number: Int32) -> ToolError {
        ToolError("Cannot read \(path): \(String(cString: strerror(number))).", .noInput)
    }
}

/// What tells a file from every other one.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int
}

/// Calls `read`, which a method hides.
private func readOnce(_ descriptor: Int32, _ memory: UnsafeMutableBufferPointer<UInt8>) -> Int {
    read(descriptor, memory.baseAddress, memory.count)
}
#endif
