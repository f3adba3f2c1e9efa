//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Standard output, written in large parts.
struct Output: ~Copyable {
    private var buffer: [UInt8] = []
    private static let limit = 1 << 16

    /// Writes a line.
    mutating func line(_ text: String) throws(ToolError) {
        self.buffer.append(contentsOf: text.utf8)
        self.buffer.append(UInt8(ascii: "\n"))
        if self.buffer.count >= Output.limit { try self.flush() }
    }

    /// Writes bytes that end with a line break.
    mutating func write(_ bytes: some Collection<UInt8>) throws(ToolError) {
        self.buffer.append(contentsOf: bytes)
        if self.buffer.count >= Output.limit { try self.flush() }
    }

    /// Writes a command's only result, as a line of text or as a JSON object.
    static func result(_ text: String, or json: JSONValue, isJSON: Bool) throws(ToolError) {
        var output = Output()
        try output.line(isJSON ? json.line : text)
        try output.flush()
    }

    /// Writes what was buffered.
    mutating func flush() throws(ToolError) {
        let number = writeAll(self.buffer, to: Terminal.standardOutput)
        self.buffer.removeAll(keepingCapacity: true)
        guard number != 0 else { return }
        // The reader of a pipe has ended, as `head` does: that is no news.
        if number == EPIPE { throw ToolError("") }
        throw ToolError("Cannot write to standard output: \(String(cString: strerror(number))).")
    }
}

/// Standard error.
enum StandardError {
    /// Writes a line.
    static func write(_ line: String) {
        _ = writeAll(Array("\(line)\n".utf8), to: Terminal.standardError)
    }
}

/// Writes bytes to a file descriptor.
///
/// - Parameters:
///   - bytes: The bytes.
///   - descriptor: The file descriptor.
/// - Returns: The system's error number; 0 when all bytes are written.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var offset = 0
    while offset < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
            write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
        }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return errno }
        offset += count
    }
    return 0
}
#endif
