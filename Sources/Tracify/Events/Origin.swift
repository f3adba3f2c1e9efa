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

    /// Creates an origin from its serialized form.
    ///
    /// The scheme and the host become lowercase, and the scheme's default port is removed.
    ///
    /// - Parameter text: The scheme `http` or `https`, a host and optionally a port, such as `https://www.example.com`.
    /// - Throws: ``ValidationError`` about `origin` for any other text, including one with a path, a trailing slash or user info,
    ///   and `null`.
    public init(_ text: String) throws(ValidationError) {
        guard
            let parts = URLParts(text[...]),
            parts.authority.endIndex == text.endIndex,
            !parts.authority.utf8.contains(UInt8(ascii: "@")),
            let origin = Origin(scheme: parts.scheme, authority: parts.authority)
        else {
            throw ValidationError(
                field: Origin.field,
                code: text.isEmpty ? .empty : .malformed,
                allowed: "a serialized origin such as https://www.example.com: http or https, a host, and optionally a port"
            )
        }
        self = origin
    }

    /// Creates an origin from a scheme and an authority, such as the value of a `Host` field, without its user info.
    ///
    /// The result is `nil` if the scheme is not `http` or `https` or the authority is not valid.
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
    /// The wire form, the same as ``text``.
    public var description: String { self.text }
}
