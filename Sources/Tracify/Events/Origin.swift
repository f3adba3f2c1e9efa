/// A site, as a serialized origin: `https://www.example.com`, with a port only when it is not the scheme's own.
public struct Origin: Sendable, Hashable {
    /// The origin as it goes over the wire.
    public let text: String

    static let field = "origin"

    /// Reads a serialized origin.
    ///
    /// - Throws: ``InvalidValue`` about `origin` when it is anything but `http` or `https`, a host and perhaps a port: a path, a
    ///   trailing slash, user info or `null` are refused.
    public init(_ text: String) throws(InvalidValue) {
        guard
            let parts = URLParts(text[...]),
            parts.authority.endIndex == text.endIndex,
            !parts.authority.utf8.contains(UInt8(ascii: "@")),
            let origin = Origin(scheme: parts.scheme, authority: parts.authority)
        else {
            throw InvalidValue(
                field: Origin.field,
                code: text.isEmpty ? .empty : .malformed,
                allowed: "a serialized origin: http or https, host and, if it is not the default, port"
            )
        }
        self = origin
    }

    /// Makes an origin of a scheme and an authority, such as a `Host` header; user info is left out.
    init?(scheme: Substring, authority: Substring) {
        let isSecure: Bool
        switch scheme.utf8.count {
        case 5 where scheme == "https" || scheme.lowercased() == "https": isSecure = true
        case 4 where scheme == "http" || scheme.lowercased() == "http": isSecure = false
        default: return nil
        }
        guard let authority = URLParts.canonicalAuthority(authority, defaultPort: isSecure ? 443 : 80) else { return nil }
        self.text = (isSecure ? "https://" : "http://") + authority
    }
}

extension Origin: CustomStringConvertible {
    /// The origin as it goes over the wire.
    public var description: String { self.text }
}
