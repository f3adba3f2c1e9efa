/// A setting with a value that is not allowed, or that is required and not there. One line is all there is to say.
public struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The setting's name as an environment variable: `TRACIFY_BATCH_SIZE`.
    public let name: String
    /// The value, cut and without control characters; `nil` for a secret and for a setting that is not there.
    public let value: String?
    /// What is allowed, in words.
    public let allowed: String
    private let isMissing: Bool

    /// A setting whose value turned out to be wrong when it was used, such as an address that cannot be listened at.
    ///
    /// - Parameters:
    ///   - name: The setting's name as an environment variable.
    ///   - value: The value; no secret.
    ///   - allowed: What is allowed, in words.
    public init(name: String, value: String, allowed: String) {
        self = .wrong(name, value: value, allowed: allowed)
    }

    private init(name: String, value: String?, allowed: String, isMissing: Bool) {
        self.name = name
        self.value = value
        self.allowed = allowed
        self.isMissing = isMissing
    }

    static func missing(_ name: String, allowed: String) -> SettingError {
        SettingError(name: name, value: nil, allowed: allowed, isMissing: true)
    }

    static func wrong(_ name: String, value: String?, allowed: String) -> SettingError {
        SettingError(name: name, value: value.map(SettingError.printable), allowed: allowed, isMissing: false)
    }

    /// One line: name, value and what is allowed.
    public var description: String {
        let problem = self.isMissing ? "is not set" : self.value.map { "is \"\($0)\"" } ?? "has a value that is not allowed"
        return "\(self.name) \(problem); allowed: \(self.allowed)"
    }

    private static func printable(_ value: String) -> String {
        let limit = 100
        let scalars = value.unicodeScalars.prefix(limit)
            .map { scalar in
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.properties.isBidiControl
                    || scalar.properties.generalCategory == .lineSeparator
                    || scalar.properties.generalCategory == .paragraphSeparator
                    ? "\u{FFFD}" : Character(scalar)
            }
        return String(scalars) + (value.unicodeScalars.count > limit ? "…" : "")
    }
}
