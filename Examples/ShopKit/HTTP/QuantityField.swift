//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// A quantity as it was sent.
struct QuantityField: Decodable {
    let value: Int

    /// Parses a form field.
    ///
    /// - Parameter text: The value of the field.
    /// - Throws: `ValidationError` for `quantity`.
    init(text: String) throws(ValidationError) {
        guard let value = Int(text) else {
            throw ValidationError(field: "quantity", code: .malformed, allowed: "a whole number")
        }
        self.value = value
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = try? container.decode(Int.self) else {
            // The decoder's error for a number out of range does not name the field.
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a whole number")
        }
        self.value = value
    }
}
