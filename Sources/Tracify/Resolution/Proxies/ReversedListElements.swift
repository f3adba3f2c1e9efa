//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The elements of a comma-separated list, from the last to the first.
///
/// Trusted proxies append, so their elements are found from the right, whatever a client sends before them. Read from the left, a
/// quote that the client opens would swallow the elements after it.
struct ReversedListElements: Sequence, IteratorProtocol {
    private var rest: Bytes?
    private let hasQuotes: Bool

    /// Creates the sequence of a list's elements.
    ///
    /// - Parameters:
    ///   - list: The list. An empty one has one empty element.
    ///   - hasQuotes: Whether a comma in a quoted string (RFC 9110, section 5.6.4) is part of an element.
    init(_ list: Bytes, hasQuotes: Bool = false) {
        self.rest = list
        self.hasQuotes = hasQuotes
    }

    /// Returns the next element to the left, without the whitespace around it.
    mutating func next() -> Bytes? {
        guard let rest = self.rest else { return nil }
        guard let comma = self.hasQuotes ? Self.lastUnquotedComma(in: rest) : rest.lastIndex(of: UInt8(ascii: ",")) else {
            self.rest = nil
            return OptionalWhitespace.trimming(rest)
        }
        self.rest = rest[..<comma]
        return OptionalWhitespace.trimming(rest[comma...].dropFirst())
    }

    private static func lastUnquotedComma(in bytes: Bytes) -> Int? {
        var isQuoted = false
        for index in bytes.indices.reversed() {
            switch bytes[index] {
            case UInt8(ascii: ",") where !isQuoted:
                return index
            case UInt8(ascii: "\""):
                // A quote is escaped when an odd number of backslashes precedes it. No backslash precedes two quotes, so all
                // these look-backs together are one pass.
                let backslashes = bytes[..<index].reversed().prefix { $0 == UInt8(ascii: "\\") }
                if backslashes.count.isMultiple(of: 2) { isQuoted.toggle() }
            default:
                break
            }
        }
        return nil
    }
}
