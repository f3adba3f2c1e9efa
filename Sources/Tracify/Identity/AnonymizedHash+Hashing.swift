//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension AnonymizedHash {
    /// Creates the hash of a text with Tracify's anonymization algorithm.
    ///
    /// The algorithm is `hex(SHA-256(first 59 characters of hex(SHA-256(text as UTF-8))))`, the same for addresses, user agents,
    /// sessions and emails (contract, "Anonymization"). The text is hashed without normalization. Pass an
    /// address in its canonical text form, and an email without surrounding whitespace.
    ///
    /// - Parameter text: The text to hash; may be empty.
    public init(hashing text: String) {
        var anonymizer = Anonymizer()
        self = anonymizer.anonymize(text)
    }
}
