//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// The form of a text with events, which its beginning shows.
enum EventText: ~Copyable {
    /// One JSON document, which may have several lines.
    case document([UInt8], JSONValue)
    /// A text that is no JSON, and no lines of JSON either.
    case broken([UInt8], JSONParsingError)
    /// An event or a body on each line.
    case lines(LineReader)

    /// The maximum length of a document, in bytes; a longer text is read as lines.
    static let documentLimit = 64 << 20

    /// Reads the beginning of a file, or all of it when it is a document.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - lineLimit: The maximum length of a line.
    /// - Returns: The text.
    /// - Throws: ``ToolError`` when the file cannot be read.
    static func open(_ file: consuming InputFile, lineLimit: Int) throws(ToolError) -> EventText {
        var bytes: [UInt8] = []
        var isAtEnd = false
        while !isAtEnd, bytes.count <= lineLimit {
            let start = bytes.count
            isAtEnd = try !file.read(into: &bytes, count: LineReader.chunk)
            if bytes[start...].contains(UInt8(ascii: "\n")), self.line(1, of: bytes) != nil { break }
        }
        // Only a value that goes on behind its first line is a document of several lines.
        guard let first = self.line(1, of: bytes, isAtEnd: isAtEnd), self.isIncomplete(first) else {
            return .lines(LineReader(file, prefix: bytes, limit: lineLimit))
        }
        while !isAtEnd, bytes.count <= self.documentLimit {
            isAtEnd = try !file.read(into: &bytes, count: LineReader.chunk)
        }
        if isAtEnd {
            do throws(JSONParsingError) {
                return .document(bytes, try JSONParser.parse(bytes))
            } catch {
                // A file whose first line is incomplete still has events in the others.
                let second = self.line(2, of: bytes, isAtEnd: true).flatMap { try? JSONParser.parse($0) }
                guard case .object? = second else { return .broken(bytes, error) }
            }
        }
        return .lines(LineReader(file, prefix: bytes, limit: lineLimit))
    }

    /// Returns the nth line that is not blank; `nil` if it is not there or not complete.
    private static func line(_ number: Int, of bytes: [UInt8], isAtEnd: Bool = false) -> [UInt8]? {
        var rest = bytes[...]
        var found = 0
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            guard end != nil || isAtEnd else { return nil }
            let line = rest[..<(end ?? rest.endIndex)]
            if line.contains(where: { !EventTextValidator.isBlank($0) }) { found += 1 }
            if found == number { return Array(line) }
            rest = end.map { rest[($0 + 1)...] } ?? []
        }
        return nil
    }

    private static func isIncomplete(_ line: [UInt8]) -> Bool {
        do throws(JSONParsingError) {
            _ = try JSONParser.parse(line)
            return false
        } catch {
            return error.offset == line.count
        }
    }
}
#endif
