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

/// Reads a text in pieces of whole lines, with a bounded amount of memory.
struct LineReader: ~Copyable {
    /// A part of a text.
    enum Piece: Sendable, Equatable {
        /// Whole lines; only the last line of the text may be without a line break.
        case lines([UInt8])
        /// One line that is longer than the limit, in bytes with its line break.
        case tooLong(Int)

        /// The number of bytes in the text.
        var byteCount: Int {
            switch self {
            case .lines(let bytes): bytes.count
            case .tooLong(let count): count
            }
        }
    }

    /// The bytes that are read at once.
    static let chunk = 1 << 16

    private let file: InputFile
    private let limit: Int
    private var buffer: [UInt8]
    /// The number of bytes at the beginning of the buffer that have no line break.
    private var searched = 0
    private var isAtEnd = false

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - prefix: Bytes that were read from the file before.
    ///   - limit: The maximum length of a line.
    init(_ file: consuming InputFile, prefix: [UInt8] = [], limit: Int) {
        self.file = file
        self.buffer = prefix
        self.limit = limit
    }

    /// Returns the next piece; `nil` at the end.
    mutating func next() throws(ToolError) -> Piece? {
        while true {
            if let end = self.buffer[self.searched...].lastIndex(of: UInt8(ascii: "\n")) {
                let lines = self.buffer
                self.searched = 0
                guard end + 1 < lines.count else {
                    self.buffer = []
                    return .lines(lines)
                }
                self.buffer = Array(lines[(end + 1)...])
                return .lines(Array(lines[...end]))
            }
            self.searched = self.buffer.count
            if self.buffer.count > self.limit { return try self.skipLine() }
            guard !self.isAtEnd else {
                defer {
                    self.buffer = []
                    self.searched = 0
                }
                return self.buffer.isEmpty ? nil : .lines(self.buffer)
            }
            self.isAtEnd = try !self.file.read(into: &self.buffer, count: LineReader.chunk)
        }
    }

    /// Skips the rest of a line.
    private mutating func skipLine() throws(ToolError) -> Piece {
        var length = self.buffer.count
        self.buffer = []
        self.searched = 0
        while try self.file.read(into: &self.buffer, count: LineReader.chunk) {
            guard let end = self.buffer.firstIndex(of: UInt8(ascii: "\n")) else {
                length += self.buffer.count
                self.buffer = []
                continue
            }
            self.buffer.removeSubrange(...end)
            return .tooLong(length + end + 1)
        }
        self.isAtEnd = true
        return .tooLong(length)
    }
}

/// Calls a closure with the range of each line, without its line break.
func forEachLine(of bytes: [UInt8], _ body: (Range<Int>) throws -> Void) rethrows {
    var start = 0
    while start < bytes.count {
        let length = bytes.withUnsafeBytes { buffer -> Int in
            guard let base = buffer.baseAddress, let end = memchr(base + start, 0x0A, buffer.count - start) else {
                return buffer.count - start
            }
            return UnsafeRawPointer(end) - (base + start)
        }
        try body(start..<(start + length))
        start += length + 1
    }
}
#endif
