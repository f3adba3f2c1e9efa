//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// `Forwarded` (RFC 7239): the elements are walked from the right, past trusted hops; scheme and host come from the same elements.
struct ForwardedWalkTests {
    struct WalkRow: Row {
        let request: ProxiedRequest
        var address: String?
        var scheme: String?
        var host: String?
        let reason: String

        init(
            _ request: ProxiedRequest,
            _ address: String?,
            proto scheme: String? = nil,
            host: String? = nil,
            _ reason: String
        ) {
            (self.request, self.address, self.scheme, self.host, self.reason) = (request, address, scheme, host, reason)
        }

        init(_ line: String, _ address: String?, proto scheme: String? = nil, host: String? = nil, _ reason: String) {
            self.init(ProxiedRequest(forwarded: line), address, proto: scheme, host: host, reason)
        }
    }

    static let walks: [WalkRow] = [
        WalkRow("for=203.0.113.7", "203.0.113.7", "one element: the peer's client"),
        WalkRow(
            "for=203.0.113.7;proto=https;host=shop.example",
            "203.0.113.7",
            proto: "https",
            host: "shop.example",
            "all of it"
        ),
        WalkRow("For=\"[2001:DB8::7]:4711\";by=10.0.0.1", "2001:db8::7", "quotes, brackets and a port"),
        WalkRow("for=6.6.6.6, for=203.0.113.7", "203.0.113.7", "an element that the client wrote"),
        WalkRow("for=203.0.113.7, for=10.0.0.9", "203.0.113.7", "past a trusted hop"),
        WalkRow("for=203.0.113.7, for=\"[2001:db8:ffff::1]:80\"", "203.0.113.7", "past one of IPv6"),
        WalkRow("for=10.0.0.9, for=10.0.0.8", "10.0.0.9", "only trusted hops: the leftmost"),
        WalkRow(ProxiedRequest(forwarded: "for=6.6.6.6", "for=203.0.113.7"), "203.0.113.7", "two lines are one list"),
        WalkRow(ProxiedRequest(forwarded: "for=203.0.113.7", "for=10.0.0.9"), "203.0.113.7", "also past trusted hops"),
        WalkRow("for=\"6.6.6.6, for=203.0.113.7", "203.0.113.7", "an open quote that the client wrote"),
        WalkRow("for=\"x\\\", for=203.0.113.7", "203.0.113.7", "an open quote with an escape"),
        WalkRow("for=\"a\", for=\"203.0.113.7\"", "203.0.113.7", "well-formed quotes"),
        WalkRow("rubbish;;=, for=203.0.113.7", "203.0.113.7", "a malformed element that the client wrote"),
        WalkRow("secret=\"a,b\";for=203.0.113.7", "203.0.113.7", "a comma in a proxy's quotes separates nothing"),
        WalkRow(
            "for=203.0.113.7;proto=https;host=a.example, for=10.0.0.9;proto=http;host=b.example",
            "203.0.113.7",
            proto: "https",
            host: "a.example",
            "scheme and host of the client's element"
        ),
        WalkRow(
            "for=203.0.113.7, for=10.0.0.9;proto=https;host=b.example",
            "203.0.113.7",
            proto: "https",
            host: "b.example",
            "without them: as the next proxy saw them"
        ),
        WalkRow(
            "for=6.6.6.6;proto=https;host=evil.example, for=203.0.113.7;proto=http",
            "203.0.113.7",
            proto: "http",
            "scheme and host that the client wrote are ignored"
        ),
        WalkRow("for=203.0.113.7;proto=ftp;host=\"a/b\"", "203.0.113.7", "neither a scheme nor a host"),
        WalkRow("for=203.0.113.7;host=\"[2001:DB8::1]:8443\"", "203.0.113.7", host: "[2001:db8::1]:8443", "a host of IPv6"),
        WalkRow("for=203.0.113.7;host=\"u@a.example\"", "203.0.113.7", "no host has user info"),
        WalkRow(
            ProxiedRequest(forwarded: "for=203.0.113.7;proto=https").from(.unixSocket).trusting("unix"),
            "203.0.113.7",
            proto: "https",
            "from a trusted socket"
        ),
    ]

    /// RFC 9110, section 5.6.1.2.
    static let empties: [WalkRow] = [
        WalkRow("for=203.0.113.7, ", "203.0.113.7", "an empty element at the end is none"),
        WalkRow("for=203.0.113.7, , for=10.0.0.9", "203.0.113.7", "one between"),
    ]

    static let dead: [WalkRow] = [
        WalkRow("", nil, "an empty list"),
        WalkRow("for=unknown", nil, "`unknown`"),
        WalkRow("for=6.6.6.6, for=unknown", nil, "`unknown` from the proxy, an address from the client"),
        WalkRow("for=6.6.6.6, for=unknown;proto=https", nil, proto: "https", "`unknown`, with a scheme"),
        WalkRow("for=6.6.6.6, for=\"_obf\"", nil, "an obfuscated identifier, in quotes"),
        WalkRow("for=6.6.6.6, for=_obf:80", nil, "with a port"),
        WalkRow("for=6.6.6.6, for=_obf, for=10.0.0.9", nil, "past a trusted hop"),
        WalkRow("for=6.6.6.6, proto=https", nil, proto: "https", "an element without a client"),
        WalkRow("for=6.6.6.6, by=10.0.0.1", nil, "an element with only the proxy"),
        WalkRow("for=6.6.6.6, for=203.0.113.7;for=203.0.113.8", nil, "two clients in one element"),
        WalkRow("for=6.6.6.6, 203.0.113.7", nil, "the other field's form"),
        WalkRow("for=6.6.6.6, for=203.0.113.7\"", nil, "a quote too many: the rest is one malformed element"),
        WalkRow("for=\"6.6.6.6, 203.0.113.7\"", nil, "two addresses in quotes"),
        WalkRow("for=6.6.6.6, for=\"203.0.113.7\u{0}1\"", nil, "a NUL, which becomes a space"),
        WalkRow("for=6.6.6.6, for=\"\u{202E}7.311.0.302\"", nil, "bidi controls"),
        WalkRow("for=6.6.6.6, for=0.0.0.0", nil, "the unspecified address"),
        WalkRow("for=6.6.6.6, for=\"[203.0.113.7]\"", nil, "IPv4 in brackets"),
        WalkRow("for=\"\"", nil, "an empty address"),
        WalkRow("proto=https, for=10.0.0.9", nil, proto: "https", "a trusted hop, and an element without a client"),
    ]

    private static let padding = String(repeating: "x", count: 8192)
    private static let hop = ", for=10.0.0.9"

    static let long: [WalkRow] = [
        WalkRow("for=\(padding), for=203.0.113.7", "203.0.113.7", "8 KB before the client"),
        WalkRow("for=\"\(padding), for=203.0.113.7", "203.0.113.7", "8 KB with an open quote before it"),
        WalkRow("for=\"x,\(padding)\", for=203.0.113.7", "203.0.113.7", "8 KB of quotes that are cut within"),
        WalkRow("for=203.0.113.7;secret=\(padding)", nil, "8 KB in the element itself"),
        WalkRow(String(repeating: "for=6.6.6.6,", count: 10_000) + "for=203.0.113.7", "203.0.113.7", "10,000 elements before it"),
        WalkRow(String(repeating: "\",", count: 10_000) + "for=203.0.113.7", "203.0.113.7", "10,000 quotes before it"),
        WalkRow("for=203.0.113.7" + String(repeating: hop, count: 31), "203.0.113.7", "31 hops before the peer"),
        WalkRow("for=203.0.113.7" + String(repeating: hop, count: 32), nil, "more hops than the limit"),
        WalkRow("for=10.0.0.1" + String(repeating: hop, count: 10_000), nil, "10,000 hops"),
    ]

    @Test(arguments: Self.walks + Self.empties + Self.dead + Self.long)
    func walksElementsFromRight(_ row: WalkRow) throws {
        let client = try #require(try row.request.client())
        #expect(client.address.ip?.text == row.address)
        #expect(client.scheme == row.scheme)
        #expect(client.host == row.host)
    }

    /// Bytes that are not UTF-8 in place of an equals sign, a semicolon or a quote.
    @Test(arguments: [[0xC0, 0xBD], [0xC0, 0xBB], [0xC0, 0xA2], [0xE0, 0x80, 0xBD], [0xFF], [0x80]] as [[UInt8]])
    func invalidUTF8IsNotSyntax(_ bytes: [UInt8]) throws {
        var request = ProxiedRequest(forwarded: "for=6.6.6.6")
        request.rawFields = [("Forwarded", [UInt8]("for".utf8) + bytes + [UInt8]("203.0.113.7".utf8))]
        #expect(try request.address() == nil)
        request.rawFields = [("Forwarded", [UInt8]("for=\"203.0.113.7".utf8) + bytes + [UInt8]("\"".utf8))]
        #expect(try request.address() == nil)
    }
}
