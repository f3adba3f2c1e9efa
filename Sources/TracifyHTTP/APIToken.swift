//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// The API key that Tracify gives to a customer.
///
/// Its description and its mirror do not show it.
public struct APIToken: Sendable, Hashable {
    /// The longest token, in bytes.
    static let maximumLength = 4096

    static let allowed = "1 to \(APIToken.maximumLength) visible ASCII characters"

    let value: String

    /// Creates a token.
    ///
    /// Whitespace around it, as in files and variables, is removed.
    ///
    /// - Parameter token: The text of the key.
    /// - Throws: `ValidationError` about `token` when it is empty, too long, or has characters that a header cannot carry.
    public init(_ token: String) throws(ValidationError) {
        let trimmed = token.drop(while: \.isWhitespace)
        let value = String(trimmed[..<(trimmed.lastIndex { !$0.isWhitespace }.map(trimmed.index(after:)) ?? trimmed.startIndex)])
        guard !value.isEmpty, value.utf8.count <= APIToken.maximumLength, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ValidationError(
                field: "token",
                code: value.isEmpty ? .empty : (value.utf8.count > APIToken.maximumLength ? .tooLong : .malformed),
                allowed: APIToken.allowed
            )
        }
        self.value = value
    }

    /// Returns `text` with each occurrence of the token replaced: a destination's error may repeat what it was sent.
    func redact(_ text: String) -> String {
        // In Unicode scalars: a combining character after the token is one character with its last letter.
        let token = self.value.unicodeScalars
        var result = ""
        var rest = text.unicodeScalars[...]
        while let range = rest.firstRange(of: token) {
            result.unicodeScalars += rest[..<range.lowerBound]
            result += "[token]"
            rest = rest[range.upperBound...]
        }
        result.unicodeScalars += rest
        return result
    }
}

extension APIToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A placeholder.
    public var description: String { "[token]" }
    /// A placeholder.
    public var debugDescription: String { self.description }
    /// A placeholder.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
