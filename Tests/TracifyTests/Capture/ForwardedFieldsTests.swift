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
        let expected: ForwardedFields?
        let reason: String
    }

    private static func addresses(_ list: String, _ schemes: String? = nil, _ hosts: String? = nil) -> ForwardedFields {
        ForwardedFields(source: .addresses(list), schemes: schemes, hosts: hosts)
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
            expected: ForwardedFields(source: .elements("for=1")),
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
            expected: ForwardedFields(source: .elements("for=1")),
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
            expected: ForwardedFields(source: .address("3"), schemes: "https", hosts: "a.example"),
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
            expected: ForwardedFields(source: .peer, schemes: "https"),
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
            expected: ForwardedFields(source: .address("1")),
            reason: "also the named one's"
        ),
        FieldsRow(
            header: .named(HTTPField.Name("X-Forwarded-For") ?? .cookie),
            fields: [("X-Forwarded-For", "1")],
            expected: ForwardedFields(source: .address("1")),
            reason: "one may name X-Forwarded-For, for a proxy that overwrites it"
        ),
        FieldsRow(
            fields: [("X-Forwarded-For", "1, 2"), ("User-Agent", "a"), ("X-Forwarded-For", "3"), ("X-Forwarded-For", "4")],
            expected: addresses("1, 2,3,4"),
            reason: "several lines are one list, in their order (RFC 9110, section 5.3)"
        ),
        FieldsRow(
            fields: [("Forwarded", "for=1"), ("Forwarded", "for=2")],
            expected: ForwardedFields(source: .elements("for=1,for=2")),
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
            expected: ForwardedFields(source: .address("1,2")),
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
        var proxies = TrustedProxies()
        proxies.header = row.header
        #expect(ForwardedFields(try makeRequest("/", row.fields).headerFields, proxies) == row.expected)
    }

    struct LengthRow: Row {
        let lines: [String]
        let expected: String
        let reason: String
    }

    private static func commas(_ count: Int) -> String { String(repeating: "a,", count: count) }

    @Test(arguments: [
        LengthRow(
            lines: [String(repeating: "a", count: 2046) + ",b"],
            expected: String(repeating: "a", count: 2046) + ",b",
            reason: "as long as may be"
        ),
        LengthRow(
            lines: [String(repeating: "a", count: 2047) + ",b"],
            expected: ",b",
            reason: "one byte more: only what is whole stays, and the comma that shows the cut"
        ),
        LengthRow(lines: [String(repeating: "a", count: 8192) + ",b"], expected: ",b", reason: "8 KB before the proxy's word"),
        LengthRow(lines: [String(repeating: "a", count: 8192), "b"], expected: ",b", reason: "8 KB in a line of its own"),
        LengthRow(
            lines: ["b", String(repeating: "a", count: 8192)],
            expected: "",
            reason: "8 KB without a comma at the end: the proxy's element is no address, so the client is unknown"
        ),
        LengthRow(lines: [String(repeating: "a", count: 100_000)], expected: "", reason: "100 KB in one line"),
        LengthRow(
            lines: Array(repeating: "a", count: 10_000) + ["b"],
            expected: "," + commas(1023) + "b",
            reason: "10,000 lines"
        ),
        LengthRow(
            lines: Array(repeating: String(repeating: "a", count: 8192), count: 1000) + ["b", "c"],
            expected: ",b,c",
            reason: "8 MB in 1,000 lines"
        ),
        LengthRow(
            lines: Array(repeating: "", count: 10_000),
            expected: String(repeating: ",", count: 2048),
            reason: "10,000 empty lines"
        ),
        LengthRow(
            lines: [String(repeating: "\u{1F600}", count: 600), "b"],
            expected: ",b",
            reason: "letters of four bytes are not cut within"
        ),
    ])
    func keepsEndOfLongList(_ row: LengthRow) throws {
        let request = try makeRequest("/", row.lines.map { ("X-Forwarded-For", $0) })
        let fields = try #require(ForwardedFields(request.headerFields, TrustedProxies()))
        #expect(fields.source == .addresses(row.expected))
        #expect(fields.byteCount == row.expected.utf8.count)
    }

    /// Each field has a byte limit of its own.
    @Test func limitsEveryField() throws {
        let long = String(repeating: "a", count: 9000)
        for header in [TrustedProxies.Header.automatic, .forwarded, .xForwardedFor, Self.named] {
            var proxies = TrustedProxies()
            proxies.header = header
            let request = try makeRequest("/", Self.all.map { ($0.name, "\(long),\($0.value)") })
            let fields = try #require(ForwardedFields(request.headerFields, proxies))
            #expect(fields.byteCount <= 30, "only the elements of the nearest proxies are kept")
        }
    }

    @Test func hidesValuesInDescriptions() throws {
        var text = ""
        let fields = ForwardedFields(source: .addresses("203.0.113.7"), hosts: "shop.example")
        dump(fields, to: &text)
        #expect("\(fields)" == "[23 bytes of forwarding fields]")
        #expect(!"\(text) \(fields)".contains("203.0.113.7"))
    }
}

extension HTTPField.Name {
    /// The field that Cloudflare writes.
    static let cfConnectingIP = HTTPField.Name("CF-Connecting-IP") ?? .cookie
}
