//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The origin of a site: scheme, host and port (RFC 6454).
public struct Origin: Sendable, Hashable {
    /// The wire form: a serialized origin such as `https://www.example.com`, with a port only if it is not the scheme's default.
    public let text: String

    static let field = "origin"

    /// Calls a closure with the host, with a port only if it is not the scheme's default.
    @inline(__always)
    func withAuthority<Result>(_ body: (Bytes) -> Result) -> Result {
        self.text.withBytes { body($0.dropFirst($0.hasPrefix("https:") ? 8 : 7)) }
    }

    /// Returns whether an authority in canonical form is that of the origin, whatever the scheme.
    ///
    /// Behind a proxy that terminates TLS, a server may see `http` where the browser has `https`.
    func hasAuthority(_ authority: Bytes) -> Bool { self.withAuthority { $0.equals(authority) } }

    /// Creates an origin from its serialized form.
    ///
    /// The scheme and the host become lowercase, and the scheme's default port is removed.
    ///
    /// - Parameter text: The scheme `http` or `https`, a host and optionally a port, such as `https://www.example.com`.
    /// - Throws: ``ValidationError`` about `origin` for any other text, including one with a path, a trailing slash or user info,
    ///   and `null`.
    public init(_ text: String) throws(ValidationError) {
        let origin = text.withBytes { Origin(serialized: $0) }
        guard let origin else {
            throw ValidationError(
                field: Origin.field,
                code: text.isEmpty ? .empty : .malformed,
                allowed: "a serialized origin such as https://www.example.com: http or https, a host, and optionally a port"
            )
        }
        self = origin
    }

    /// Creates an origin from the bytes of its serialized form; `nil` where ``init(_:)`` throws.
    init?(serialized bytes: Bytes) {
        guard
            let parts = URLParts(bytes), parts.authority.endIndex == bytes.endIndex,
            !parts.authority.contains(UInt8(ascii: "@")),
            let origin = Origin(scheme: parts.scheme, authority: parts.authority)
        else { return nil }
        self = origin
    }

    /// Creates an origin from its bytes in canonical form.
    init(canonical bytes: Bytes) {
        self.text = bytes.text
    }

    /// Returns whether this is the origin of a scheme and an authority that are in canonical form.
    func equals(scheme: Bytes, authority: Bytes) -> Bool {
        self.text.withBytes { text in
            text.count == scheme.count + 3 + authority.count && text.prefix(scheme.count).equals(scheme)
                && text.suffix(authority.count).equals(authority) && text[scheme.count] == UInt8(ascii: ":")
        }
    }

    /// Creates an origin from a scheme and an authority, such as the value of a `Host` field, without its user info.
    ///
    /// The result is `nil` if the scheme is not `http` or `https` or the authority is not valid.
    init?(scheme: Bytes, authority: Bytes) {
        let isSecure = scheme.equalsIgnoringCase("https")
        guard isSecure || scheme.equalsIgnoringCase("http") else { return nil }
        let start: StaticString = isSecure ? "https://" : "http://"
        if URLParts.isCanonicalAuthority(authority) {
            self.text = String(start, authority)
        } else {
            let canonical = URLParts.canonicalAuthority(authority, defaultPort: isSecure ? 443 : 80)
            guard let text = canonical?.withBytes({ String(start, $0) }) else { return nil }
            self.text = text
        }
    }
}

extension Origin: CustomStringConvertible {
    /// The wire form, the same as ``text``.
    public var description: String { self.text }
}
