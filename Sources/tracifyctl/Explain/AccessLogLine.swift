//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// A line of an access log in the combined format of nginx and Apache.
///
///     203.0.113.7 - - [21/Jun/2024:12:36:37 +0000] "GET / HTTP/1.1" 200 512 "-" "Mozilla/5.0"
struct AccessLogLine: Equatable {
    let address: String
    let method: String
    let target: String
    let status: Int
    let referer: String?
    let userAgent: String?

    /// Parses a line; the result is `nil` for any other text, also for a request that is not HTTP.
    init?(_ line: ArraySlice<UInt8>) {
        var cursor = Cursor(rest: line)
        guard let address = cursor.word(), !address.isEmpty else { return nil }
        // The two names of the user may contain spaces, and the time is in brackets.
        guard cursor.skip(past: " ["), cursor.skip(past: "] ") else { return nil }
        guard let request = cursor.quoted(), cursor.skip(past: " "), let status = cursor.word(), cursor.word() != nil else {
            return nil
        }
        let parts = request.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].starts(with: "HTTP/".utf8), !parts[1].isEmpty,
            let code = Int(String(decoding: status, as: UTF8.self)), (100...599).contains(code)
        else {
            return nil
        }
        guard let referer = cursor.quoted(), cursor.skip(past: " "), let agent = cursor.quoted() else { return nil }
        self.address = String(decoding: address, as: UTF8.self)
        self.method = String(decoding: parts[0], as: UTF8.self)
        self.target = URLParts.originForm(of: String(decoding: parts[1], as: UTF8.self))
        self.status = code
        self.referer = Self.value(referer)
        self.userAgent = Self.value(agent)
    }

    /// Returns the value of a field; `nil` for `-`, which stands for none.
    private static func value(_ bytes: [UInt8]) -> String? {
        bytes.isEmpty || bytes == [UInt8(ascii: "-")] ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// The position in a line.
    private struct Cursor {
        var rest: ArraySlice<UInt8>

        /// Returns the bytes up to the next space, and skips both.
        mutating func word() -> ArraySlice<UInt8>? {
            let end = self.rest.firstIndex(of: UInt8(ascii: " ")) ?? self.rest.endIndex
            guard end > self.rest.startIndex else { return nil }
            defer { self.rest = end < self.rest.endIndex ? self.rest[(end + 1)...] : [] }
            return self.rest[..<end]
        }

        /// Skips up to and past a text of one or two bytes.
        mutating func skip(past text: StaticString) -> Bool {
            let first = text.utf8Start[0]
            let second = text.utf8CodeUnitCount > 1 ? text.utf8Start[1] : nil
            var index = self.rest.startIndex
            while let found = self.rest[index...].firstIndex(of: first) {
                index = found + 1
                guard let second else { break }
                guard index < self.rest.endIndex else { return false }
                if self.rest[index] == second {
                    self.rest = self.rest[(index + 1)...]
                    return true
                }
            }
            guard second == nil, index > self.rest.startIndex else { return false }
            self.rest = self.rest[index...]
            return true
        }

        /// Returns a text in quotes without its escapes (`\"`, `\\`, `\xHH`), and skips it.
        mutating func quoted() -> [UInt8]? {
            guard self.rest.first == UInt8(ascii: "\"") else { return nil }
            var text: [UInt8] = []
            var index = self.rest.startIndex + 1
            while index < self.rest.endIndex {
                let byte = self.rest[index]
                switch byte {
                case UInt8(ascii: "\""):
                    self.rest = self.rest[(index + 1)...]
                    return text
                case UInt8(ascii: "\\") where index + 1 < self.rest.endIndex:
                    let escaped = self.rest[index + 1]
                    if escaped == UInt8(ascii: "x"), index + 3 < self.rest.endIndex,
                        let value = UInt8(String(decoding: self.rest[(index + 2)...(index + 3)], as: UTF8.self), radix: 16)
                    {
                        text.append(value)
                        index += 4
                    } else {
                        text.append(escaped)
                        index += 2
                    }
                default:
                    text.append(byte)
                    index += 1
                }
            }
            return nil
        }
    }
}
#endif
