//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// `X-Forwarded-For`: the list is walked from the right, past trusted hops.
struct ForwardedForTests {
    struct AddressRow: Row {
        let request: ProxiedRequest
        let expected: String?
        let reason: String

        init(_ request: ProxiedRequest, _ expected: String?, _ reason: String) {
            (self.request, self.expected, self.reason) = (request, expected, reason)
        }

        init(_ line: String, _ expected: String?, _ reason: String) {
            self.init(ProxiedRequest(for: line), expected, reason)
        }
    }

    /// The peer is 10.0.0.1, and 10.0.0.0/8 and 2001:db8:ffff::/48 are trusted.
    static let walks: [AddressRow] = [
        AddressRow(ProxiedRequest(), "10.0.0.1", "no list: the peer itself is the client"),
        AddressRow("203.0.113.7", "203.0.113.7", "one address: the peer's client"),
        AddressRow("6.6.6.6, 203.0.113.7", "203.0.113.7", "an element that the client wrote"),
        AddressRow("203.0.113.7, 10.0.0.9", "203.0.113.7", "past a trusted hop"),
        AddressRow("6.6.6.6, 203.0.113.7, 10.0.0.9, 10.0.0.8", "203.0.113.7", "past two, and no further than the client"),
        AddressRow("203.0.113.7,10.0.0.9", "203.0.113.7", "without whitespace"),
        AddressRow(" \t203.0.113.7 ,\t10.0.0.9 ", "203.0.113.7", "with more whitespace"),
        AddressRow("10.0.0.9", "10.0.0.9", "only a trusted address: the request comes from inside"),
        AddressRow("10.0.0.9, 10.0.0.8, 10.0.0.7", "10.0.0.9", "only trusted ones: the leftmost"),
        AddressRow("10.9.9.9, 203.0.113.7", "203.0.113.7", "a trusted address that the client wrote"),
        AddressRow("6.6.6.6, 10.9.9.9, 203.0.113.7", "203.0.113.7", "a trusted hop that the client wrote"),
        AddressRow("203.0.113.7, 2001:db8:ffff::1", "203.0.113.7", "past a trusted hop of IPv6"),
        AddressRow("203.0.113.7, 2001:db8:fffe::1", "2001:db8:fffe::1", "a hop of IPv6 that is not trusted is the client"),
        AddressRow("203.0.113.7, ::ffff:10.0.0.9", "203.0.113.7", "a trusted hop, mapped"),
        AddressRow("2001:DB8:0::7, 10.0.0.9", "2001:db8::7", "the client in the contract's form"),
        AddressRow("::FFFF:203.0.113.7", "203.0.113.7", "mapped is IPv4"),
        AddressRow("203.0.113.7:50000, 10.0.0.9:443", "203.0.113.7", "ports"),
        AddressRow("[2001:db8::7]:50000, [2001:db8:ffff::1]:443", "2001:db8::7", "ports and brackets"),
        AddressRow("\"[2001:db8::7]:50000\"", "2001:db8::7", "in quotes, as in `Forwarded`"),
        AddressRow("fe80::7%eth0", "fe80::7", "a zone is the writer's own and dropped"),

        AddressRow(ProxiedRequest(for: "6.6.6.6", "203.0.113.7"), "203.0.113.7", "two lines are one list"),
        AddressRow(ProxiedRequest(for: "203.0.113.7", "10.0.0.9", "10.0.0.8"), "203.0.113.7", "three, with trusted hops"),
        AddressRow(ProxiedRequest(for: "6.6.6.6, 203.0.113.7", "10.0.0.9, 10.0.0.8"), "203.0.113.7", "two lists"),
        AddressRow(ProxiedRequest(for: "", "203.0.113.7"), "203.0.113.7", "the client's line was empty"),
        AddressRow(
            ProxiedRequest(for: "203.0.113.7", ""),
            "203.0.113.7",
            "an empty line is no element (RFC 9110, section 5.6.1.2)"
        ),
        AddressRow("203.0.113.7, ", "203.0.113.7", "nor is an empty element at the end"),
        AddressRow("203.0.113.7, , 10.0.0.9", "203.0.113.7", "nor one between"),
        AddressRow(", 10.0.0.9", "10.0.0.9", "nor one at the beginning"),
    ]

    /// Walks that reach an element without an address: the client is unknown, because the elements to the left may be forged.
    static let dead: [AddressRow] = [
        AddressRow("", nil, "an empty list"),
        AddressRow(",", nil, "two empty elements"),
        AddressRow("unknown", nil, "`unknown`"),
        AddressRow("6.6.6.6, unknown", nil, "`unknown` from the proxy, an address from the client"),
        AddressRow("6.6.6.6, unknown, 10.0.0.9", nil, "the same past a trusted hop"),
        AddressRow("6.6.6.6, _obf", nil, "an obfuscated identifier"),
        AddressRow("6.6.6.6, unix:", nil, "nginx behind a socket of its own"),
        AddressRow("6.6.6.6, 0.0.0.0", nil, "the unspecified address names no client"),
        AddressRow("6.6.6.6, localhost", nil, "a name"),
        AddressRow("6.6.6.6 203.0.113.7", nil, "no comma"),
        AddressRow("6.6.6.6; 203.0.113.7", nil, "a semicolon"),
        AddressRow("for=203.0.113.7", nil, "the other field's form"),
        AddressRow("203.0.113.7/32", nil, "a network"),
        AddressRow("[203.0.113.7]", nil, "IPv4 in brackets"),
        AddressRow("203.0.113.7:99999", nil, "no port"),
        AddressRow("\"6.6.6.6, 203.0.113.7\"", nil, "quotes around the list"),
        AddressRow("\u{202E}7.311.0.302", nil, "bidi controls"),
        AddressRow("6.6.6.6, 203.0.113.7\u{200B}", nil, "a zero-width space"),
        AddressRow("6.6.6.6, 203.0.113.7\u{0}7", nil, "a NUL within, which becomes a space"),
        // Malformed elements to the left of the client do not matter.
        AddressRow("unknown, 203.0.113.7", "203.0.113.7", "`unknown` from the client"),
        AddressRow("_obf, , \u{202E}, \"x, 203.0.113.7", "203.0.113.7", "malformed elements from the client"),
        AddressRow("\u{0}\u{0}, 203.0.113.7", "203.0.113.7", "NULs"),
        AddressRow("203.0.113.7\u{0}", "203.0.113.7", "a trailing NUL, which is removed"),
    ]

    private static func hops(_ count: Int) -> String {
        (0..<count).map { "10.0.\($0 / 256).\($0 % 256)" }.joined(separator: ", ")
    }

    static let long: [AddressRow] = [
        AddressRow(String(repeating: "6", count: 8192) + ", 203.0.113.7", "203.0.113.7", "8 KB before the client"),
        AddressRow(
            ProxiedRequest(for: String(repeating: "6", count: 8192), "203.0.113.7"),
            "203.0.113.7",
            "in a line of their own"
        ),
        AddressRow(String(repeating: "6.6.6.6, ", count: 10_000) + "203.0.113.7", "203.0.113.7", "10,000 addresses before it"),
        AddressRow(String(repeating: ",", count: 10_000) + "203.0.113.7", "203.0.113.7", "10,000 commas before it"),
        AddressRow("6.6.6.6, " + String(repeating: "7", count: 8192), nil, "8 KB in the place of the client"),
        AddressRow(
            "203.0.113.7" + String(repeating: " ", count: 3000) + ", 10.0.0.9",
            nil,
            "whitespace that exceeds the byte limit"
        ),
        AddressRow("203.0.113.7, \(hops(31))", "203.0.113.7", "31 hops before the peer, which is the 32nd"),
        AddressRow("203.0.113.7, \(hops(32))", nil, "more hops than the limit"),
        AddressRow(hops(32), "10.0.0.0", "the client is one of them"),
        AddressRow(hops(33), nil, "more hops than the limit, all trusted"),
        AddressRow(hops(10_000), nil, "10,000 hops"),
        AddressRow(String(repeating: "10.0.0.9, ", count: 31) + "10.0.0.9", "10.0.0.9", "a loop of one proxy"),
    ]

    @Test(arguments: Self.walks + Self.dead + Self.long)
    func walksListFromRight(_ row: AddressRow) throws {
        #expect(try row.request.address() == row.expected)
    }

    /// Bytes that are not UTF-8 in place of a digit, a dot or a comma.
    @Test(
        arguments: [
            ([0xC0, 0xAC], "an overlong comma"), ([0xE0, 0x80, 0xAC], "an overlong comma of three bytes"),
            ([0xC0, 0xAE], "an overlong point"), ([0xFF], "no UTF-8"), ([0x80, 0x80], "rests of letters"),
            ([0xED, 0xA0, 0x80], "a surrogate"), ([0xF4, 0x90, 0x80, 0x80], "beyond Unicode"),
        ] as [([UInt8], String)]
    )
    func invalidUTF8IsNoSeparator(_ bytes: [UInt8], _ reason: String) throws {
        var request = ProxiedRequest()
        request.rawFields = [("X-Forwarded-For", [UInt8]("6.6.6.6".utf8) + bytes + [UInt8]("203.0.113.7".utf8))]
        #expect(try request.address() == nil, "\(reason)")
        request.rawFields = [("X-Forwarded-For", bytes + [UInt8](", 203.0.113.7".utf8))]
        #expect(try request.address() == "203.0.113.7", "\(reason), left of the client")
    }

    @Test(arguments: [
        AddressRow(ProxiedRequest(for: "203.0.113.7").trusting("0.0.0.0/0"), "203.0.113.7", "all of IPv4 is trusted"),
        AddressRow(ProxiedRequest(for: "6.6.6.6, 203.0.113.7").trusting("0.0.0.0/0"), "6.6.6.6", "a forged address, all trusted"),
        AddressRow(ProxiedRequest(for: "6.6.6.6").trusting("::/0"), "10.0.0.1", "all of IPv6 does not trust a peer of IPv4"),
        AddressRow(
            ProxiedRequest(for: "203.0.113.7, 10.0.0.9").trusting("10.0.0.1"),
            "10.0.0.9",
            "only the peer is trusted: its client is one of the network all the same"
        ),
        AddressRow(
            ProxiedRequest(for: "203.0.113.7").from(PeerAddress(text: "::ffff:10.0.0.1")),
            "203.0.113.7",
            "the peer as a dual-stack socket shows it"
        ),
        AddressRow(
            ProxiedRequest(for: "203.0.113.7").from(PeerAddress(text: "fe80::1%eth0")).trusting("fe80::/10"),
            "203.0.113.7",
            "a peer with a zone"
        ),
        // Unix domain sockets and unknown peers.
        AddressRow(ProxiedRequest(for: "203.0.113.7").from(.unixSocket), nil, "a socket is not trusted by default"),
        AddressRow(ProxiedRequest(for: "203.0.113.7").from(.unixSocket).trusting("0.0.0.0/0,::/0"), nil, "nor by any network"),
        AddressRow(ProxiedRequest(for: "203.0.113.7").from(.unixSocket).trusting("unix"), "203.0.113.7", "but by name"),
        AddressRow(
            ProxiedRequest(for: "6.6.6.6, 203.0.113.7, 10.0.0.9").from(.unixSocket).trusting("unix, 10.0.0.0/8"),
            "203.0.113.7",
            "and then the walk is as any other"
        ),
        AddressRow(
            ProxiedRequest(for: "203.0.113.7, 10.0.0.9").from(.unixSocket).trusting("unix"),
            "10.0.0.9",
            "in which no network is trusted that was not named"
        ),
        AddressRow(ProxiedRequest().from(.unixSocket).trusting("unix"), nil, "a socket has no address of its own"),
        AddressRow(ProxiedRequest(for: "unix:").from(.unixSocket).trusting("unix"), nil, "and is none in the list"),
        AddressRow(
            ProxiedRequest(for: "203.0.113.7").from(.unknown).trusting("unix,0.0.0.0/0,::/0"),
            nil,
            "an unknown peer is never trusted"
        ),
    ])
    func isReadFromTrustedPeersOnly(_ row: AddressRow) throws {
        #expect(try row.request.address() == row.expected)
    }
}
