//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An error in the decoding of events from Tracify's wire form.
public struct EventDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error.
    ///
    /// It is a struct, so that later versions can add codes without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// The bytes are not JSON.
        public static let malformed = Code(description: "malformed")
        /// The JSON violates the contract.
        public static let invalid = Code(description: "invalid")
    }

    /// The kind of error.
    public let code: Code
    /// The index of the event in the body, from 0; `nil` if the error is in the body itself.
    public let eventIndex: Int?
    /// The error in a field; `nil` if the bytes are not JSON.
    public let validationError: ValidationError?
    /// One line with the event's index, the field and the error, without any of the content.
    public let description: String

    init(_ error: JSONParsingError) {
        self.code = .malformed
        self.eventIndex = nil
        self.validationError = nil
        self.description = error.description
    }

    init(_ error: ValidationError, index: Int? = nil) {
        self.code = .invalid
        self.eventIndex = index
        self.validationError = error
        self.description = index.map { "event \($0): \(error)" } ?? error.description
    }

    init(_ deviation: EventValidator.Deviation) {
        // A `ValidationError` names a key of `data` without its path.
        let field = deviation.field.hasPrefix("data.") ? String(deviation.field.dropFirst(5)) : deviation.field
        self.code = .invalid
        self.eventIndex = deviation.eventIndex
        self.validationError = ValidationError(
            field: field,
            code: .malformed,
            allowed: "what the contract allows (\(deviation.rule))"
        )
        self.description = deviation.description
    }
}
