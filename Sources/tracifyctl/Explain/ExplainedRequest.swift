//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import HTTPTypes
import Tracify

/// A request with its response, and what was assumed of them.
struct ExplainedRequest: Sendable {
    let request: HTTPRequest
    let peer: PeerAddress
    let response: HTTPResponse
    /// What was assumed because it was not given, in words.
    var assumptions: [String] = []
    /// What was neither given nor assumed and is needed for a page view, in words.
    var omissions: [String] = []
    /// Whether the peer was not given.
    var isPeerAssumed = false

    func explain(by tracker: Tracker) -> Tracker.Explanation {
        tracker.explain(self.request, from: self.peer, response: self.response)
    }

    /// An address for examples (RFC 5737).
    static let assumedPeer = "203.0.113.1"
    static let assumedAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
}

extension HTTPFields {
    /// Adds a field of a request or response.
    ///
    /// - Parameters:
    ///   - name: The name; a pseudo header field (`:authority`) is ignored.
    ///   - value: The value.
    /// - Returns: Whether the name is one that a field can have.
    @discardableResult
    mutating func append(_ name: some StringProtocol, _ value: some StringProtocol) -> Bool {
        if name.hasPrefix(":") { return true }
        guard let name = HTTPField.Name(String(name)) else { return false }
        self.append(HTTPField(name: name, value: String(value)))
        return true
    }
}
#endif
