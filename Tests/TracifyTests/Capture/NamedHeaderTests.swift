//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// A field with a single address, which the proxy overwrites.
struct NamedHeaderTests {
    struct NamedRow: Row {
        let lines: [String]
        let expected: String?
        let reason: String

        init(_ lines: String..., is expected: String?, _ reason: String) {
            (self.lines, self.expected, self.reason) = (lines, expected, reason)
        }
    }

    private static func request(_ lines: [String], and more: [(name: String, value: String)] = []) -> ProxiedRequest {
        var request = ProxiedRequest(lines.map { ("CF-Connecting-IP", $0) } + more)
        request.header = .named(.cfConnectingIP)
        return request
    }

    @Test(arguments: [
        NamedRow(is: "10.0.0.1", "without the field, the peer is the client, as for a health check"),
        NamedRow("203.0.113.7", is: "203.0.113.7", "an address"),
        NamedRow(" 203.0.113.7\t", is: "203.0.113.7", "whitespace around it"),
        NamedRow("2001:DB8::7", is: "2001:db8::7", "IPv6 in the contract's form"),
        NamedRow("::ffff:203.0.113.7", is: "203.0.113.7", "mapped"),
        NamedRow("[2001:db8::7]:443", is: "2001:db8::7", "brackets and a port"),
        NamedRow("203.0.113.7:50000", is: "203.0.113.7", "a port"),
        NamedRow("\"203.0.113.7\"", is: "203.0.113.7", "quotes"),
        NamedRow("fe80::7%eth0", is: "fe80::7", "a zone"),
        NamedRow("10.0.0.9", is: "10.0.0.9", "a trusted one is the client: there is nothing to walk to"),
        NamedRow("", is: nil, "an empty field names no client"),
        NamedRow("unknown", is: nil, "`unknown`"),
        NamedRow("_obf", is: nil, "an obfuscated identifier"),
        NamedRow("203.0.113.7, 10.0.0.9", is: nil, "a list, so it was not overwritten"),
        NamedRow("203.0.113.7", "10.0.0.9", is: nil, "two lines, which are a list as well"),
        NamedRow("203.0.113.7", "203.0.113.7", is: nil, "even with the same value"),
        NamedRow("", "203.0.113.7", is: nil, "even when one is empty"),
        NamedRow("for=203.0.113.7", is: nil, "another field's form"),
        NamedRow("0.0.0.0", is: nil, "the unspecified address"),
        NamedRow("203.0.113.7\u{202C}", is: nil, "a bidi control"),
        NamedRow("203.0.113\u{0}.7", is: nil, "a NUL, which becomes a space"),
        NamedRow(String(repeating: "7", count: 8192), is: nil, "8 KB"),
        NamedRow(String(repeating: "x", count: 8192) + ",203.0.113.7", is: nil, "8 KB and an address at their end"),
        NamedRow(
            "203.0.113.7" + String(repeating: " ", count: 8192),
            is: "203.0.113.7",
            "8 KB of trailing whitespace"
        ),
    ])
    func namesClient(_ row: NamedRow) throws {
        #expect(try Self.request(row.lines).address() == row.expected)
        let others = [(name: "X-Forwarded-For", value: "6.6.6.6"), (name: "Forwarded", value: "for=6.6.6.6;proto=https")]
        #expect(try Self.request(row.lines, and: others).address() == row.expected, "no other field is read")
    }

    @Test func isReadFromTrustedPeersOnly() throws {
        let request = Self.request(["203.0.113.7"])
        #expect(try request.from(PeerAddress(text: "6.6.6.6")).address() == "6.6.6.6")
        #expect(try request.from(.unixSocket).address() == nil)
        #expect(try request.from(.unixSocket).trusting("unix").address() == "203.0.113.7")
    }

    @Test func readsSchemeAndHostBesideNamedField() throws {
        let site = [
            (name: "X-Forwarded-Proto", value: "ftp, https"), (name: "X-Forwarded-Host", value: "evil.example, a.example"),
        ]
        let client = try #require(try Self.request(["203.0.113.7"], and: site).client())
        #expect(client.scheme == "https", "the last value, because only one proxy is known")
        #expect(client.host == "a.example")
    }
}
