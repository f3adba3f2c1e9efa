//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The checks of media types that capture needs.
enum MediaType {
    static func isHTML(_ value: Bytes) -> Bool {
        self.begins(value, with: "text/html") || self.begins(value, with: "application/xhtml+xml")
    }

    static func isJSON(_ value: Bytes) -> Bool {
        self.begins(value, with: "application/json")
    }

    /// Returns whether `value` begins with `token`, in any case, and the token ends there.
    @inline(__always)
    static func begins(_ value: Bytes, with token: StaticString) -> Bool {
        // The first comparison is by words, and nearly always enough.
        guard value.hasPrefix(token) || value.hasPrefixIgnoringCase(token) else { return false }
        guard value.count > token.utf8CodeUnitCount else { return true }
        let next = value[value.startIndex + token.utf8CodeUnitCount]
        return next == UInt8(ascii: ";") || next == UInt8(ascii: " ") || next == UInt8(ascii: "\t")
    }
}
