//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The URL of the page where an event occurred: scheme `http` or `https`, host and path.
///
/// It never contains user info or a fragment. By default it does not contain the query either, because the contract asks for
/// "domain + path" and query strings carry reset tokens and email addresses.
public struct PageURL: Sendable, Hashable {
    /// The maximum length of a URL, in bytes.
    public static let maximumLength = 2048

    /// The wire form of the URL.
    public let text: String

    /// The origin of the page.
    public let origin: Origin

    static let field = "url"

    /// Creates a page URL from an absolute URL.
    ///
    /// The scheme and the host become lowercase. The default port, user info, query and fragment are removed. Bytes that RFC 3986
    /// does not allow are percent-encoded.
    ///
    /// - Parameters:
    ///   - text: The absolute URL.
    ///   - keepsQuery: Whether the query is kept.
    /// - Throws: ``ValidationError`` about `url` if the scheme is not `http` or `https`, the host or port is not valid, or the
    ///   result is longer than ``maximumLength``.
    public init(_ text: String, keepsQuery: Bool = false) throws(ValidationError) {
        let url = text.withBytes { bytes in
            URLParts(bytes)
                .flatMap { parts in
                    Origin(scheme: parts.scheme, authority: parts.authority)
                        .map { PageURL(origin: $0, path: parts.path, query: keepsQuery ? parts.query : nil) }
                }
        }
        guard let url else {
            throw ValidationError(
                field: PageURL.field,
                code: text.isEmpty ? .empty : .malformed,
                allowed: "an absolute http or https URL with a host"
            )
        }
        guard url.text.utf8.count <= PageURL.maximumLength else {
            throw ValidationError(field: PageURL.field, code: .tooLong, allowed: "at most \(PageURL.maximumLength) bytes")
        }
        self = url
    }

    /// Creates the URL of a page of a site, without a limit on its length.
    ///
    /// The path begins with `/` or is empty.
    init(origin: Origin, path: Bytes, query: Bytes? = nil) {
        var text = URLParts.text(origin.text, path: path)
        if let query, !query.isEmpty {
            text += "?"
            text += URLParts.canonicalQuery(query)
        }
        self.text = text
        self.origin = origin
    }

    /// Returns the URL truncated to ``maximumLength``.
    ///
    /// The URL of a request is truncated rather than rejected, so that a long URL does not lose the event.
    func cutToLimit() -> PageURL {
        PageURL(uncheckedText: URLParts.cut(self.text, to: PageURL.maximumLength), origin: self.origin)
    }

    private init(uncheckedText: String, origin: Origin) {
        self.text = uncheckedText
        self.origin = origin
    }
}

extension PageURL: CustomStringConvertible {
    /// The wire form, the same as ``text``.
    public var description: String { self.text }
}
