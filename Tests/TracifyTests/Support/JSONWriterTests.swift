//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct JSONWriterTests {
    private func written(_ text: String) -> String {
        var json = JSONWriter()
        json.write(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The rule, byte by byte.
    private func expected(_ text: String) -> String {
        let content = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            case "\0"..<" ": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + content.joined() + "\""
    }

    /// The text is read eight bytes at a time: each byte is tried at each place of such a word, and beside bytes that differ by one bit.
    @Test func escapesEachByteAtEachPlace() {
        for value in (0 as UInt8)..<0x80 {
            for filler in ["a", "!", "#", "[", "]", "\u{7F}", " ", "\u{E9}", "\u{2022}"] {
                for place in 0..<18 {
                    let text =
                        String(repeating: filler, count: place) + String(Unicode.Scalar(value))
                        + String(repeating: filler, count: 17 - place)
                    #expect(self.written(text) == self.expected(text))
                }
            }
        }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 500, 1023, 1024, 1025, 100_000])
    func writesTextsOfAnyLength(length: Int) {
        for piece in ["a", "\"", "\u{1}"] {
            let text = String(repeating: piece, count: length)
            #expect(self.written(text) == self.expected(text))
        }
    }

    /// The memory is kept for the next text, of which nothing else stays.
    @Test func forgetsTheTextBefore() {
        var json = JSONWriter()
        json.write(String(repeating: "first", count: 1000))
        json.removeAll()
        json.writeRaw("[")
        json.write(-42)
        json.writeRaw("]")
        #expect(String(decoding: json.bytes, as: UTF8.self) == "[-42]")
    }

    /// The last time is kept for the next event.
    @Test func writesTimesInAnyOrder() {
        var json = JSONWriter()
        for seconds in [0, 0, 1_718_973_397, 1_718_973_398, 1_718_973_397, 253_402_300_799] as [Int64] {
            json.writeDateTime(seconds)
            json.writeRaw(",")
        }
        #expect(
            String(decoding: json.bytes, as: UTF8.self) == """
                1970-01-01 00:00:00,1970-01-01 00:00:00,2024-06-21 12:36:37,2024-06-21 12:36:38,2024-06-21 12:36:37,9999-12-31 23:59:59,
                """
        )
    }

    @Test func writesHexDigitsBeyondItsMemory() {
        var json = JSONWriter()
        for _ in 0..<100 { json.writeHexDigits(0x0123_4567_89AB_CDEF) }
        #expect(String(decoding: json.bytes, as: UTF8.self) == String(repeating: "0123456789abcdef", count: 100))
    }
}
