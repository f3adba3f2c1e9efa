//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

extension RequestRecord {
    /// Returns whether the path of the request matches one of the patterns.
    func matches(anyOf patterns: [PathPattern]) -> Bool {
        guard !patterns.isEmpty else { return false }
        return self.withParts { patterns.match($0.location.path) }
    }

    /// Returns whether the record is that of a request, by method, target and authority.
    func isOf(_ request: HTTPRequest) -> Bool {
        guard self.flags.contains(.get) == (request.method == .get) else { return false }
        return self.withParts { parts in
            func isSame(_ part: Part, _ text: String?) -> Bool {
                guard let text, let bytes = parts[part] else { return text == nil && parts[part] == nil }
                return text.withBytes { $0.cutURL(to: RequestRecord.maximumTargetLength).elementsEqual(bytes) }
            }
            return isSame(.target, request.path) && (request.authority == nil || isSame(.authority, request.authority))
        }
    }
}

extension RequestRecord.Parts {
    typealias Location = (absolute: URLParts?, path: Bytes, query: Bytes?)

    /// The location that the request target names: the path, which begins with a slash, and the query.
    ///
    /// A target in absolute form (RFC 9112, section 3.2.2), which every server must accept, has scheme and authority of its own, which take
    /// precedence over the `Host` field.
    var location: Location {
        let target = self[.target] ?? .empty
        if target.first == UInt8(ascii: "/") {
            let (path, query) = URLParts.splitTarget(target)
            return (nil, path, query)
        }
        let absolute = URLParts(target)
        guard let path = absolute?.path, path.first == UInt8(ascii: "/") else { return (absolute, .root, absolute?.query) }
        return (absolute, path, absolute?.query)
    }
}
