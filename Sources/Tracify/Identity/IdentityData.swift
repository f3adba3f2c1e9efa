/// Who an event is about, as Tracify knows visitors: anonymized hashes, each with its class.
///
/// The address and the user agent are required, the session is made of both; the email is there when it is known. On the wire it
/// is an object from hash to class, 1 to 4 (contract, `identity_data`).
public struct IdentityData: Sendable, Hashable {
    /// The email's hash, class 1, if the email is known.
    public var email: AnonymizedHash?
    /// The session's hash, class 2: of the address and the user agent with `|` between them.
    public var session: AnonymizedHash
    /// The address's hash, class 3.
    public var address: AnonymizedHash
    /// The user agent's hash, class 4.
    public var userAgent: AnonymizedHash

    /// Puts hashes together.
    ///
    /// - Parameters:
    ///   - email: The email's hash, if the email is known.
    ///   - session: The session's hash.
    ///   - address: The address's hash.
    ///   - userAgent: The user agent's hash.
    public init(
        email: AnonymizedHash? = nil,
        session: AnonymizedHash,
        address: AnonymizedHash,
        userAgent: AnonymizedHash
    ) {
        self.email = email
        self.session = session
        self.address = address
        self.userAgent = userAgent
    }
}

extension IdentityData: Codable {}

extension AnonymizedHash: Codable {
    /// Reads the 64 hexadecimal characters.
    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the 64 hexadecimal characters.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
