import Tracify

/// The two forms in which the shop takes input: what a page's form sends, and what a program sends.
enum BodyFormat {
    case form
    case json

    /// The field's name in an error about a body that cannot be read at all.
    static let field = "body"

    /// Reads a `Content-Type` field; its parameters are of no interest.
    ///
    /// - Returns: `nil` for a type that the shop does not take.
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
    /// The error for a required field that was not sent.
    static func missing(_ field: String, allowed: String) -> ValidationError {
        ValidationError(field: field, code: .missing, allowed: allowed)
    }
}
