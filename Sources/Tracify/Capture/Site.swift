//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A pattern of host names: one host, or the subdomains of one.
///
/// `shop.example` and `shop.example:443` are that host at the default port of the scheme, and `shop.example:8443` is the host at that port.
/// `*.shop.example` are its subdomains at the default port, but not `shop.example` itself.
public struct HostPattern: Sendable, Hashable, CustomStringConvertible {
    /// The host in canonical form: lower case, with a port only if the text has one.
    ///
    /// A wildcard is without its star: `.shop.example`.
    private let host: [UInt8]

    /// The canonical text of the pattern.
    public let description: String

    /// Whether the pattern is one host.
    public var isExact: Bool { self.host.first != UInt8(ascii: ".") }

    /// Creates a pattern from its text.
    ///
    /// - Parameter text: The pattern, such as `shop.example`, `shop.example:8443` or `*.shop.example`, in any case.
    /// - Throws: ``ValidationError`` with the field `host` when the text is not such a pattern.
    public init(_ text: String) throws(ValidationError) {
        let isWildcard = text.hasPrefix("*.")
        let name = isWildcard ? text.dropFirst(2) : text[...]
        guard !name.contains("@"), !name.contains(".."), !name.hasPrefix("."),
            var host = name.withBytes({ URLParts.canonicalAuthority($0, defaultPort: 443) }),
            !isWildcard || !name.contains(":")
        else {
            throw ValidationError(
                field: "host",
                code: text.isEmpty ? .empty : .malformed,
                allowed: "a host such as shop.example or shop.example:8443, or subdomains such as *.shop.example"
            )
        }
        if host.hasSuffix(":80") { host.removeLast(3) }
        self.host = Array((isWildcard ? ".\(host)" : host).utf8)
        self.description = isWildcard ? "*.\(host)" : host
    }

    /// Returns whether a canonical authority, without the default port of its scheme, matches.
    func matches(_ authority: Bytes) -> Bool {
        if self.isExact { return authority.elementsEqual(self.host) }
        return authority.count > self.host.count && authority.suffix(self.host.count).elementsEqual(self.host)
    }
}

/// A site that may be reported.
///
/// Where one process serves several sites, each can have its own ``CustomerSiteID``.
public struct Site: Sendable, Hashable {
    /// The hosts of the site.
    public let host: HostPattern
    /// The ID of the site; `nil` for that of the tracker.
    public let customerSiteID: CustomerSiteID?

    /// Creates a site.
    ///
    /// - Parameters:
    ///   - host: The host, or its subdomains; see ``HostPattern``.
    ///   - customerSiteID: The ID of the site; that of the tracker when `nil`.
    /// - Throws: ``ValidationError`` with the field `host`.
    public init(_ host: String, customerSiteID: CustomerSiteID? = nil) throws(ValidationError) {
        self.host = try HostPattern(host)
        self.customerSiteID = customerSiteID
    }
}

extension [Site] {
    /// Returns the first site of the list that an origin belongs to.
    func first(of origin: Origin) -> Site? {
        self.isEmpty ? nil : origin.withAuthority { self.first(of: $0) }
    }

    /// Returns the first site of the list that an authority in canonical form belongs to.
    func first(of authority: Bytes) -> Site? { self.first { $0.host.matches(authority) } }

    /// The first exact host, which stands for the site of orders from elsewhere.
    var fallback: Site? { self.first { $0.host.isExact } }
}
