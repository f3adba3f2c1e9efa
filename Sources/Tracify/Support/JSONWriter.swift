//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Functions that append JSON to a byte buffer, without an intermediate form.
package enum JSONWriter {
    /// Appends `text` as a JSON string in quotes.
    ///
    /// Only the characters that RFC 8259, section 7, requires are escaped: `"`, `\` and control characters.
    package static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { self.writeContent($0, to: &bytes) }
        if done == nil {
            // A string that is not stored as UTF-8, such as one bridged from Objective-C, is copied once.
            [UInt8](text.utf8).withUnsafeBufferPointer { self.writeContent($0, to: &bytes) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a constant as it is, without quotes and without escaping.
    @inline(__always)
    package static func writeRaw(_ text: StaticString, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a parsed value, without whitespace between its tokens.
    package static func write(_ value: JSONValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: self.writeRaw("null", to: &bytes)
        case .bool(let value): self.writeRaw(value ? "true" : "false", to: &bytes)
        case .number(let text): bytes.append(contentsOf: text.utf8)
        case .string(let text): self.write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                self.write(element, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                self.write(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                self.write(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func writeContent(_ content: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        var start = content.startIndex
        var index = start
        while index < content.endIndex {
            let byte = content[index]
            if self.needsEscape(byte) {
                bytes.append(contentsOf: content[start..<index])
                self.writeEscape(byte, to: &bytes)
                start = index &+ 1
            }
            index &+= 1
        }
        bytes.append(contentsOf: content[start..<content.endIndex])
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func writeEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        default:
            self.writeRaw("u00", to: &bytes)
            bytes.append(HexDigits.lowerCase(byte >> 4))
            bytes.append(HexDigits.lowerCase(byte & 0x0F))
        }
    }
}
