//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

/// A condition on the cookies of a request (RFC 6265, section 4.2).
struct CookieCondition: Sendable {
    /// What the value of the cookie must be.
    enum Match: Sendable {
        case value([UInt8])
        case prefix([UInt8])
        case part([UInt8])
        /// One of several.
        indirect case any([Match])
    }

    private let name: [UInt8]
    private let match: Match

    /// The maximum length of the `Cookie` fields that are read, in bytes; with more, there is no consent.
    ///
    /// Browsers send far less: servers refuse fields of this length.
    private static let maximumLength = 65_536

    init(name: String, _ match: Match) {
        self.name = Array(name.utf8)
        self.match = match
    }

    /// Returns whether the cookie is present and matches in each occurrence.
    func isMet(by fields: HTTPFields) -> Bool {
        var isFound = false
        var length = 0
        for index in fields.readIndices {
            guard fields[index].name.canonicalName.withBytes({ $0.equals("cookie") }) else { continue }
            let isMet = fields.value(at: index) { cookies -> Bool? in
                length += cookies.count
                guard length <= CookieCondition.maximumLength else { return false }
                return self.name.withUnsafeBufferPointer { self.isMet(by: cookies, named: Bytes($0)) }
            }
            switch isMet {
            case true?: isFound = true
            case false?: return false
            case nil: break
            }
        }
        return isFound
    }

    /// Returns whether the cookie matches in each occurrence; `nil` when it does not occur.
    private func isMet(by cookies: Bytes, named name: Bytes) -> Bool? {
        var isFound = false
        var rest = cookies
        while !rest.isEmpty {
            let cookie: Bytes
            (cookie, rest) = rest.splitOnce(at: UInt8(ascii: ";"))
            let pair = OptionalWhitespace.trimming(cookie)
            guard pair.count > name.count, pair[pair.startIndex + name.count] == UInt8(ascii: "="), pair.hasPrefix(name) else {
                continue
            }
            let value = pair.dropFirst(name.count + 1)
            guard CookieCondition.isMet(self.match, by: value) else { return false }
            isFound = true
        }
        return isFound ? true : nil
    }

    /// Returns whether a value matches.
    ///
    /// A whole value is compared as it stands. The beginning or a part of a value is compared as it stands and percent-decoded, because
    /// banners differ in what they encode.
    private static func isMet(_ match: Match, by value: Bytes) -> Bool {
        switch match {
        case .value(let expected): expected.withUnsafeBufferPointer { value.equals(Bytes($0)) }
        case .prefix(let prefix):
            prefix.withUnsafeBufferPointer { value.hasPrefix(Bytes($0)) } || self.decoded(value).starts(with: prefix)
        case .part(let part):
            part.withUnsafeBufferPointer { part in
                value.contains(Bytes(part)) || self.decoded(value).withUnsafeBufferPointer { Bytes($0).contains(Bytes(part)) }
            }
        case .any(let matches): matches.contains { self.isMet($0, by: value) }
        }
    }

    private static func decoded(_ value: Bytes) -> [UInt8] {
        Array(PercentDecoding.Sequence(value, plusIsSpace: false))
    }
}
