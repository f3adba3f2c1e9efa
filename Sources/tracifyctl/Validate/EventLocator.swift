//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
/// The lines on which the events of a body begin.
struct EventLocator {
    private var lines: [Int] = []

    /// The line of an event; the first line for the body itself.
    subscript(event: Int?) -> Int {
        guard let event, self.lines.indices.contains(event) else { return 1 }
        return self.lines[event]
    }

    /// Finds the elements of the array `events` in valid JSON.
    init(_ bytes: [UInt8]) {
        var line = 1
        var depth = 0
        var isInEvents = false
        var expectsElement = false
        var index = 0
        var key: Range<Int>?
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\n"): line += 1
            case 0x20, 0x09, 0x0D, UInt8(ascii: ":"): break
            case UInt8(ascii: ","): expectsElement = isInEvents && depth == 2
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 1 { isInEvents = false }
                expectsElement = false
            default:
                if expectsElement { self.lines.append(line) }
                expectsElement = false
                if byte == UInt8(ascii: "\"") {
                    let end = EventLocator.endOfString(bytes, from: index)
                    if depth == 1 { key = (index + 1)..<end }
                    index = end
                } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    depth += 1
                    if depth == 2, byte == UInt8(ascii: "["), let key, bytes[key].elementsEqual("events".utf8) {
                        isInEvents = true
                        expectsElement = true
                    }
                }
            }
            index += 1
        }
    }

    /// Returns the index of the quote that ends a string.
    private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, bytes.count)
    }

    /// Returns the line of an offset.
    static func line(at offset: Int, of bytes: [UInt8]) -> Int {
        bytes.prefix(offset).reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }
}
#endif
