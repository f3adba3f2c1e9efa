import Tracify

/// The customer's email.
enum EmailField {
    /// The longest address (RFC 5321), in bytes.
    private static let maximumLength = 254

    /// Checks that a text looks like an address. Whether it is one, only a mail to it can tell.
    ///
    /// - Returns: The address without white space around it; `nil` when none was given.
    /// - Throws: `ValidationError` about `email`. It does not hold the address.
    static func check(_ text: String?) throws(ValidationError) -> String? {
        let address = (text ?? "").trimmingWhitespace
        guard !address.isEmpty else { return nil }
        guard address.utf8.count <= self.maximumLength else {
            throw ValidationError(field: "email", code: .tooLong, allowed: "at most \(self.maximumLength) bytes")
        }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }), !address.utf8.contains(where: { $0 <= 0x20 }) else {
            throw ValidationError(field: "email", code: .malformed, allowed: "an address such as name@example.com")
        }
        return address
    }
}

extension String {
    fileprivate var trimmingWhitespace: String {
        let start = self.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
