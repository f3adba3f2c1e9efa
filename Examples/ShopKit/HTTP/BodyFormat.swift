//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// The format of a request body: a form or JSON.
enum BodyFormat {
    case form
    case json

    /// The field name in errors about a body that cannot be parsed.
    static let field = "body"

    /// Parses a `Content-Type` field and ignores its parameters.
    ///
    /// The result is `nil` for an unsupported type.
    ///
    /// - Parameter contentType: The value of the field.
    init?(contentType: String?) {
        guard let type = contentType?.split(separator: ";", omittingEmptySubsequences: false).first else { return nil }
        switch type.filter({ $0 != " " && $0 != "\t" }).lowercased() {
        case "application/x-www-form-urlencoded": self = .form
        case "application/json": self = .json
        default: return nil
        }
    }
}

extension ValidationError {
    /// Returns the error for a missing required field.
    static func missing(_ field: String, allowed: String) -> ValidationError {
        ValidationError(field: field, code: .missing, allowed: allowed)
    }
}
