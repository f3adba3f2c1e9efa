/// The system has no working SHA-256, so nothing can be anonymized and nothing is sent.
///
/// Seen only where libcrypto is missing its default provider. ``Tracker`` checks for it when it is made.
public struct HashingUnavailable: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line.
    public var description: String { "the system's crypto library has no SHA-256" }
}

/// Anonymizes a text the way Tracify asks for: SHA-256, of which the first 59 hexadecimal characters are hashed again.
///
/// The rule is the contract's, section "Anonymization", the same for address, user agent, session and email:
/// `hex(SHA-256(first 59 characters of hex(SHA-256(text as UTF-8))))`. The text is hashed as it is; how an address or an email
/// is written before is the caller's matter, see ``Visit``.
///
/// - Parameter text: The text; may be empty.
/// - Returns: The hash.
/// - Throws: ``HashingUnavailable``.
public func anonymize(_ text: String) throws(HashingUnavailable) -> AnonymizedHash {
    var anonymizer = Anonymizer()
    return try anonymizer.anonymize(text)
}

/// Anonymizes one text after the other with one context. Belongs to one task at a time.
struct Anonymizer: ~Copyable {
    private var context = SHA256Context()
    private var scratch: [UInt8] = []

    mutating func anonymize(_ text: String) throws(HashingUnavailable) -> AnonymizedHash {
        var text = text
        guard let hash = text.withUTF8({ self.anonymize(bytes: UnsafeRawBufferPointer($0)) }) else { throw HashingUnavailable() }
        return hash
    }

    /// The three hashes of a visitor: address, user agent, and the session made of both.
    mutating func identity(address: String, userAgent: UserAgent) throws(HashingUnavailable) -> IdentityData {
        self.scratch.removeAll(keepingCapacity: true)
        self.scratch.append(contentsOf: address.utf8)
        let addressLength = self.scratch.count
        self.scratch.append(UInt8(ascii: "|"))
        userAgent.append(to: &self.scratch)

        let bytes = self.scratch
        let identity = bytes.withUnsafeBytes { buffer -> IdentityData? in
            guard
                let session = self.anonymize(bytes: buffer),
                let addressHash = self.anonymize(bytes: UnsafeRawBufferPointer(rebasing: buffer.prefix(addressLength))),
                let agentHash = self.anonymize(bytes: UnsafeRawBufferPointer(rebasing: buffer.dropFirst(addressLength + 1)))
            else { return nil }
            return IdentityData(session: session, address: addressHash, userAgent: agentHash)
        }
        guard let identity else { throw HashingUnavailable() }
        return identity
    }

    private mutating func anonymize(bytes: UnsafeRawBufferPointer) -> AnonymizedHash? {
        guard let first = self.context.digest(bytes, AnonymizedHash.init(digest:)) ?? nil else { return nil }
        return first.withHexDigits { hex in
            self.context.digest(UnsafeRawBufferPointer(rebasing: hex.prefix(59)), AnonymizedHash.init(digest:)) ?? nil
        }
    }
}
