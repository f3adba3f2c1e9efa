//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The checks of media types that capture needs.
enum MediaType {
    static func isHTML(_ value: String) -> Bool {
        self.begins(value, with: "text/html") || self.begins(value, with: "application/xhtml+xml")
    }

    static func isJSON(_ value: String) -> Bool {
        self.begins(value, with: "application/json")
    }

    /// Returns whether `value` begins with `token`, in any case, and the token ends there.
    static func begins(_ value: String, with token: StaticString) -> Bool {
        var value = value
        return value.withUTF8 { bytes in
            let length = token.utf8CodeUnitCount
            guard bytes.count >= length else { return false }
            for index in 0..<length {
                let byte = bytes[index]
                let isUpperCase = byte &- UInt8(ascii: "A") < 26
                guard (isUpperCase ? byte | 0x20 : byte) == token.utf8Start[index] else { return false }
            }
            return bytes.count == length || [UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t")].contains(bytes[length])
        }
    }
}
