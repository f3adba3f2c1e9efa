//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension URLParts {
    /// Returns a request target without the scheme and the authority that one in absolute form has (RFC 9112, section 3.2.2).
    ///
    /// For adapters: SwiftNIO's conversion does this, too, so the `Host` field names the site on every framework.
    package static func originForm(of target: String) -> String {
        if target.utf8.first == UInt8(ascii: "/") { return target }
        return target.withBytes { bytes in
            guard let parts = URLParts(bytes) else { return target }
            let path = parts.path.isEmpty ? "/" : parts.path.text
            return parts.query.map { "\(path)?\($0.text)" } ?? path
        }
    }
}
