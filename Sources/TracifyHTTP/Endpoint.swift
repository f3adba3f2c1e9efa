public import Tracify

/// Where events are sent: the URL of Tracify's events API.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// The path of the events API (contract, "Request").
    public static let path = "/api/v1/events"

    /// The full URL.
    public let url: String

    private init(uncheckedURL: String) {
        self.url = uncheckedURL
    }

    /// Tracify's production host.
    public static let production = Endpoint(uncheckedURL: "https://api.tracify.ai" + path)
    /// Tracify's staging host.
    public static let staging = Endpoint(uncheckedURL: "https://devapi.tracify.ai" + path)

    /// An endpoint of one's own: a collector, a proxy, a test's server.
    ///
    /// - Parameter url: The full URL. Without a path, ``path`` is added.
    /// - Throws: ``Tracify/InvalidValue`` about `endpoint` when it is no absolute `https` URL, has user info or a fragment; plain
    ///   `http` is taken to loopback addresses only, as the token travels with every request.
    public init(_ url: String) throws(InvalidValue) {
        guard
            let parts = URLParts(url[...]), let page = try? PageURL(url, keepsQuery: true),
            !parts.authority.contains("@"), !url.contains("#")
        else {
            throw InvalidValue(field: "endpoint", code: url.isEmpty ? .empty : .malformed, allowed: Endpoint.allowed)
        }
        let isSecure = page.text.hasPrefix("https://")
        guard isSecure || Endpoint.isLoopback(page.origin) else {
            throw InvalidValue(field: "endpoint", code: .outOfRange, allowed: Endpoint.allowed)
        }
        self.url = parts.path.isEmpty || parts.path == "/" ? page.origin.text + Endpoint.path : page.text
    }

    private static let allowed = "an absolute https URL without user info, or plain http to localhost, 127.0.0.0/8 or [::1]"

    private static func isLoopback(_ origin: Origin) -> Bool {
        guard let authority = URLParts(origin.text[...])?.authority else { return false }
        if authority.hasPrefix("[") { return authority == "[::1]" || authority.hasPrefix("[::1]:") }
        let host = authority.prefix { $0 != ":" }
        return host == "localhost" || IPAddress(host).map { $0.isIPv4 && $0.text.hasPrefix("127.") } ?? false
    }

    /// The full URL.
    public var description: String { self.url }
}
