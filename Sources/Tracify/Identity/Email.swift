//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An email without surrounding whitespace.
///
/// It is personal data and leaves the process only as a hash.
package struct Email: Sendable {
    private let text: String

    /// The maximum length, in bytes of UTF-8.
    ///
    /// RFC 5321 allows 254 bytes, but some systems accept longer emails.
    static let maximumLength = 1024

    /// Creates an email; the result is `nil` if the text is blank or longer than ``maximumLength``.
    package init?(_ text: String) {
        let trimmed = text.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        guard trimmed[...last].utf8.count <= Email.maximumLength else { return nil }
        self.text = String(trimmed[...last])
    }

    /// The length, in bytes of UTF-8.
    var byteCount: Int { self.text.utf8.count }

    /// Returns the text to hash.
    ///
    /// Lowercasing is an option of the tracker, ``CaptureConfiguration/lowercasesEmail`` (contract, "Anonymization").
    package func normalized(lowercasing: Bool) -> String {
        lowercasing ? self.text.lowercased() : self.text
    }
}
