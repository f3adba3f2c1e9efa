/// The page a visitor came from: scheme, host and path.
///
/// Query, fragment and user info are removed, as for a ``PageURL``. Besides `http` and `https` the scheme may be `android-app`,
/// which Android's own apps send.
public struct Referer: Sendable, Hashable {
    /// The longest referer, in bytes; a longer one is cut.
    public static let maximumLength = 2048

    /// The referer as it goes over the wire.
    public let text: String

    static let field = "Referer"

    /// Reads an absolute URL and reduces it; what is then longer than ``maximumLength`` is cut.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - keepsQuery: Whether the query stays. Off by default.
    /// - Throws: ``InvalidValue`` about `Referer` when it is no absolute URL of one of the three schemes.
    public init(_ text: String, keepsQuery: Bool = false) throws(InvalidValue) {
        guard let parts = URLParts(text[...]), let site = Referer.site(parts) else {
            throw InvalidValue(
                field: Referer.field,
                code: text.isEmpty ? .empty : .malformed,
                allowed: "an absolute URL of http, https or android-app with a host"
            )
        }
        var result = site + URLParts.canonicalPath(parts.path)
        if keepsQuery, let query = parts.query, !query.isEmpty {
            result += "?" + URLParts.canonicalQuery(query)
        }
        self.text = URLParts.cut(result, to: Referer.maximumLength)
    }

    private static func site(_ parts: URLParts) -> String? {
        if let origin = Origin(scheme: parts.scheme, authority: parts.authority) { return origin.text }
        guard
            parts.scheme == "android-app",
            let package = URLParts.canonicalAuthority(parts.authority, defaultPort: 0)
        else { return nil }
        return "android-app://" + package
    }
}

extension Referer: CustomStringConvertible {
    /// The referer as it goes over the wire.
    public var description: String { self.text }
}
