//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// The URL of Tracify's events API.
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

    /// Creates another endpoint: a collector, a proxy, a test's server.
    ///
    /// - Parameter url: The full URL, with its path.
    /// - Throws: `ValidationError` about `endpoint` when it is not an absolute `https` URL, or has no path, user information or a
    ///   fragment; plain `http` is allowed to loopback addresses only, because the token travels with every request.
    public init(_ url: String) throws(ValidationError) {
        guard
            let parts = URLParts.texts(of: url), let page = try? PageURL(url, keepsQuery: true),
            !parts.authority.contains("@"), !url.contains("#"), !parts.path.isEmpty, parts.path != "/"
        else {
            throw ValidationError(field: "endpoint", code: url.isEmpty ? .empty : .malformed, allowed: Endpoint.allowed)
        }
        self.url = page.text
        guard self.isSecure || self.isLoopback else {
            throw ValidationError(field: "endpoint", code: .outOfRange, allowed: Endpoint.allowed)
        }
    }

    /// Whether the connection is encrypted.
    package var isSecure: Bool { self.url.hasPrefix("https://") }

    /// The host, without brackets, and the port.
    package var address: (host: String, port: Int) {
        let authority = (URLParts.texts(of: self.url)?.authority ?? "")[...]
        let isIPv6 = authority.hasPrefix("[")
        let host = isIPv6 ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        let port = authority.dropFirst(host.count + (isIPv6 ? 2 : 0)).dropFirst()
        return (String(host), Int(port) ?? (self.isSecure ? 443 : 80))
    }

    private static let allowed =
        "an absolute https URL with a path such as \(path) and without user information, or plain http to localhost, 127.0.0.0/8 or [::1]"

    /// Whether the host is this machine.
    package var isLoopback: Bool {
        let host = self.address.host
        return host == "localhost" || host == "::1" || IPAddress(host).map { $0.isIPv4 && $0.text.hasPrefix("127.") } ?? false
    }

    /// The full URL.
    public var description: String { self.url }
}
