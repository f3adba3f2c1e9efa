//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// The ordered fields of an `application/x-www-form-urlencoded` body, whose names may repeat.
struct FormBody {
    private let fields: [(name: String, value: String)]

    /// Parses a body.
    ///
    /// - Parameter body: The bytes of the body.
    /// - Throws: `ValidationError` for the body if a percent escape is malformed or the result is not UTF-8. Browsers send
    ///   neither.
    init(_ body: [UInt8]) throws(ValidationError) {
        var fields: [(name: String, value: String)] = []
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard
                let name = PercentEncoding.decode(pair[..<equals], plusIsSpace: true),
                let value = PercentEncoding.decode(pair[equals...].dropFirst(), plusIsSpace: true)
            else {
                throw ValidationError(field: BodyFormat.field, code: .malformed, allowed: "a percent-encoded form in UTF-8")
            }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// The first value of a field, or `nil` if the field is missing.
    subscript(name: String) -> String? {
        self.fields.first { $0.name == name }?.value
    }

    /// Returns all values of a field, in order.
    func all(_ name: String) -> [String] {
        self.fields.filter { $0.name == name }.map(\.value)
    }
}
