//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// The page, origin and referer of requests that no browser sends.
struct HostileRequestTests {
    struct TextRow: Row {
        let text: String
        let expected: String?
        let reason: String

        init(_ text: String, _ expected: String?, _ reason: String) {
            (self.text, self.expected, self.reason) = (text, expected, reason)
        }
    }

    private static func text(_ piece: String, _ count: Int) -> String { String(repeating: piece, count: count) }

    @Test(arguments: [
        TextRow("/a\u{0}b", "/a%20b", "NUL, which `HTTPField` replaces with a space"),
        TextRow("/a%00b", "/a%00b", "an escaped NUL stays as it is: it is not decoded"),
        TextRow("/a\r\nX-Evil: 1", "/a%20%20X-Evil:%201", "a line break is escaped and starts no header field"),
        TextRow("/a\u{7F}b", "/a%20b", "DEL, which is replaced, too"),
        TextRow("/\u{202E}moc.elpmaxe", "/%E2%80%AEmoc.elpmaxe", "a bidi control is escaped"),
        TextRow("/\u{2066}a\u{2069}", "/%E2%81%A6a%E2%81%A9", "bidi isolates are escaped"),
        TextRow("/a\u{200B}b\u{FEFF}", "/a%E2%80%8Bb%EF%BB%BF", "zero-width spaces are escaped"),
        TextRow("/%C0%AF..%C0%AFetc", "/%C0%AF..%C0%AFetc", "an overlong slash stays an escape, and is no slash"),
        TextRow("/%E0%80%AF%FF", "/%E0%80%AF%FF", "an escape that is not UTF-8 stays"),
        TextRow("/e\u{301}", "/e%CC%81", "a combining mark is not composed"),
        TextRow("/%E2%80%AE", "/%E2%80%AE", "an escaped bidi control stays one"),
        TextRow("/<script>alert(1)</script>", "/%3Cscript%3Ealert(1)%3C/script%3E", "a tag is escaped"),
        TextRow("/?" + text("x=y&", 10_000), "/", "10,000 parameters, none of them kept"),
        TextRow("/" + text("?", 8192), "/", "8 KB of question marks"),
        TextRow("/" + text("#", 8192), "/", "8 KB of hashes"),
        TextRow("/" + text("/", 8192), text("/", 2028), "8 KB of slashes are cut to what a URL may have"),
        TextRow("/" + text("%", 8192), "/" + text("%25", 675), "8 KB of percent signs are escaped, and no escape is cut"),
        TextRow("/" + text("%41", 8192), "/" + text("%41", 675), "8 KB of escapes"),
        TextRow(
            "/" + text("\u{1F600}", 2048),
            "/" + text("%F0%9F%98%80", 168) + "%F0%9F%98",
            "8 KB of emoji: cut between escapes"
        ),
        TextRow(text("\\", 8192), "/", "8 KB of backslashes are no path"),
    ])
    func escapesAndTruncatesPaths(_ row: TextRow) throws {
        let visit = try resolve(makeRequest(row.text))
        #expect(visit.url.text == row.expected.map { "https://shop.example\($0)" })
        #expect(try PageURL(visit.url.text) == visit.url, "the captured URL is canonical")
        #expect(visit.parameters.isEmpty)
    }

    /// The `Origin` field, the `Referer` field, the authority and an absolute target follow the same rules for hosts.
    @Test(arguments: [
        TextRow("b\u{0}.example", nil, "NUL"),
        TextRow("b.example\u{0}.evil.example", nil, "NUL before another host"),
        TextRow("b.example%00.evil.example", nil, "an escaped NUL"),
        TextRow("b\r\n.example", nil, "a line break"),
        TextRow("b\u{202E}.example", nil, "a bidi control"),
        TextRow("\u{2066}b.example\u{2069}", nil, "bidi isolates"),
        TextRow("b\u{200B}.example", nil, "a zero-width space"),
        TextRow("b\u{AD}.example", nil, "a soft hyphen, which Unicode's rules for hosts drop"),
        TextRow("b\u{3002}example", nil, "an ideographic full stop"),
        TextRow("\u{FF42}.example", nil, "a full-width letter"),
        TextRow("\u{430}pple.example", nil, "a Cyrillic a, which has to come as xn--"),
        TextRow("xn--pple-43d.example", "xn--pple-43d.example", "a Punycode host"),
        TextRow("b.example\u{FFFD}", nil, "a replacement character of overlong UTF-8"),
        TextRow("%C0%AE.example", nil, "an overlong point, escaped"),
        TextRow("[::1%25eth0]", nil, "a zone, escaped as in a URL"),
        TextRow("[fe80::1%eth0]", nil, "a zone"),
        TextRow("[::1", nil, "an open bracket"),
        TextRow("::1]", nil, "a bracket too many"),
        TextRow("[[::1]]", nil, "two brackets"),
        TextRow("[::1]:", "[::1]", "brackets and an empty port"),
        TextRow("[127.0.0.1]", nil, "IPv4 in brackets"),
        TextRow("[::FFFF:192.0.2.1]", "192.0.2.1", "IPv4, mapped"),
        TextRow("[v1.x]", nil, "an address of the future"),
        TextRow("b.example:00008443", "b.example:8443", "zeros before the port"),
        TextRow("b.example:8443:1", nil, "two ports"),
        TextRow("b.example:\u{0668}\u{0664}", nil, "a port in Arabic digits"),
        TextRow("b.example:1e3", nil, "a port with an exponent"),
        TextRow(text("b", 300), text("b", 300), "the longest host"),
        TextRow(text("b", 301), nil, "one byte longer"),
        TextRow(text("b", 512), nil, "the longest authority, without user info"),
        TextRow(text("b", 513), nil, "one byte longer"),
        TextRow(text("b", 8192), nil, "8 KB"),
        TextRow(text("[", 8000), nil, "8 KB of brackets"),
        TextRow("b.example:" + text("0", 8000), nil, "8 KB of port"),
        TextRow("*", nil, "a star"),
        TextRow("unknown", "unknown", "a word that could be a host"),
    ])
    func validatesHostsInEveryField(_ row: TextRow) throws {
        let origin = row.expected.map { "https://\($0)" }
        let script = [(name: "Sec-Fetch-Mode", value: "cors"), (name: "Sec-Fetch-Site", value: "same-site")]
        let declared = try resolve(makeRequest("/api", script + [(name: "Origin", value: "https://\(row.text)")]))
        #expect(declared.origin.text == origin ?? "https://shop.example")
        #expect(declared.url.text == "\(origin ?? "https://shop.example")/", "no page is known")
        let referred = try resolve(makeRequest("/", [("Referer", "https://\(row.text)/"), ("User-Agent", "a")]))
        #expect(referred.referer?.text == origin.map { "\($0)/" })
        for request in [try makeRequest("/", authority: row.text), try makeRequest("https://\(row.text)/")] {
            #expect((try? resolve(request))?.url.text == origin.map { "\($0)/" })
        }
    }

    /// User info is removed if the authority has a plausible length.
    ///
    /// The byte limit is larger than that, so truncation never changes a host.
    @Test(arguments: [
        (1, true), (211, true), (500, true), (501, false), (4070, false), (4075, false), (4084, false), (8160, false),
        (8172, false),
        (8182, false), (10_000, false),
    ])
    func userInfoNeverChangesHost(_ length: Int, _ isRemoved: Bool) throws {
        // 500 bytes of user info, the at sign and 11 bytes of host make 512 bytes.
        let authority = Self.text("u", length) + "@shop.exampl"
        let target = try? resolve(makeRequest("https://\(authority)/tea"))
        #expect(target?.url.text == (isRemoved ? "https://shop.exampl/tea" : nil))
        let own = try? resolve(makeRequest("/tea", authority: authority))
        #expect(own?.url.text == (isRemoved ? "https://shop.exampl/tea" : nil))
        let referred = try resolve(makeRequest("/", [("Referer", "https://\(authority)/tea"), ("User-Agent", "a")]))
        #expect(referred.referer?.text == (isRemoved ? "https://shop.exampl/tea" : nil))
    }

    @Test(arguments: [
        TextRow("https://b.example/a\u{0}b", "https://b.example/a%20b", "NUL, which `HTTPField` replaces with a space"),
        TextRow("https://b.example/%00", "https://b.example/%00", "an escaped one stays"),
        TextRow("https://b.example/\u{202E}x", "https://b.example/%E2%80%AEx", "a bidi control is escaped"),
        TextRow("\u{202E}https://b.example/", nil, "in front it makes it no URL"),
        TextRow("https://b.example/%C0%AF", "https://b.example/%C0%AF", "an overlong slash stays an escape"),
        TextRow("https://b.example/?" + text("x=y&", 10_000), "https://b.example/", "10,000 parameters"),
        TextRow(
            "https://b.example/" + text("%E2%82%AC", 1000),
            "https://b.example/" + text("%E2%82%AC", 225) + "%E2",
            "8 KB of escapes"
        ),
        TextRow("https:" + text("/", 8192), nil, "8 KB of slashes"),
        TextRow(text("h", 8192) + "://b.example/", nil, "8 KB of scheme"),
        TextRow("view-source:https://b.example/", nil, "a browser's own scheme"),
        TextRow("android-app://" + text("a", 301), nil, "an app with a name longer than any host"),
        TextRow("android-app://[fe80::1%25eth0]/", nil, "an app that is a zone"),
    ])
    func canonicalizesReferers(_ row: TextRow) throws {
        let visit = try resolve(makeRequest("/", [("Referer", row.text), ("User-Agent", "a")]))
        #expect(visit.referer?.text == row.expected)
    }

    /// Bytes that are not UTF-8, such as overlong forms of `/`, `.` and `@`, do not act as syntax.
    @Test(
        arguments: [
            ([0xC0, 0xAF], "an overlong slash"), ([0xE0, 0x80, 0xAF], "one of three bytes"), ([0xC0, 0xAE], "an overlong point"),
            ([0xC1, 0x80], "an overlong at sign"), ([0xFF, 0xFE], "no UTF-8"), ([0xED, 0xB0, 0x80], "a surrogate"),
        ] as [([UInt8], String)]
    )
    func invalidUTF8IsNotSyntax(_ bytes: [UInt8], _ reason: String) throws {
        func visit(_ name: HTTPField.Name, _ before: String, _ after: String) throws -> VisitParts {
            var request = try makeRequest()
            let value = [UInt8](before.utf8) + bytes + [UInt8](after.utf8)
            request.headerFields.append(HTTPField(name: name, value: value))
            return try resolve(request)
        }
        #expect(try visit(.origin, "https://b", ".example").origin.text == "https://shop.example", "\(reason)")
        #expect(try visit(.referer, "https://b", ".example/").referer == nil, "\(reason)")
        let referer = try #require(try visit(.referer, "https://b.example/a", "b").referer).text
        let escapes = bytes.map { "%" + String($0, radix: 16, uppercase: true) }.joined()
        #expect(referer == "https://b.example/a\(escapes)b", "\(reason)")
    }

    /// However many fields a client sends, their scan takes no longer than that of the limit.
    @Test(arguments: ["X-Forwarded-For", "Cookie", "Forwarded", "X-Other", "Sec-Purpose", "HX-Request", "Accept"])
    func readsNoFieldsOfTooMany(name: String) throws {
        let fields = [("User-Agent", "Mozilla/5.0"), ("Cookie", "consent=yes"), ("X-Forwarded-For", "203.0.113.9")]
        // One more is the `Accept` field of the stub.
        let padding = HTTPFields.maximumCount - fields.count - 1
        for (count, isRead) in [(padding, true), (padding + 1, false), (16_000, false)] {
            let more = Array(repeating: (name, name == "Cookie" ? "a=b" : "0"), count: count)
            let request = try makeRequest("/", fields + more)
            var configuration = CaptureConfiguration()
            configuration.trustedProxies = try TrustedProxies("10.0.0.0/8")
            let record = try makeRecord(request, from: PeerAddress(text: "10.0.0.1"), configuration: configuration)
            #expect(record.flags.contains(.userAgent) == isRead)
            #expect(record.flags.contains(.navigation) == isRead)
            #expect((record.forwarding == .addresses) == isRead)
            #expect(try ConsentPolicy.cookie(named: "consent", value: "yes").allows(request) == isRead)
            #expect(ConsentPolicy.privacySignals.allows(request) == isRead)
        }
    }
}
