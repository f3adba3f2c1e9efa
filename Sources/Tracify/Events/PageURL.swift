/// The page where an event happened: `https` or `http`, host and path.
///
/// User info and fragment are never part of it, the query only on demand: it carries reset tokens and email addresses, and the
/// page "Server-side events API" asks for "domain + path".
public struct PageURL: Sendable, Hashable {
    /// The longest URL, in bytes.
    public static let maximumLength = 2048

    /// The URL as it goes over the wire.
    public let text: String

    /// The site the page belongs to.
    public let origin: Origin

    static let field = "url"

    /// Reads an absolute URL and reduces it: scheme and host lower-case, default port, user info, query and fragment removed,
    /// bytes that a URL may not hold percent-encoded.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - keepsQuery: Whether the query stays. Off by default.
    /// - Throws: ``InvalidValue`` about `url` when the scheme is not `http` or `https`, the host is none, or what remains is
    ///   longer than ``maximumLength``.
    public init(_ text: String, keepsQuery: Bool = false) throws(InvalidValue) {
        guard let parts = URLParts(text[...]), let origin = Origin(scheme: parts.scheme, authority: parts.authority) else {
            throw InvalidValue(
                field: PageURL.field,
                code: text.isEmpty ? .empty : .malformed,
                allowed: "an absolute http or https URL with a host"
            )
        }
        let url = PageURL(origin: origin, path: parts.path, query: keepsQuery ? parts.query : nil)
        guard url.text.utf8.count <= PageURL.maximumLength else {
            throw InvalidValue(field: PageURL.field, code: .tooLong, allowed: "at most \(PageURL.maximumLength) bytes")
        }
        self = url
    }

    /// A page of a site. The path begins with `/` or is empty.
    init(origin: Origin, path: Substring, query: Substring? = nil) {
        var text = origin.text
        text += URLParts.canonicalPath(path)
        if let query, !query.isEmpty {
            text += "?"
            text += URLParts.canonicalQuery(query)
        }
        self.text = text
        self.origin = origin
    }

    /// The same page, cut to the limit: what a request brings is never too long, it is cut.
    func cutToLimit() -> PageURL {
        PageURL(uncheckedText: URLParts.cut(self.text, to: PageURL.maximumLength), origin: self.origin)
    }

    private init(uncheckedText: String, origin: Origin) {
        self.text = uncheckedText
        self.origin = origin
    }
}

extension PageURL: CustomStringConvertible {
    /// The URL as it goes over the wire.
    public var description: String { self.text }
}
