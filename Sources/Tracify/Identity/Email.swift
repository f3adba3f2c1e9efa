/// An email as it was given, less the white space around it. Hashed, never shown.
struct Email: Sendable {
    private let text: String

    /// RFC 5321 allows 254 bytes; some systems let more pass.
    static let maximumLength = 1024

    /// - Returns: `nil` when there is nothing in it, or far more than an address has.
    init?(_ text: String) {
        let trimmed = text.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        guard trimmed[...last].utf8.count <= Email.maximumLength else { return nil }
        self.text = String(trimmed[...last])
    }

    var byteCount: Int { self.text.utf8.count }

    /// What is hashed. Whether it is lower-cased first is a tracker's setting (contract, "Anonymization").
    func normalized(lowercasing: Bool) -> String {
        lowercasing ? self.text.lowercased() : self.text
    }
}
