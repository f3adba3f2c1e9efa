//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The optional whitespace of HTTP: spaces and tabs (RFC 9110, section 5.6.3).
enum OptionalWhitespace {
    /// Returns whether a byte is a space or a tab.
    static func contains(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    /// Returns the bytes without the whitespace at both ends.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to trim.
    ///   - andLineBreaks: Whether line breaks are trimmed as well. A field value has none, but a setting read from a file may.
    /// - Returns: The trimmed slice; empty if all bytes are whitespace.
    static func trimming<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes, andLineBreaks: Bool = false) -> Bytes.SubSequence
    {
        func isBlank(_ byte: UInt8) -> Bool {
            self.contains(byte) || andLineBreaks && (byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r"))
        }
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
