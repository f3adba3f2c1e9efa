//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// An address in the forms that proxies write.
struct ForwardedNodeTests {
    struct NodeRow: Row {
        let text: String
        let expected: String?
        let reason: String

        init(_ text: String, _ expected: String?, _ reason: String) {
            (self.text, self.expected, self.reason) = (text, expected, reason)
        }
    }

    static let rows: [NodeRow] = [
        // Addresses, in the contract's form.
        NodeRow("203.0.113.7", "203.0.113.7", "IPv4"),
        NodeRow("203.0.113.7:8080", "203.0.113.7", "a port, as Azure writes it"),
        NodeRow("203.0.113.7:0", "203.0.113.7", "port 0"),
        NodeRow("203.0.113.7:65535", "203.0.113.7", "the last port"),
        NodeRow("203.0.113.7:_x", "203.0.113.7", "an obfuscated port"),
        NodeRow("2001:db8::7", "2001:db8::7", "IPv6 without brackets, as most write it"),
        NodeRow("2001:DB8:0:0:0:0:0:7", "2001:db8::7", "in another form"),
        NodeRow("[2001:db8::7]", "2001:db8::7", "in brackets"),
        NodeRow("[2001:db8::7]:8080", "2001:db8::7", "in brackets, with a port"),
        NodeRow("[2001:db8::7]:_sec.ret-1", "2001:db8::7", "in brackets, with an obfuscated port"),
        NodeRow("::ffff:203.0.113.7", "203.0.113.7", "mapped"),
        NodeRow("[::FFFF:cb00:7107]:1", "203.0.113.7", "mapped, in hexadecimal, brackets and with a port"),
        NodeRow("64:ff9b::203.0.113.7", "64:ff9b::cb00:7107", "NAT64 stays IPv6"),
        NodeRow("fe80::7%eth0", "fe80::7", "a zone is dropped"),
        NodeRow("[fe80::7%25eth0]:80", "fe80::7", "a zone, escaped as in a URL"),
        NodeRow("fe80::7%1", "fe80::7", "a zone in digits"),
        NodeRow("fe80::7%" + String(repeating: "z", count: 8192), "fe80::7", "a zone of 8 KB"),
        NodeRow("2001:db8::7:80", "2001:db8::7:80", "no port without brackets: it is the last group"),

        // Nodes without an address.
        NodeRow("0.0.0.0", nil, "the unspecified address"),
        NodeRow("::", nil, "that of IPv6"),
        NodeRow("::ffff:0.0.0.0", nil, "the mapped one"),
        NodeRow("[::]:80", nil, "in brackets"),
        NodeRow("unknown", nil, "`unknown` (RFC 7239)"),
        NodeRow("Unknown", nil, "in upper case"),
        NodeRow("unknown:80", nil, "with a port"),
        NodeRow("_obf", nil, "an obfuscated identifier (RFC 7239)"),
        NodeRow("_203.0.113.7", nil, "an obfuscated identifier that looks like an address"),
        NodeRow("_", nil, "an empty one"),
        NodeRow("unix:", nil, "nginx, for its own peer at a Unix domain socket"),
        NodeRow("unix:/run/nginx.sock", nil, "the same with its path"),
        NodeRow("-", nil, "a hyphen, as in logs"),
        NodeRow("(null)", nil, "`(null)`"),
        NodeRow("localhost", nil, "a name"),

        // Malformed addresses.
        NodeRow("", nil, "nothing"),
        NodeRow(" 203.0.113.7", nil, "a space before, which only the list removes"),
        NodeRow("203.0.113.7 ", nil, "a space after"),
        NodeRow("203.0.113.7:", nil, "a colon without a port"),
        NodeRow("203.0.113.7:65536", nil, "a port too large"),
        NodeRow("203.0.113.7:000080", nil, "six digits"),
        NodeRow("203.0.113.7:-1", nil, "a negative port"),
        NodeRow("203.0.113.7:http", nil, "a port in words"),
        NodeRow("203.0.113.7:_", nil, "an obfuscated port without a name"),
        NodeRow("203.0.113.7:_a/b", nil, "an obfuscated port with a slash"),
        NodeRow("203.0.113.7%eth0", nil, "IPv4 with a zone"),
        NodeRow("203.0.113.7/32", nil, "a network"),
        NodeRow("203.0.113", nil, "three numbers"),
        NodeRow("203.0.113.256", nil, "more than a byte"),
        NodeRow("203.0.113.07", nil, "octal for some"),
        NodeRow("0xcb.0.113.7", nil, "hexadecimal"),
        NodeRow("3405803783", nil, "one number"),
        NodeRow("[203.0.113.7]", nil, "IPv4 in brackets"),
        NodeRow("[203.0.113.7]:80", nil, "with a port"),
        NodeRow("[2001:db8::7", nil, "an open bracket"),
        NodeRow("2001:db8::7]", nil, "a bracket too many"),
        NodeRow("[[2001:db8::7]]", nil, "two brackets"),
        NodeRow("[]", nil, "empty brackets"),
        NodeRow("[]:80", nil, "with a port"),
        NodeRow("[2001:db8::7]80", nil, "no colon before the port"),
        NodeRow("[2001:db8::7]:", nil, "no port behind the colon"),
        NodeRow("[2001:db8::7]:80:80", nil, "two ports"),
        NodeRow("[2001:db8::7]x", nil, "a letter behind the bracket"),
        NodeRow("2001:db8::7:80808", nil, "a group too long"),
        NodeRow("2001:db8::7::", nil, "two gaps"),
        NodeRow("fe80::7%", nil, "an empty zone"),
        NodeRow("fe80::7%eth0:80", nil, "a port behind a zone without brackets"),
        NodeRow("fe80::7%a b", nil, "a space in the zone"),
        NodeRow("fe80::7%\u{E9}", nil, "a zone that is not ASCII"),
        NodeRow("%eth0", nil, "a zone alone"),
        NodeRow("203.0.113.7\u{0}", nil, "NUL"),
        NodeRow("203.0.113.7\u{0}:80", nil, "NUL before a port"),
        NodeRow("\u{202E}7.311.0.302", nil, "bidi controls"),
        NodeRow("203.0.113.7\u{202C}", nil, "a bidi control behind"),
        NodeRow("\u{FF12}03.0.113.7", nil, "a full-width digit"),
        NodeRow("203\u{3002}0\u{3002}113\u{3002}7", nil, "ideographic full stops"),
        NodeRow("for=203.0.113.7", nil, "an element of the other field"),
        NodeRow(String(repeating: "1", count: 8192), nil, "8 KB of digits"),
        NodeRow(String(repeating: ":", count: 8192), nil, "8 KB of colons"),
        NodeRow("[" + String(repeating: "[", count: 8192), nil, "8 KB of brackets"),
    ]

    @Test(arguments: Self.rows)
    func parsesAddresses(_ row: NodeRow) {
        let bytes = [UInt8](row.text.utf8)
        #expect(ForwardedNode.address(bytes[...])?.text == row.expected)
        #expect(ForwardedNode.possiblyQuotedAddress(bytes[...])?.text == row.expected)
        let quoted = [UInt8]("\"\(row.text)\"".utf8)
        #expect(ForwardedNode.possiblyQuotedAddress(quoted[...])?.text == row.expected, "in quotes")
        let inside = [UInt8]("7\(row.text)7".utf8)
        #expect(ForwardedNode.address(inside.dropFirst().dropLast())?.text == row.expected, "parsing stays within the slice")
    }

    @Test(arguments: [
        NodeRow("\"203.0.113.7", nil, "a quote that is not closed"),
        NodeRow("203.0.113.7\"", nil, "a quote that was not opened"),
        NodeRow("\"", nil, "one quote"),
        NodeRow("\"\"", nil, "nothing in quotes"),
        NodeRow("\"\"203.0.113.7\"\"", nil, "two quotes"),
        NodeRow("\" 203.0.113.7\"", nil, "a space in the quotes"),
        NodeRow("\"203.0.113\\.7\"", nil, "an escape, which nothing in an address needs"),
        NodeRow("'203.0.113.7'", nil, "other quotes"),
    ])
    func parsesQuotedAddresses(_ row: NodeRow) {
        #expect(ForwardedNode.possiblyQuotedAddress([UInt8](row.text.utf8)[...])?.text == row.expected)
    }

    /// Bytes that are not valid UTF-8, which a client may send.
    @Test(
        arguments: [
            ([0xC0, 0xB2], "overlong UTF-8 for a digit"), ([0xE0, 0x80, 0xB2], "overlong UTF-8 in three bytes"),
            ([0xFF], "no UTF-8"),
            ([0xED, 0xA0, 0x80], "half a surrogate pair"), ([0x80], "the rest of a letter"), ([0], "NUL"), ([0x7F], "delete"),
        ] as [([UInt8], String)]
    )
    func invalidUTF8IsNoDigit(_ bytes: [UInt8], _ reason: String) {
        for place in 0...11 {
            var text = [UInt8]("203.0.113.7".utf8)
            text.insert(contentsOf: bytes, at: place)
            #expect(ForwardedNode.address(text[...]) == nil, "\(reason) at \(place)")
        }
    }
}
