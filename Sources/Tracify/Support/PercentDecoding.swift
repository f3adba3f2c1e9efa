//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Decoding of `application/x-www-form-urlencoded` text, the encoding of browsers' query strings (WHATWG URL, section 5.1).
enum PercentDecoding {
    /// Returns the text decoded once: `+` becomes a space, and `%XX` becomes the byte.
    ///
    /// A percent sign without two hexadecimal digits after it stays. Bytes that are not valid UTF-8 after decoding become U+FFFD.
    static func decode(_ text: Bytes) -> String {
        guard text.contains(UInt8(ascii: "%"), or: UInt8(ascii: "+")) else { return text.text }
        return String(decoding: Array(Sequence(text, plusIsSpace: true)), as: UTF8.self)
    }

    /// The bytes of a text, decoded once.
    struct Sequence: Swift.Sequence, IteratorProtocol {
        private var rest: Bytes
        private let plusIsSpace: Bool

        /// - Parameters:
        ///   - text: The text.
        ///   - plusIsSpace: Whether `+` becomes a space, as in a query; in a path it does not.
        init(_ text: Bytes, plusIsSpace: Bool) {
            self.rest = text
            self.plusIsSpace = plusIsSpace
        }

        var underestimatedCount: Int { self.rest.count / 3 }

        mutating func next() -> UInt8? {
            guard let byte = self.rest.popFirst() else { return nil }
            if byte == UInt8(ascii: "+"), self.plusIsSpace { return UInt8(ascii: " ") }
            guard byte == UInt8(ascii: "%"), let high = self.rest.first.flatMap(HexDigits.value),
                let low = self.rest.dropFirst().first.flatMap(HexDigits.value)
            else { return byte }
            self.rest = self.rest.dropFirst(2)
            return high << 4 | low
        }
    }
}
