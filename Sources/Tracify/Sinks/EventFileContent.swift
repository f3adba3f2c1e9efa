//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

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

/// What a look at a file shows, which changes nothing.
struct EventFileContent {
    /// The end of the last complete line.
    ///
    /// Behind it is an incomplete line, which a crash during a write left.
    let end: Int64
    /// The time of the file's first event; `nil` when the file is empty or its first event cannot be decoded.
    let firstEvent: Date?

    /// The length of the longest line of an event file, in bytes, longer than any event.
    private static let maximumLineLength = 1 << 20
    /// The beginning of an event, as ``EventEncoder`` writes it.
    private static let eventPrefix = Array(#"{"url":""#.utf8)

    /// Looks at a file.
    ///
    /// - Throws: ``FileSinkError`` when the file cannot be read or does not begin with an event.
    init(_ descriptor: borrowing FileDescriptor, path: String) throws(FileSinkError) {
        guard let status = descriptor.status() else { throw FileSinkError(path: path, operation: "stat", errno: errno) }
        let size = Int64(status.st_size)
        guard size > 0 else {
            self.end = 0
            self.firstEvent = nil
            return
        }
        guard let head = EventFileContent.firstLine(of: descriptor, size: size) else {
            guard size <= Int64(Self.maximumLineLength) else { throw EventFileContent.foreign(path) }
            // The whole file is one incomplete line. A document of another program must not pass for one.
            let bytes = descriptor.read(from: 0, count: Int(size))
            guard bytes.starts(with: Self.eventPrefix) || Self.eventPrefix.starts(with: bytes) else {
                throw EventFileContent.foreign(path)
            }
            self.end = 0
            self.firstEvent = nil
            return
        }
        guard EventFileContent.isEvent(head), let end = EventFileContent.end(of: descriptor, size: size) else {
            throw EventFileContent.foreign(path)
        }
        self.end = end
        self.firstEvent = try? EventDecoder().decodeEvent(head).date
    }

    /// Returns the first line without its line break; `nil` when it is not complete or too long.
    private static func firstLine(of descriptor: borrowing FileDescriptor, size: Int64) -> [UInt8]? {
        for count in [1 << 16, Self.maximumLineLength] {
            let head = descriptor.read(from: 0, count: Int(min(size, Int64(count))))
            if let newline = head.firstIndex(of: UInt8(ascii: "\n")) { return Array(head[..<newline]) }
        }
        return nil
    }

    /// Returns the end of the last complete line; `nil` when the line behind it is longer than any event.
    private static func end(of descriptor: borrowing FileDescriptor, size: Int64) -> Int64? {
        let start = max(0, size - Int64(Self.maximumLineLength))
        let tail = descriptor.read(from: start, count: Int(size - start))
        return tail.lastIndex(of: UInt8(ascii: "\n")).map { start + Int64($0) + 1 }
    }

    /// Whether a line is a JSON object with the members that every event has.
    ///
    /// It is not validated further, because a later version may have written it.
    private static func isEvent(_ line: [UInt8]) -> Bool {
        guard line.first == UInt8(ascii: "{"), let value = try? JSONParser.parse(line) else { return false }
        return value[key: "customer_site_id"]?.string != nil && value[key: "type"]?.string != nil
    }

    private static func foreign(_ path: String) -> FileSinkError {
        FileSinkError(
            .notEventFile,
            path: path,
            operation: "open",
            reason: "it does not begin with an event, so it is not a file of this sink; nothing was touched. Choose another path."
        )
    }
}
