//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A pattern for the paths of a site, such as `/products/*`, `/admin/**` or `/about`.
///
/// Segments are compared with those of the request target as a router sees them: percent-escapes decoded once, without case, without empty
/// segments, and with `.` and `..` resolved. `*` matches one whole segment that is not empty. `**` matches any number of segments, also
/// none, and is allowed only at the end. A slash at the end of the path is ignored.
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
        for part in text.utf8.split(separator: UInt8(ascii: "/")) {
            if segments.last == .rest { throw PathPattern.malformed(text) }
            switch String(Substring(part)) {
            case "*": segments.append(.any)
            case "**": segments.append(.rest)
            case let literal where literal.utf8.contains(UInt8(ascii: "*")): throw PathPattern.malformed(text)
            case let literal: segments.append(.literal(literal.withBytes { Array(PathPattern.canonical($0)) }))
            }
        }
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

    /// Returns whether the pattern matches the segments of a path.
    fileprivate func matches(_ path: [Bytes]) -> Bool {
        var rest = path[...]
        for segment in self.segments {
            if case .rest = segment { return true }
            guard let part = rest.popFirst() else { return false }
            if case .literal(let literal) = segment, !literal.elementsEqual(PathPattern.canonical(part)) { return false }
        }
        return rest.isEmpty
    }

    /// Returns the bytes of a segment in the form in which segments are compared: decoded once, and in lower case.
    fileprivate static func canonical(_ segment: Bytes) -> some Sequence<UInt8> {
        PercentDecoding.Sequence(segment, plusIsSpace: false).lazy.map { ASCII.lowerCase($0) }
    }
}

extension [PathPattern] {
    /// Returns whether one of the patterns matches a path, without its query.
    ///
    /// Routers differ in how they read a path, so all forms of a path that one of them may take for the same are the same here: empty
    /// segments and `.` are left out, `..` is resolved, percent-escapes are decoded and case does not count. Where a router tells two such
    /// paths apart, one of them has no page.
    func match(_ path: Bytes) -> Bool {
        guard !self.isEmpty, path.first == UInt8(ascii: "/") else { return false }
        var segments: [Bytes] = []
        for segment in path.split(separator: UInt8(ascii: "/")) {
            if segment.count <= 6, segment.first.map({ $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "%") }) == true {
                let decoded = [UInt8](PercentDecoding.Sequence(segment, plusIsSpace: false))
                if decoded == [UInt8(ascii: ".")] { continue }
                if decoded == [UInt8(ascii: "."), UInt8(ascii: ".")] {
                    _ = segments.popLast()
                    continue
                }
            }
            segments.append(segment)
        }
        return self.contains { $0.matches(segments) }
    }
}
