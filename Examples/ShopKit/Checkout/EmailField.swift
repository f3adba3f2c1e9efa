//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// The customer's email.
enum EmailField {
    /// The longest address (RFC 5321), in bytes.
    private static let maximumLength = 254

    /// Checks that a text has the form of an email address.
    ///
    /// Only a message to the address can verify that it exists.
    ///
    /// - Parameter text: The text of the field.
    /// - Returns: The address without surrounding whitespace, or `nil` if the field is missing or empty.
    /// - Throws: `ValidationError` for `email`. The error does not contain the address.
    static func check(_ text: String?) throws(ValidationError) -> String? {
        let address = (text ?? "").trimmingWhitespace
        guard !address.isEmpty else { return nil }
        guard address.utf8.count <= self.maximumLength else {
            throw ValidationError(field: "email", code: .tooLong, allowed: "at most \(self.maximumLength) bytes")
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }), !address.utf8.contains(where: { $0 <= 0x20 }) else {
            throw ValidationError(field: "email", code: .malformed, allowed: "an address such as name@example.com")
        }
        return address
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        let start = self.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
