//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// A request with its peer, the forwarding fields and the trusted proxies.
struct ProxiedRequest: Sendable {
    var fields: [(name: String, value: String)] = []
    /// Fields whose bytes are not text.
    var rawFields: [(name: String, value: [UInt8])] = []
    var peer = PeerAddress(text: "10.0.0.1")
    var header = TrustedProxies.Header.automatic
    var list = "10.0.0.0/8, 2001:db8:ffff::/48"

    init(_ fields: [(name: String, value: String)] = []) {
        self.fields = fields
    }

    /// Lines of `X-Forwarded-For`.
    init(for lines: String...) {
        self.fields = lines.map { ("X-Forwarded-For", $0) }
    }

    /// Lines of `Forwarded`.
    init(forwarded lines: String...) {
        self.fields = lines.map { ("Forwarded", $0) }
        self.header = .forwarded
    }

    func from(_ peer: PeerAddress) -> ProxiedRequest {
        var copy = self
        copy.peer = peer
        return copy
    }

    func trusting(_ list: String) -> ProxiedRequest {
        var copy = self
        copy.list = list
        return copy
    }

    var proxies: TrustedProxies {
        get throws {
            var proxies = try TrustedProxies(self.list)
            proxies.header = self.header
            return proxies
        }
    }

    func request(_ target: String = "/", scheme: String = "http", authority: String? = "backend:8080") throws -> HTTPRequest {
        let agent = [(name: "User-Agent", value: "Mozilla/5.0")]
        var request = try makeRequest(target, scheme: scheme, authority: authority, agent + self.fields)
        for field in self.rawFields {
            request.headerFields.append(HTTPField(name: try #require(HTTPField.Name(field.name)), value: field.value))
        }
        return request
    }

    /// Returns the client that the forwarding fields name, or `nil` if they are not read.
    func client() throws -> ForwardedClient? {
        var configuration = CaptureConfiguration()
        configuration.trustedProxies = try self.proxies
        let rules = try CaptureRules(configuration)
        let record = RequestRecord(try self.request(), from: self.peer, rules)
        return record.forwarding.map { source in
            record.withParts { ForwardedClient(peer: self.peer, source: source, $0, proxies: rules.configuration.trustedProxies) }
        }
    }

    /// Returns the client's address in the contract's form, or `nil` if it is not known.
    func address() throws -> String? {
        (try self.client()?.address ?? self.peer).ip?.text
    }
}
