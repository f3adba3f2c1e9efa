//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A pattern for the paths of a site, such as `/products/*`, `/admin/**` or `/about`.
///
/// Segments are compared byte by byte with the request target, case and percent-escapes included. `*` matches one whole segment
/// that is not empty. `**` matches any number of segments, also none, and is allowed only at the end. A slash at the end of the
/// path is ignored.
public struct PathPattern: Sendable, Hashable, CustomStringConvertible {
    private enum Segment: Sendable, Hashable {
        case literal([UInt8])
        case any
        case rest
    }

    /// The maximum length of a pattern, in bytes.
    package static let maximumLength = 512

    /// The text from which the pattern was created.
    public let description: String
    private let segments: [Segment]

    /// Creates a pattern from its text.
    ///
    /// - Parameter text: The pattern, which begins with a slash and has at most 512 bytes.
    /// - Throws: ``ValidationError`` with the field `path` when the text is too long, does not begin with a slash, has a query or
    ///   a fragment, has a star beside other characters of a segment, or has `**` anywhere but at the end.
    public init(_ text: String) throws(ValidationError) {
        guard text.utf8.count <= PathPattern.maximumLength else {
            throw ValidationError(field: "path", code: .tooLong, allowed: "at most \(PathPattern.maximumLength) bytes")
        }
        guard text.utf8.first == UInt8(ascii: "/"),
            !text.utf8.contains(where: { [UInt8(ascii: "?"), UInt8(ascii: "#")].contains($0) })
        else { throw PathPattern.malformed(text) }
        var segments: [Segment] = []
        for part in text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            if segments.last == .rest { throw PathPattern.malformed(text) }
            switch String(Substring(part)) {
            case "*": segments.append(.any)
            case "**": segments.append(.rest)
            case let literal where literal.utf8.contains(UInt8(ascii: "*")): throw PathPattern.malformed(text)
            case let literal: segments.append(.literal(Array(literal.utf8)))
            }
        }
        if segments.count > 1, segments.last == .literal([]) { segments.removeLast() }
        self.segments = segments
        self.description = text
    }

    private static func malformed(_ text: String) -> ValidationError {
        ValidationError(
            field: "path",
            code: text.isEmpty ? .empty : .malformed,
            allowed: "a path such as /products/* or /admin/**; a star is a whole segment, and ** is allowed only at the end"
        )
    }

    /// Returns whether the pattern matches the path of a request target, without its query and fragment.
    func matches(_ target: Substring) -> Bool {
        let bytes = target.utf8
        guard bytes.first == UInt8(ascii: "/") else { return false }
        var rest = bytes.dropFirst()
        if let end = rest.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) { rest = rest[..<end] }
        var isAtEnd = false
        for segment in self.segments {
            if case .rest = segment { return true }
            guard !isAtEnd else { return false }
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            let part = rest[..<end]
            switch segment {
            case .literal(let literal): guard part.elementsEqual(literal) else { return false }
            case .any: guard !part.isEmpty else { return false }
            case .rest: return true
            }
            isAtEnd = end == rest.endIndex
            rest = isAtEnd ? rest[end...] : rest[rest.index(after: end)...]
        }
        // At most a trailing slash follows the last segment.
        return isAtEnd || rest.isEmpty
    }
}
