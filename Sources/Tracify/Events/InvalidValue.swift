/// A value that Tracify would not take, caught where it was made.
///
/// The error names the field as the contract does (`order_id`, `ITEM2`), says what is wrong and what is allowed. It never
/// carries the value itself, which may be personal.
public struct InvalidValue: Error, Hashable, Sendable {
    /// What is wrong with the value. A struct, so that cases can be added without breaking a `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the case.
        public let description: String

        /// The value is required and is not there.
        public static let missing = Code(description: "missing")
        /// The value has no characters, or only white space.
        public static let empty = Code(description: "empty")
        /// The value is longer, or there are more of them, than the limit.
        public static let tooLong = Code(description: "too long")
        /// The value does not have the form that the field needs.
        public static let malformed = Code(description: "malformed")
        /// The value has the right form and lies outside the allowed range or set.
        public static let outOfRange = Code(description: "out of range")
    }

    /// The field's name in the contract, e.g. `currency`, `amount`, `ITEM2`.
    public let field: String
    /// What is wrong.
    public let code: Code
    /// What is allowed, in words, with the limit and its unit.
    public let allowed: String

    /// Creates an error about one field.
    ///
    /// - Parameters:
    ///   - field: The field's name in the contract.
    ///   - code: What is wrong.
    ///   - allowed: What is allowed, in words, without the value that was given.
    public init(field: String, code: Code, allowed: String) {
        self.field = field
        self.code = code
        self.allowed = allowed
    }

    /// The same error about another field, for a part that learns its place only in the whole: an item's number in an order.
    ///
    /// - Parameter field: The field's name in the whole, e.g. `AMT2`.
    public func renamed(to field: String) -> InvalidValue {
        InvalidValue(field: field, code: self.code, allowed: self.allowed)
    }
}

extension InvalidValue: CustomStringConvertible {
    /// One line: field, fault and what is allowed.
    public var description: String {
        "\(self.field) is \(self.code); allowed: \(self.allowed)"
    }
}

extension InvalidValue {
    /// Whether there is nothing in a text but white space and controls.
    static func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value <= 0x20 || $0.properties.isWhitespace }
    }

    /// Checks a required text: not blank, and at most `limit` UTF-8 bytes.
    static func checkText(_ text: String, field: String, limit: Int) throws(InvalidValue) {
        guard !self.isBlank(text) else {
            throw InvalidValue(field: field, code: .empty, allowed: "1 to \(limit) bytes of UTF-8, not only white space")
        }
        guard text.utf8.count <= limit else {
            throw InvalidValue(field: field, code: .tooLong, allowed: "at most \(limit) bytes of UTF-8")
        }
    }
}
