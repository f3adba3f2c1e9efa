//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// Conversions between nibbles and hexadecimal digits in ASCII, by arithmetic rather than with a table.
enum HexDigits {
    /// Returns the lowercase digit of a nibble.
    @inline(__always)
    static func lowerCase(_ nibble: UInt8) -> UInt8 {
        nibble &+ (nibble < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
    }

    /// Returns the 16 lowercase digits of a word, most significant first.
    ///
    /// Each integer of the result holds eight digits, one a byte, in the order of its bytes in memory.
    @inline(__always)
    static func lowerCase(_ word: UInt64) -> (UInt64, UInt64) {
        (self.lowerCaseDigits(UInt32(truncatingIfNeeded: word &>> 32)), self.lowerCaseDigits(UInt32(truncatingIfNeeded: word)))
    }

    @inline(__always)
    private static func lowerCaseDigits(_ value: UInt32) -> UInt64 {
        // Spread the eight nibbles over eight bytes.
        var lanes = UInt64(value)
        lanes = (lanes | lanes &<< 16) & 0x0000_FFFF_0000_FFFF
        lanes = (lanes | lanes &<< 8) & 0x00FF_00FF_00FF_00FF
        lanes = (lanes | lanes &<< 4) & 0x0F0F_0F0F_0F0F_0F0F
        // A lane of 10 or more carries into its bit 4 when 6 is added.
        let letters = (lanes &+ 0x0606_0606_0606_0606) &>> 4 & 0x0101_0101_0101_0101
        let offset = UInt64(UInt8(ascii: "a") &- UInt8(ascii: "0") &- 10)
        return (lanes &+ 0x3030_3030_3030_3030 &+ letters &* offset).bigEndian
    }

    /// Returns the uppercase digit of a nibble.
    @inline(__always)
    static func upperCase(_ nibble: UInt8) -> UInt8 {
        nibble &+ (nibble < 10 ? UInt8(ascii: "0") : UInt8(ascii: "A") &- 10)
    }

    /// Returns the value of a hexadecimal digit in either case; `nil` for any other byte.
    @inline(__always)
    static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }
}
