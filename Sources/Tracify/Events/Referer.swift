//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The referrer: the URL of the page a visitor came from, with scheme, host and path.
///
/// Query, fragment and user info are removed as for a ``PageURL`` (contract, `Referer`). The scheme is `http`, `https` or
/// `android-app`, which Android apps send.
public struct Referer: Sendable, Hashable {
    /// The maximum length of a referrer, in bytes; a longer one is truncated.
    public static let maximumLength = 2048

    /// The wire form of the referrer.
    public let text: String

    static let field = "Referer"

    /// Creates a referrer from an absolute URL.
    ///
    /// The URL is normalized as for a ``PageURL``, then truncated to ``maximumLength``.
    ///
    /// - Parameters:
    ///   - text: The absolute URL.
    ///   - keepsQuery: Whether the query is kept.
    /// - Throws: ``ValidationError`` about `Referer` if the text is not an absolute URL with a host and one of the three schemes.
    public init(_ text: String, keepsQuery: Bool = false) throws(ValidationError) {
        guard let referer = text.withBytes({ Referer($0, keepsQuery: keepsQuery) }) else {
            throw ValidationError(
                field: Referer.field,
                code: text.isEmpty ? .empty : .malformed,
                allowed: "an absolute URL with a host and the scheme http, https or android-app"
            )
        }
        self = referer
    }

    /// Creates a referrer from the bytes of an absolute URL; `nil` where ``init(_:keepsQuery:)`` throws.
    private init?(_ bytes: Bytes, keepsQuery: Bool) {
        guard let parts = URLParts(bytes) else { return nil }
        self.init(parts, path: parts.path, keepsQuery: keepsQuery)
    }

    /// Creates a referrer from the parts of a URL, with another path; `nil` when it is not one.
    init?(_ parts: URLParts, path: Bytes, keepsQuery: Bool = false) {
        guard let site = Referer.site(parts) else { return nil }
        var result = URLParts.text(site, path: path)
        if keepsQuery, let query = parts.query, !query.isEmpty {
            result += "?" + URLParts.canonicalQuery(query)
        }
        self.text = URLParts.cut(result, to: Referer.maximumLength)
    }

    /// Creates a referrer from an origin in canonical form and a path.
    init(canonical origin: Bytes, path: Bytes) {
        self.text = URLParts.cut(URLParts.text(origin, path: path), to: Referer.maximumLength)
    }

    private static func site(_ parts: URLParts) -> String? {
        if let origin = Origin(scheme: parts.scheme, authority: parts.authority) { return origin.text }
        guard
            parts.scheme.equals("android-app"),
            let package = URLParts.canonicalAuthority(parts.authority, defaultPort: 0)
        else { return nil }
        return "android-app://" + package
    }
}

extension Referer: CustomStringConvertible {
    /// The wire form, the same as ``text``.
    public var description: String { self.text }
}
