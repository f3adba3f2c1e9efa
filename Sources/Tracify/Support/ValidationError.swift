//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An error about a value that is not allowed, thrown when the value is created.
///
/// It names the field of the contract (`order_id`, `ITEM2`) or the setting of the configuration (`batches.maximumEvents`), the
/// kind of error, and the allowed values. It never contains the value, which may be personal data.
public struct ValidationError: Error, Hashable, Sendable {
    /// The kind of error.
    ///
    /// It is a struct, so that later versions can add codes without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code, in words.
        public let description: String

        /// The value is required and missing.
        public static let missing = Code(description: "missing")
        /// The value has no characters, or only whitespace.
        public static let empty = Code(description: "empty")
        /// The value exceeds its byte limit, or the number of values exceeds the count limit.
        public static let tooLong = Code(description: "too long")
        /// The value does not have the required form.
        public static let malformed = Code(description: "malformed")
        /// The value has the required form but lies outside the allowed range or set.
        public static let outOfRange = Code(description: "out of range")
    }

    /// The name of the field in the contract, such as `currency` or `ITEM2`, or of the setting.
    public let field: String
    /// The kind of error.
    public let code: Code
    /// The allowed values in words, with limits and units.
    public let allowed: String

    /// Creates an error about one field or setting.
    ///
    /// - Parameters:
    ///   - field: The name of the field in the contract, or of the setting.
    ///   - code: The kind of error.
    ///   - allowed: The allowed values in words, without the rejected value.
    public init(field: String, code: Code, allowed: String) {
        self.field = field
        self.code = code
        self.allowed = allowed
    }

    /// Returns the same error about another field.
    ///
    /// A ``LineItem`` does not know its number in the order, so it throws an error about `QTY`; the caller renames it to `QTY2`.
    ///
    /// - Parameter field: The name of the field, such as `QTY2`.
    /// - Returns: A copy of the error with that field.
    public func renamed(to field: String) -> ValidationError {
        ValidationError(field: field, code: self.code, allowed: self.allowed)
    }
}

extension ValidationError: CustomStringConvertible {
    /// One line with the field, the kind of error and the allowed values.
    public var description: String {
        "\(self.field) is \(self.code); allowed: \(self.allowed)"
    }
}

extension ValidationError {
    /// Returns whether a text is empty or contains only whitespace and control characters.
    package static func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value <= 0x20 || $0.properties.isWhitespace }
    }

    /// Checks that a required text is not blank and has at most `limit` bytes of UTF-8.
    static func checkText(_ text: String, field: String, limit: Int) throws(ValidationError) {
        guard !self.isBlank(text) else {
            throw ValidationError(field: field, code: .empty, allowed: "1 to \(limit) bytes of UTF-8, not only whitespace")
        }
        guard text.utf8.count <= limit else {
            throw ValidationError(field: field, code: .tooLong, allowed: "at most \(limit) bytes of UTF-8")
        }
    }

    /// Checks that a number is in its range.
    package static func check(
        _ value: Int,
        in range: ClosedRange<Int>,
        field: String,
        unit: String
    ) throws(ValidationError) {
        guard range.contains(value) else {
            throw ValidationError(field: field, code: .outOfRange, allowed: "\(range.lowerBound) to \(range.upperBound) \(unit)")
        }
    }

    /// Checks that a duration is in its range.
    package static func check(_ value: Duration, in range: ClosedRange<Duration>, field: String) throws(ValidationError) {
        guard range.contains(value) else {
            throw ValidationError(field: field, code: .outOfRange, allowed: "\(self.seconds(range)) seconds")
        }
    }

    /// Returns the limits of a range in seconds as text: `0.001 to 3600`.
    package static func seconds(_ range: ClosedRange<Duration>) -> String {
        "\(self.seconds(range.lowerBound)) to \(self.seconds(range.upperBound))"
    }

    private static func seconds(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        return seconds == seconds.rounded() ? "\(Int64(seconds))" : "\(seconds)"
    }
}
