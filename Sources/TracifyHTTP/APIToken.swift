public import Tracify

/// The API key that Tracify gives to a customer. It shows itself nowhere: not in a description, not when it is dumped.
public struct APIToken: Sendable, Hashable {
    /// The longest token, in bytes.
    public static let maximumLength = 4096

    let value: String

    /// Takes a token; white space around it, as files and variables bring it, is removed.
    ///
    /// - Throws: ``Tracify/InvalidValue`` about `token` when it is empty, too long, or has characters that a header cannot carry.
    public init(_ token: String) throws(InvalidValue) {
        let trimmed = token.drop(while: \.isWhitespace)
        let value = String(trimmed[..<(trimmed.lastIndex { !$0.isWhitespace }.map(trimmed.index(after:)) ?? trimmed.startIndex)])
        guard !value.isEmpty, value.utf8.count <= APIToken.maximumLength, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw InvalidValue(
                field: "token",
                code: value.isEmpty ? .empty : (value.utf8.count > APIToken.maximumLength ? .tooLong : .malformed),
                allowed: "1 to \(APIToken.maximumLength) visible ASCII characters"
            )
        }
        self.value = value
    }

    /// `text` without the token, wherever it stands in it. For what a far end says, which may repeat what it was sent.
    func redact(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: self.value) {
            result += rest[..<range.lowerBound] + "[token]"
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}

extension APIToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Not the token.
    public var description: String { "[token]" }
    /// Not the token.
    public var debugDescription: String { self.description }
    /// Not the token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
