//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// A response of the endpoint, and its meaning (contract, "Delivery classes").
struct EndpointResponse {
    let status: Int
    let retryAfter: Duration?
    /// The body; empty when the connection ended within it.
    let body: [UInt8]

    /// Whether the destination refused the token.
    var isTokenRefused: Bool { self.status == 401 || self.status == 403 }

    /// Returns when the batch was accepted.
    ///
    /// - Parameter tokens: The tokens that the endpoint was sent, which are removed from its own words.
    /// - Throws: The kind of failure otherwise, with the endpoint's own words if it has any.
    func check(redacting tokens: APIToken...) throws(DeliveryError) {
        let document = try? JSONParser.parse(self.body)
        // The longest first: one token may begin with the other.
        let secrets = tokens.sorted { $0.value.utf8.count > $1.value.utf8.count }
        let words = document?[key: "error"]?.string.map { text in ": " + secrets.reduce(text) { $1.redact($0) } } ?? ""
        let reason = "status \(self.status)\(words)"
        switch self.status {
        case 200..<300:
            switch document?[key: "status"] {
            case .bool(true)?:
                return
            case .bool(false)?:
                // A 200 can still be a rejection.
                throw .rejected("status \(self.status) with status: false\(words)")
            default:
                // Whether the batch was accepted is unknown.
                throw .unconfirmed("status \(self.status) with an unreadable body")
            }
        case 400, 422:
            throw .rejected(reason)
        case 413:
            throw .tooLarge(reason)
        case 408, 425, 429, 500...:
            throw .retryable(reason, after: self.retryAfter)
        default:
            // 401 and 403 mean the token; redirects, 404 and the like mean the endpoint. Neither is transient.
            throw .unauthorized(reason)
        }
    }
}
