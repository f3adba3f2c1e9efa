//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// One element of the `Forwarded` field, as one proxy writes it.
struct ForwardedElementTests {
    struct ElementRow: Row {
        let text: String
        var client: String?
        var scheme: String?
        var host: String?
        let reason: String

        init(_ text: String, for client: String? = nil, proto scheme: String? = nil, host: String? = nil, _ reason: String) {
            (self.text, self.client, self.scheme, self.host, self.reason) = (text, client, scheme, host, reason)
        }
    }

    @Test(arguments: [
        // RFC 7239, section 4 and its examples.
        ElementRow("for=192.0.2.60;proto=http;by=203.0.113.43", for: "192.0.2.60", proto: "http", "an example of the RFC"),
        ElementRow(
            "For=\"[2001:db8:cafe::17]:4711\"",
            for: "[2001:db8:cafe::17]:4711",
            "another: quotes, and a name in upper case"
        ),
        ElementRow("for=\"_gazonk\"", for: "_gazonk", "another: an obfuscated identifier in quotes"),
        ElementRow("for=unknown", for: "unknown", "who it was is not said, but that is said"),
        ElementRow("for=_obf", for: "_obf", "an obfuscated identifier"),
        ElementRow("proto=https;host=shop.example", proto: "https", host: "shop.example", "no client"),
        ElementRow("FOR=1;PROTO=2;HOST=3", for: "1", proto: "2", host: "3", "all names in upper case"),
        ElementRow("host=a;for=b;proto=c", for: "b", proto: "c", host: "a", "in another order"),
        ElementRow("by=192.0.2.1", "only what this proxy is, which is of no use here"),
        ElementRow("secret=x;for=1", for: "1", "a parameter of an extension"),
        ElementRow("secret=x;secret=y;for=1", for: "1", "twice"),

        // Quoted strings.
        ElementRow("host=\"shop.example:8443\"", host: "shop.example:8443", "a colon needs quotes"),
        ElementRow("for=\"\"", for: "", "an empty text"),
        ElementRow("for=\"a\\\"b\\\\c\"", for: "a\"b\\c", "an escaped quote and backslash"),
        ElementRow("for=\"\\1\\9\\2.0.2.60\"", for: "192.0.2.60", "escapes that were not needed"),
        ElementRow("for=\"a;b,c=d\"", for: "a;b,c=d", "separators in quotes separate nothing"),
        ElementRow("for=\"a\tb\"", for: "a\tb", "a tabulator in quotes"),
        ElementRow("for=\"\u{202E}\"", for: "\u{202E}", "a bidi control in quotes: no address, but well-formed"),

        // Forms that proxies write although the grammar does not allow them.
        ElementRow("for=192.0.2.60:4711", for: "192.0.2.60:4711", "a port without quotes"),
        ElementRow("for=[2001:db8::1]:80", for: "[2001:db8::1]:80", "brackets without quotes"),
        ElementRow("for=2001:db8::1", for: "2001:db8::1", "neither quotes nor brackets"),
        ElementRow("for=fe80::1%eth0", for: "fe80::1%eth0", "a zone"),
        ElementRow("for=a; proto=b ;\thost=c", for: "a", proto: "b", host: "c", "whitespace around semicolons"),
        ElementRow(" for=a ", for: "a", "whitespace around the element"),
        ElementRow("for=a;", for: "a", "a semicolon at the end"),
        ElementRow(";for=a", for: "a", "or in front"),
        ElementRow("for=a;;proto=b", for: "a", proto: "b", "or two"),
        ElementRow("", "nothing"),
        ElementRow(" \t ", "only whitespace"),
        ElementRow(";;;", "only semicolons"),
    ])
    func parsesElements(_ row: ElementRow) throws {
        let element = try #require(ForwardedElement([UInt8](row.text.utf8)[...]))
        #expect(element.client.map { String(decoding: $0, as: UTF8.self) } == row.client)
        #expect(element.scheme.map { String(decoding: $0, as: UTF8.self) } == row.scheme)
        #expect(element.host.map { String(decoding: $0, as: UTF8.self) } == row.host)
    }

    struct BadRow: Row {
        let text: String
        let reason: String

        init(_ text: String, _ reason: String) {
            (self.text, self.reason) = (text, reason)
        }
    }

    @Test(arguments: [
        BadRow("192.0.2.60", "an address alone, as the other field has it"),
        BadRow("for", "a name alone"),
        BadRow("=192.0.2.60", "a value alone"),
        BadRow("for=", "no value"),
        BadRow("for=;proto=http", "no value before a semicolon"),
        BadRow("for =a", "a space before the equals sign"),
        BadRow("for= a", "a space after the equals sign"),
        BadRow("for==a", "two equals signs"),
        BadRow("for=a proto=b", "no semicolon"),
        BadRow("for=a&proto=b;=", "another separator, and an empty name"),
        BadRow("for=a;for=b", "section 4: a parameter must not occur twice"),
        BadRow("for=a;FOR=a", "not even with the same value"),
        BadRow("for=a;proto=b;proto=c", "nor the scheme"),
        BadRow("for=a;host=b;host=c", "nor the host"),
        BadRow("for=\"a", "a quote that is not closed"),
        BadRow("for=\"a\\\"", "a quote that is closed by an escaped one"),
        BadRow("for=\"a\\", "an escape of nothing"),
        BadRow("for=\"", "a quote alone"),
        BadRow("for=a\"", "a quote at the end"),
        BadRow("for=\"a\"b", "a letter behind the quotes"),
        BadRow("for=\"a\"\"b\"", "two quoted strings"),
        BadRow("\"for\"=a", "a name in quotes"),
        BadRow("for='a'b c", "single quotes, which do not quote"),
        BadRow("for=unix:/run/x.sock", "a slash without quotes"),
        BadRow("for=a/b", "the same"),
        BadRow("for=\"a\u{0}b\"", "NUL in quotes"),
        BadRow("for=\"a\\\u{0}b\"", "NUL behind a backslash"),
        BadRow("for=\"a\nb\"", "a line break in quotes"),
        BadRow("for=\"a\u{7F}\"", "delete in quotes"),
        BadRow("for=a\u{0}", "NUL"),
        BadRow("fo\u{0}r=a", "NUL in the name"),
        BadRow("for=\u{E9}", "a letter that is not ASCII, without quotes"),
        BadRow("f\u{F6}r=a", "or in the name"),
        BadRow("\u{202E}for=a", "a bidi control in front"),
        BadRow("for=a;\u{2066}proto=b", "a bidi control within"),
        BadRow("for=a;{}", "braces"),
    ])
    func returnsNilForMalformedElements(_ row: BadRow) {
        #expect(ForwardedElement([UInt8](row.text.utf8)[...]) == nil)
    }

    /// Overlong UTF-8 is not an alternative form of a name, a separator or a quote.
    @Test(
        arguments: [
            ([0xE6, 0x6F, 0x72], "an f with the high bit"), ([0xC1, 0xA6, 0x6F, 0x72], "an f in two bytes"),
            ([0xE0, 0x81, 0xA6, 0x6F, 0x72], "an f in three bytes"),
        ] as [([UInt8], String)]
    )
    func invalidUTF8IsNoParameterName(_ name: [UInt8], _ reason: String) {
        #expect(ForwardedElement((name + [UInt8]("=192.0.2.60".utf8))[...]) == nil, "\(reason)")
    }

    @Test func parsesLongValuesAndManyParameters() throws {
        let long = String(repeating: "x", count: 8192)
        let element = try #require(ForwardedElement([UInt8]("for=\"\(long)\"".utf8)[...]))
        #expect(element.client?.count == 8192, "the address parser limits the length")
        let many = (0..<10_000).map { "x\($0)=y" }.joined(separator: ";") + ";for=192.0.2.60"
        #expect(ForwardedElement([UInt8](many.utf8)[...])?.client == [UInt8]("192.0.2.60".utf8))
        #expect(ForwardedElement([UInt8](String(repeating: "\\", count: 8192).utf8)[...]) == nil)
    }
}
