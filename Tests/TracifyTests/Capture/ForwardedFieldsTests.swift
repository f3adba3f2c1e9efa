//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// The forwarding fields that are kept from a trusted peer, and their byte limits.
struct ForwardedFieldsTests {
    private static let named = TrustedProxies.Header.named(.cfConnectingIP)

    struct FieldsRow: Row {
        var header = TrustedProxies.Header.automatic
        let fields: [(name: String, value: String)]
        let expected: Kept?
        let reason: String
    }

    /// What a record keeps of the forwarding fields.
    struct Kept: Hashable {
        let source: ForwardedFields.Source
        var client: String?
        var schemes: String?
        var hosts: String?

        init(_ source: ForwardedFields.Source, _ client: String? = nil, _ schemes: String? = nil, _ hosts: String? = nil) {
            self.source = source
            self.client = client
            self.schemes = schemes
            self.hosts = hosts
        }

        init?(_ fields: [(name: String, value: String)], _ header: TrustedProxies.Header = .automatic) throws {
            var configuration = CaptureConfiguration()
            configuration.trustedProxies = try TrustedProxies("10.0.0.0/8")
            configuration.trustedProxies.header = header
            let peer = PeerAddress(text: "10.0.0.1")
            let record = try makeRecord(makeRequest("/", fields), from: peer, configuration: configuration)
            guard let source = record.forwarding else { return nil }
            self = record.withParts { Kept(source, $0[.client]?.text, $0[.schemes]?.text, $0[.hosts]?.text) }
        }
    }

    private static func addresses(_ list: String, _ schemes: String? = nil, _ hosts: String? = nil) -> Kept {
        Kept(.addresses, list, schemes, hosts)
    }

    private static let all: [(name: String, value: String)] = [
        ("Forwarded", "for=1"), ("X-Forwarded-For", "2"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "a.example"),
        ("CF-Connecting-IP", "3"),
    ]

    static let rows: [FieldsRow] = [
        FieldsRow(fields: [], expected: nil, reason: "nothing: the peer is the client"),
        FieldsRow(fields: [("User-Agent", "a")], expected: nil, reason: "other fields are nothing"),
        FieldsRow(fields: all, expected: addresses("2", "https", "a.example"), reason: "automatic takes X-Forwarded-For first"),
        FieldsRow(
            fields: all.filter { $0.name != "X-Forwarded-For" },
            expected: Kept(.elements, "for=1"),
            reason: "else Forwarded, and then no X-Forwarded-Proto or -Host, which a client may have sent"
        ),
        FieldsRow(
            header: .xForwardedFor,
            fields: all,
            expected: addresses("2", "https", "a.example"),
            reason: "X-Forwarded-For alone"
        ),
        FieldsRow(
            header: .xForwardedFor,
            fields: [("Forwarded", "for=1;proto=https")],
            expected: nil,
            reason: "X-Forwarded-For alone does not fall back to Forwarded"
        ),
        FieldsRow(
            header: .forwarded,
            fields: all,
            expected: Kept(.elements, "for=1"),
            reason: "Forwarded alone, without any X-Forwarded- field"
        ),
        FieldsRow(
            header: .forwarded,
            fields: all.filter { $0.name != "Forwarded" },
            expected: nil,
            reason: "Forwarded alone does not fall back to X-Forwarded-For"
        ),
        FieldsRow(
            header: named,
            fields: all,
            expected: Kept(.address, "3", "https", "a.example"),
            reason: "a named field, with the scheme and host beside it"
        ),
        FieldsRow(
            header: named,
            fields: [("X-Forwarded-For", "2"), ("Forwarded", "for=1")],
            expected: nil,
            reason: "a named field does not fall back to any other: the peer is the client"
        ),
        FieldsRow(
            fields: [("X-Forwarded-Proto", "https")],
            expected: Kept(.peer, nil, "https"),
            reason: "with only a scheme, the peer is the client"
        ),
        FieldsRow(
            fields: [("X-FORWARDED-FOR", "1"), ("x-forwarded-proto", "2"), ("X-forwarded-HOST", "3")],
            expected: addresses("1", "2", "3"),
            reason: "names in any case"
        ),
        FieldsRow(
            header: .named(HTTPField.Name("x-real-ip") ?? .cookie),
            fields: [("X-Real-IP", "1")],
            expected: Kept(.address, "1"),
            reason: "also the named one's"
        ),
        FieldsRow(
            header: .named(HTTPField.Name("X-Forwarded-For") ?? .cookie),
            fields: [("X-Forwarded-For", "1")],
            expected: Kept(.address, "1"),
            reason: "one may name X-Forwarded-For, for a proxy that overwrites it"
        ),
        FieldsRow(
            fields: [("X-Forwarded-For", "1, 2"), ("User-Agent", "a"), ("X-Forwarded-For", "3"), ("X-Forwarded-For", "4")],
            expected: addresses("1, 2,3,4"),
            reason: "several lines are one list, in their order (RFC 9110, section 5.3)"
        ),
        FieldsRow(
            fields: [("Forwarded", "for=1"), ("Forwarded", "for=2")],
            expected: Kept(.elements, "for=1,for=2"),
            reason: "those of Forwarded, too"
        ),
        FieldsRow(
            fields: [("X-Forwarded-For", "1"), ("X-Forwarded-Proto", "a"), ("X-Forwarded-Proto", "b")],
            expected: addresses("1", "a,b"),
            reason: "and those of the scheme"
        ),
        FieldsRow(
            header: named,
            fields: [("CF-Connecting-IP", "1"), ("CF-Connecting-IP", "2")],
            expected: Kept(.address, "1,2"),
            reason: "two lines of a single-value field are ambiguous and give no address"
        ),
        FieldsRow(fields: [("X-Forwarded-For", "")], expected: addresses(""), reason: "an empty field names no client"),
        FieldsRow(
            fields: [("X-Forwarded-For", ""), ("X-Forwarded-For", "1")],
            expected: addresses(",1"),
            reason: "an empty line is an element of the list"
        ),
        FieldsRow(fields: [("X-Forwarded-For", "1\u{0}")], expected: addresses("1"), reason: "a trailing NUL is removed"),
    ]

    @Test(arguments: Self.rows)
    func selectsFields(_ row: FieldsRow) throws {
        #expect(try Kept(row.fields, row.header) == row.expected)
    }

    struct LengthRow: Row {
        let lines: [String]
        let expected: String
        let reason: String
    }

    @Test(arguments: [
        LengthRow(
            lines: [String(repeating: "a", count: 2046) + ",b"],
            expected: String(repeating: "a", count: 2046) + ",b",
            reason: "as long as may be"
        ),
        LengthRow(
            lines: [String(repeating: "a", count: 2047) + ",b"],
            expected: "?,b",
            reason: "one byte more: only what is whole stays, after a mark of the cut"
        ),
        LengthRow(lines: [String(repeating: "a", count: 8192) + ",b"], expected: "?,b", reason: "8 KB before the proxy's word"),
        LengthRow(lines: [String(repeating: "a", count: 8192), "b"], expected: "?,b", reason: "8 KB in a line of its own"),
        LengthRow(
            lines: ["b", String(repeating: "a", count: 8192)],
            expected: "?",
            reason: "8 KB without a comma at the end: the proxy's element is no address, so the client is unknown"
        ),
        LengthRow(lines: [String(repeating: "a", count: 100_000)], expected: "?", reason: "100 KB in one line"),
        LengthRow(
            lines: Array(repeating: "aa", count: 1000) + ["b"],
            expected: "?," + String(repeating: "aa,", count: 681) + "b",
            reason: "1,000 lines"
        ),
        LengthRow(
            lines: Array(repeating: String(repeating: "a", count: 8192), count: 1000) + ["b", "c"],
            expected: "?,b,c",
            reason: "8 MB in 1,000 lines"
        ),
        LengthRow(
            lines: Array(repeating: "", count: 1000),
            expected: String(repeating: ",", count: 999),
            reason: "1,000 empty lines"
        ),
        LengthRow(
            lines: [String(repeating: "\u{1F600}", count: 600), "b"],
            expected: "?,b",
            reason: "letters of four bytes are not cut within"
        ),
    ])
    func keepsEndOfLongList(_ row: LengthRow) throws {
        let kept = try #require(try Kept(row.lines.map { ("X-Forwarded-For", $0) }))
        #expect(kept == Self.addresses(row.expected))
    }

    /// Each field has a byte limit of its own.
    @Test func limitsEveryField() throws {
        let long = String(repeating: "a", count: 9000)
        for header in [TrustedProxies.Header.automatic, .forwarded, .xForwardedFor, Self.named] {
            let kept = try #require(try Kept(Self.all.map { ($0.name, "\(long),\($0.value)") }, header))
            let length = [kept.client, kept.schemes, kept.hosts].reduce(0) { $0 + ($1?.utf8.count ?? 0) }
            #expect(length <= 30, "only the elements of the nearest proxies are kept")
        }
    }
}

extension HTTPField.Name {
    /// The field that Cloudflare writes.
    static let cfConnectingIP = HTTPField.Name("CF-Connecting-IP") ?? .cookie
}
