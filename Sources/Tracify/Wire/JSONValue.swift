/// A JSON value as it was written: members in order and with repeats, numbers as text. The validator must see what a dictionary
/// would hide.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Sendable, Hashable {
        package let key: String
        package let value: JSONValue
    }

    /// The first member with the key, if it is an object.
    package subscript(key key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// What the value is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Text that is no JSON, with the place where that shows.
public struct MalformedJSON: Error, Hashable, Sendable, CustomStringConvertible {
    /// The number of bytes before the fault.
    public let offset: Int
    /// What was wrong or missing there, without any of the text.
    public let problem: String

    /// One line.
    public var description: String { "no JSON: \(self.problem) at byte \(self.offset)" }
}
