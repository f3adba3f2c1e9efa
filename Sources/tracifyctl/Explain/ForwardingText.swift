//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// What is read of a request's forwarding fields, in words.
struct ForwardingText {
    let forwarding: Tracker.Explanation.Forwarding
    let peer: PeerAddress
    /// Whether the peer was not given.
    let isPeerAssumed: Bool

    /// Where the client's address comes from: a field, `peer` or `none`.
    private var source: String {
        if let field = self.forwarding.clientField { return field }
        if case .ip = self.peer { return "peer" } else { return "none" }
    }

    /// The lines for a person.
    var lines: [String] {
        let client =
            switch self.source {
            case "peer": "that of the peer"
            case "none": "none, because the peer has no address"
            case let field: "from \(field.printable)"
            }
        return ["Client address: \(client)."] + (self.ignored.map { [$0] } ?? [])
    }

    /// The line about fields that are not read; `nil` when there are none.
    private var ignored: String? {
        guard !self.forwarding.ignoredFields.isEmpty else { return nil }
        let fields = "Not read: \(self.forwarding.ignoredFields.joined(separator: ", ").printable)"
        let effect =
            if !self.forwarding.ignoresClient {
                "the scheme and the host are those of the connection"
            } else if case .ip = self.peer {
                "all visitors seem to have its address"
            } else {
                "no visitor has an address"
            }
        guard !self.forwarding.isPeerTrusted else {
            return "\(fields): the peer is trusted, but TRACIFY_PROXY_HEADER names another field, so \(effect)."
        }
        guard !self.isPeerAssumed else {
            return "\(fields): no proxy's address is given. Give it with --peer; it must be one of TRACIFY_TRUSTED_PROXIES."
        }
        return "\(fields): the peer\(self.peerName) is not one of TRACIFY_TRUSTED_PROXIES, so \(effect)."
    }

    /// The name of a peer that is no visitor; a public address may be a visitor's.
    private var peerName: String {
        switch self.peer {
        case .ip(let address): self.peer.isPrivate ? " \(address.text)" : ""
        case .unixSocket: " unix"
        case .unknown: ""
        }
    }

    /// The members of the report for a program.
    var client: JSONValue { .object(["source": .string(self.source)]) }
    var ignoredFields: JSONValue { .array(self.forwarding.ignoredFields.map { .string($0) }) }
    /// The notes for a program.
    var notes: [String] { self.ignored.map { [$0] } ?? [] }
}
#endif
