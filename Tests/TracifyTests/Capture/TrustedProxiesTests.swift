//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// The setting for trusted proxies, and the peers that it trusts.
struct TrustedProxiesTests {
    struct GoodRow: Row {
        let text: String
        var networks: [String] = []
        var hasUnix = false
        let reason: String
    }

    @Test(arguments: [
        GoodRow(text: "", reason: "an empty setting trusts no peer"),
        GoodRow(text: " \t\n ", reason: "whitespace trusts no peer"),
        GoodRow(text: "10.0.0.0/8", networks: ["10.0.0.0/8"], reason: "one network"),
        GoodRow(text: "192.0.2.1", networks: ["192.0.2.1/32"], reason: "one address"),
        GoodRow(text: "10.0.0.0/8,2001:db8::/32", networks: ["10.0.0.0/8", "2001:db8::/32"], reason: "one of each family"),
        GoodRow(text: " 10.0.0.0/8 ,\t::1\t", networks: ["10.0.0.0/8", "::1/128"], reason: "whitespace around the entries"),
        GoodRow(text: "10.0.0.0/8,\n::1\r\n", networks: ["10.0.0.0/8", "::1/128"], reason: "line breaks, as files have them"),
        GoodRow(text: "unix", hasUnix: true, reason: "only a proxy at a Unix domain socket"),
        GoodRow(text: "10.0.0.0/8, unix", networks: ["10.0.0.0/8"], hasUnix: true, reason: "both"),
        GoodRow(text: "unix,unix", hasUnix: true, reason: "a repeated keyword"),
        GoodRow(text: "::1,::1", networks: ["::1/128", "::1/128"], reason: "also a network"),
        GoodRow(text: "0.0.0.0/0,::/0", networks: ["0.0.0.0/0", "::/0"], reason: "all addresses of both families"),
    ])
    func parsesSetting(_ row: GoodRow) throws {
        let proxies = try TrustedProxies(row.text)
        #expect(proxies.networks.map(\.description) == row.networks)
        #expect(proxies.trustsUnixSocket == row.hasUnix)
        #expect(proxies.header == .automatic, "the field is a separate setting")
    }

    struct BadRow: Row {
        let text: String
        let code: ValidationError.Code
        /// The suffix of the text about allowed values.
        let entry: String
        let reason: String
    }

    @Test(arguments: [
        BadRow(text: ",", code: .empty, entry: "(entry 1 of 2)", reason: "only a comma"),
        BadRow(text: "10.0.0.0/8,", code: .empty, entry: "(entry 2 of 2)", reason: "a comma too many at the end"),
        BadRow(text: ",10.0.0.0/8", code: .empty, entry: "(entry 1 of 2)", reason: "or in front"),
        BadRow(text: "10.0.0.0/8,,::1", code: .empty, entry: "(entry 2 of 3)", reason: "a variable that was not set, perhaps"),
        BadRow(text: "10.0.0.0/8, ,::1", code: .empty, entry: "(entry 2 of 3)", reason: "the same with a space"),
        BadRow(text: "::1,secret", code: .malformed, entry: "(entry 2 of 2)", reason: "a word"),
        BadRow(text: "10.0.0.0/8 ::1", code: .malformed, entry: "(entry 1 of 1)", reason: "no comma between them"),
        BadRow(text: "10.0.0.0/8;::1", code: .malformed, entry: "(entry 1 of 1)", reason: "a semicolon between them"),
        BadRow(text: "Unix", code: .malformed, entry: "(entry 1 of 1)", reason: "the word is in lower case"),
        BadRow(text: "unix:/run/nginx.sock", code: .malformed, entry: "(entry 1 of 1)", reason: "a path, which no peer tells"),
        BadRow(text: "\"10.0.0.0/8\"", code: .malformed, entry: "(entry 1 of 1)", reason: "quotes that the shell left in"),
        BadRow(text: "::1,10.0.0.1/8", code: .outOfRange, entry: "(entry 2 of 2)", reason: "bits behind the prefix"),
        BadRow(text: "::1,10.0.0.0/33", code: .outOfRange, entry: "(entry 2 of 2)", reason: "a prefix too long"),
        BadRow(text: "10.0.0.0/8\u{0}", code: .malformed, entry: "(entry 1 of 1)", reason: "NUL"),
        BadRow(text: "\u{2066}::1\u{2069}", code: .malformed, entry: "(entry 1 of 1)", reason: "bidi controls of a paste"),
        BadRow(text: "\u{FEFF}::1", code: .malformed, entry: "(entry 1 of 1)", reason: "a byte order mark"),
        BadRow(text: "10.0.0.0\u{A0}", code: .malformed, entry: "(entry 1 of 1)", reason: "a space that is not ASCII"),
    ])
    func errorNamesMalformedEntry(_ row: BadRow) throws {
        let error = try invalidValue { try TrustedProxies(row.text) }
        #expect(error.field == "trusted_proxies")
        #expect(error.code == row.code)
        #expect(error.allowed.hasSuffix(row.entry))
        #expect(!error.description.contains("secret"), "a malformed entry may be a secret")
    }

    /// The error at startup names the intended network in full.
    @Test func errorExplainsHostBits() throws {
        let error = try invalidValue { try TrustedProxies("10.0.0.1/8") }
        #expect(
            error.allowed == "10.0.0.0/8, the network that 10.0.0.1/8 is in, or 10.0.0.1 for that address alone (entry 1 of 1)"
        )
    }

    struct PeerRow: Row {
        let list: String
        let peer: PeerAddress
        let isTrusted: Bool
        let reason: String

        init(_ list: String, _ peer: PeerAddress, _ isTrusted: Bool, _ reason: String) {
            (self.list, self.peer, self.isTrusted, self.reason) = (list, peer, isTrusted, reason)
        }
    }

    @Test(arguments: [
        PeerRow("", PeerAddress(text: "127.0.0.1"), false, "no peer by default, not even loopback"),
        PeerRow("", .unixSocket, false, "a Unix domain socket is not trusted by default"),
        PeerRow("", .unknown, false, "an unknown peer is not trusted"),
        PeerRow("10.0.0.0/8", PeerAddress(text: "10.1.2.3"), true, "inside"),
        PeerRow("10.0.0.0/8", PeerAddress(text: "11.1.2.3"), false, "outside"),
        PeerRow("10.0.0.0/8", PeerAddress(text: "::ffff:10.1.2.3"), true, "inside, at a dual-stack socket"),
        PeerRow("10.0.0.0/8, 172.16.0.0/12", PeerAddress(text: "172.16.0.1"), true, "inside the second"),
        PeerRow("fe80::/10", PeerAddress(text: "fe80::1%eth0"), true, "inside, on an interface"),
        PeerRow("0.0.0.0/0", PeerAddress(text: "2001:db8::1"), false, "all of IPv4 does not include IPv6"),
        PeerRow("0.0.0.0/0, ::/0", .unixSocket, false, "a socket in the file system is in no network"),
        PeerRow("0.0.0.0/0, ::/0, unix", .unknown, false, "an unknown peer is never trusted"),
        PeerRow("unix", .unixSocket, true, "a socket, when it is named"),
        PeerRow("unix", PeerAddress(text: "127.0.0.1"), false, "a trusted socket does not trust an address"),
    ])
    func trustsListedPeers(_ row: PeerRow) throws {
        #expect(try TrustedProxies(row.list).trusts(row.peer) == row.isTrusted)
    }
}
