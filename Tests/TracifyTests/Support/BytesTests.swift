//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct BytesTests {
    /// Searches read eight bytes at a time: each place in and beside a word, and bytes that differ from the one by one bit.
    @Test func findsAByteAtEachPlace() {
        for length in 0..<26 {
            for other in [UInt8(ascii: "%") ^ 1, UInt8(ascii: "%") ^ 0x80, 0, 0xFF] {
                var bytes = [UInt8](repeating: other, count: length)
                bytes.withUnsafeBufferPointer { bytes in
                    #expect(!Bytes(bytes).contains(UInt8(ascii: "%"), or: UInt8(ascii: "@")))
                    #expect(Bytes(bytes).firstIndex(of: UInt8(ascii: "%")) == nil)
                }
                for (place, byte) in (0..<length).flatMap({ [($0, UInt8(ascii: "%")), ($0, UInt8(ascii: "@"))] }) {
                    bytes[place] = byte
                    bytes.withUnsafeBufferPointer { bytes in
                        #expect(Bytes(bytes).contains(UInt8(ascii: "%"), or: UInt8(ascii: "@")))
                        #expect(Bytes(bytes).firstIndex(of: byte) == place)
                        #expect(!Bytes(bytes)[..<place].contains(UInt8(ascii: "%"), or: UInt8(ascii: "@")))
                        #expect(!Bytes(bytes)[(place + 1)...].contains(UInt8(ascii: "%"), or: UInt8(ascii: "@")))
                    }
                    bytes[place] = other
                }
            }
        }
    }

    @Test(arguments: ["", "a", "https://shop.example", String(repeating: "\u{E9}", count: 2000)])
    func joinsTexts(text: String) {
        for other in ["", "/", "/tea", String(repeating: "/x", count: 1500)] {
            #expect(text.withBytes { start in other.withBytes { String(start, $0) } } == text + other)
            #expect(other.withBytes { String("https://", $0) } == "https://" + other)
        }
    }
}
