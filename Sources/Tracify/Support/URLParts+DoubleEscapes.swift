//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension URLParts {
    /// Returns a request target whose doubly escaped components are escaped once, where the double escape shows.
    ///
    /// Foundation's `URL(string:)` encodes a component with a character that RFC 3986 does not allow, such as `|` or `[`, and then encodes
    /// the percent signs of escapes that were there, too (vapor/vapor#3348): `DE%20|%20Sale` becomes `DE%2520%7C%2520Sale`. Such a
    /// component has escapes of percent signs and of the characters that browsers send although they are not allowed, and no others. Any
    /// other component stays: its escapes are the client's, which would have been encoded again.
    package static func repairingDoubleEscapes(in target: String) -> String {
        guard target.contains("%25") else { return target }
        let (path, rest) = self.split(target[...], at: "?")
        let (query, fragment) = self.split(rest, at: "#")
        return [path, query, fragment].map(self.repaired).joined()
    }

    /// Returns the parts before a character, and from it on.
    private static func split(_ text: Substring, at character: Character) -> (Substring, Substring) {
        let index = text.firstIndex(of: character) ?? text.endIndex
        return (text[..<index], text[index...])
    }

    private static func repaired(_ component: Substring) -> Substring {
        var isReencoded = false
        var hasEscapedEscape = false
        for piece in component.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).dropFirst() {
            let digits = piece.prefix(2).compactMap(HexDigits.value)
            guard digits.count == 2 else { return component }
            let byte = digits[0] << 4 | digits[1]
            if byte == UInt8(ascii: "%") {
                hasEscapedEscape = hasEscapedEscape || piece.dropFirst(2).prefix(2).compactMap(HexDigits.value).count == 2
            } else if self.isSentUnescaped(byte) {
                isReencoded = true
            } else {
                return component
            }
        }
        guard isReencoded, hasEscapedEscape else { return component }
        return component.replacing("%25", with: "%")
    }

    /// Returns whether browsers send the byte in a query as it is, although RFC 3986 does not allow it.
    ///
    /// They escape spaces, quotation marks, angle brackets and all bytes that are not ASCII (URL Standard, "query percent-encode set").
    private static func isSentUnescaped(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "\\"),
            UInt8(ascii: "^"), UInt8(ascii: "`"):
            true
        default:
            false
        }
    }
}
