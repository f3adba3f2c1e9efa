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
    static func decode(_ text: Substring) -> String {
        guard !text.allBytes({ $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }) else { return String(text) }
        let source = [UInt8](text.utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == UInt8(ascii: "%"), index + 2 < source.count,
                let high = HexDigits.value(source[index + 1]), let low = HexDigits.value(source[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
