//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// Forwarding fields of an untrusted peer change neither the address nor the site nor the page view decision.
struct SpoofedFieldsTests {
    struct SpoofRow: Row {
        let fields: [(name: String, value: String)]
        let reason: String

        init(_ reason: String, _ fields: (name: String, value: String)...) {
            (self.fields, self.reason) = (fields, reason)
        }
    }

    static let rows: [SpoofRow] = [
        SpoofRow("a list of addresses", ("X-Forwarded-For", "127.0.0.1")),
        SpoofRow("the address of a proxy", ("X-Forwarded-For", "10.0.0.9")),
        SpoofRow("addresses in several lines", ("X-Forwarded-For", "10.0.0.9"), ("X-Forwarded-For", "127.0.0.1")),
        SpoofRow("Forwarded", ("Forwarded", "for=127.0.0.1;proto=http;host=evil.example")),
        SpoofRow("scheme and host", ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", "evil.example")),
        SpoofRow("a named field", ("CF-Connecting-IP", "127.0.0.1")),
        SpoofRow("fields that are not read", ("X-Real-IP", "127.0.0.1"), ("Client-IP", "127.0.0.1"), ("Via", "1.1 proxy")),
        SpoofRow(
            "empty fields",
            ("X-Forwarded-For", ""),
            ("Forwarded", ""),
            ("X-Forwarded-Proto", ""),
            ("X-Forwarded-Host", "")
        ),
        SpoofRow("`unknown` and an obfuscated identifier", ("X-Forwarded-For", "unknown"), ("Forwarded", "for=_obf")),
        SpoofRow(
            "8 KB",
            ("X-Forwarded-For", String(repeating: "7", count: 8192)),
            ("Forwarded", String(repeating: "\"", count: 8192))
        ),
        SpoofRow("bidi controls", ("X-Forwarded-For", "\u{202E}1.0.0.721"), ("X-Forwarded-Host", "\u{2066}x")),
        SpoofRow("NULs", ("X-Forwarded-For", "127.0.0.1\u{0}"), ("X-Forwarded-Host", "\u{0}")),
    ]

    private static let peers = [
        PeerAddress(text: "203.0.113.7"), PeerAddress(text: "2001:db8::7"), PeerAddress(text: "::ffff:11.0.0.1"),
        PeerAddress(text: "fe80::1%eth0"), .unixSocket, .unknown,
    ]

    @Test(arguments: Self.rows)
    func spoofedFieldsChangeNothing(_ row: SpoofRow) throws {
        for header in [TrustedProxies.Header.automatic, .forwarded, .xForwardedFor, .named(.cfConnectingIP)] {
            var configuration = CaptureConfiguration()
            configuration.trustedProxies = try TrustedProxies("10.0.0.0/8, 2001:db8:ffff::/48")
            configuration.trustedProxies.header = header
            let rules = try CaptureRules(configuration)
            let plain = try makeRequest("/tea?utm_source=a")
            var spoofed = plain
            for field in row.fields {
                spoofed.headerFields.append(HTTPField(name: try #require(HTTPField.Name(field.name)), value: field.value))
            }
            for peer in Self.peers {
                let before = RequestRecord(plain, from: peer, rules)
                let after = RequestRecord(spoofed, from: peer, rules)
                #expect(after.forwarding == nil, "the fields are not kept")
                #expect(after.byteCount == before.byteCount)
                #expect(
                    PageViewRule.reasonToSkip(after, by: rules)
                        == PageViewRule.reasonToSkip(before, by: rules)
                )
                #expect(
                    try Visit(spoofed, from: peer, at: .pageExample).resolved(by: rules)
                        == Visit(plain, from: peer, at: .pageExample).resolved(by: rules)
                )
            }
        }
    }
}
