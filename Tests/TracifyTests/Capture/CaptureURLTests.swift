//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// The `url` of an event, from a request's target, scheme and authority.
struct CaptureURLTests {
    struct TargetRow: Row {
        let target: String?
        let expected: String
        let reason: String

        init(_ target: String?, _ expected: String, _ reason: String) {
            (self.target, self.expected, self.reason) = (target, expected, reason)
        }
    }

    @Test(arguments: [
        TargetRow("/shop/item", "/shop/item", "a path"),
        TargetRow("/", "/", "the root"),
        TargetRow("/shop/", "/shop/", "a slash at the end stays"),
        TargetRow("", "/", "an empty target"),
        TargetRow(nil, "/", "no target"),
        TargetRow("*", "/", "the server itself"),
        TargetRow("index.html?x=y", "/", "a relative target, which HTTP does not have"),
        TargetRow("/reset?token=secret", "/reset", "no query"),
        TargetRow("/a?b?c", "/a", "a question mark in the query"),
        TargetRow("/a#fragment", "/a", "no fragment"),
        TargetRow("/a#b?c", "/a", "a question mark in the fragment"),
        TargetRow("?a=b", "/", "only a query"),
        TargetRow("/:@!$&'()*+,;=~-._09azAZ", "/:@!$&'()*+,;=~-._09azAZ", "what a path may hold as it is"),
        TargetRow("/%C3%A9", "/%C3%A9", "an escape stays"),
        TargetRow("/%c3%a9%2f", "/%c3%a9%2f", "an escape stays as it is written"),
        TargetRow("/\u{E9}", "/%C3%A9", "a raw letter that is not ASCII"),
        TargetRow("/\u{1F600}", "/%F0%9F%98%80", "a raw emoji"),
        TargetRow("/a b", "/a%20b", "a raw space"),
        TargetRow("/\"<>[]^`{|}", "/%22%3C%3E%5B%5D%5E%60%7B%7C%7D", "what a path may not hold"),
        TargetRow("/a\\b", "/a%5Cb", "a backslash within the path"),
        TargetRow("/100%", "/100%25", "a lone percent sign at the end"),
        TargetRow("/100%/x", "/100%25/x", "a lone percent sign"),
        TargetRow("/%2", "/%252", "half an escape"),
        TargetRow("/%zz", "/%25zz", "no hexadecimal digits"),
        TargetRow("/%%41", "/%25%41", "a percent sign before an escape"),
        TargetRow("//b.example/x", "//b.example/x", "two slashes are a path, not a host"),
        TargetRow("/../../etc/./passwd", "/../../etc/./passwd", "dots stay, as nothing is opened"),
    ])
    func usesPathOfTarget(_ row: TargetRow) throws {
        #expect(try resolve(makeRequest(row.target)).url.text == "https://shop.example" + row.expected)
    }

    /// HTTP/2 lets a client send `host` in place of `:authority` (RFC 9113, section 8.3.1).
    @Test func usesHostWithoutAuthority() throws {
        let host = [(name: "Host", value: "shop.example:8443"), (name: "User-Agent", value: "Mozilla/5.0")]
        #expect(try resolve(makeRequest("/a", authority: nil, host)).url.text == "https://shop.example:8443/a")
        #expect(try resolve(makeRequest("/a", authority: "b.example", host)).url.text == "https://b.example/a")
    }

    struct AbsoluteRow: Row {
        let target: String
        let expected: String?
        let reason: String
    }

    @Test(arguments: [
        AbsoluteRow(target: "http://b.example/x?y", expected: "http://b.example/x", reason: "its host counts"),
        AbsoluteRow(target: "HTTPS://B.Example:443/X", expected: "https://b.example/X", reason: "upper case and default port"),
        AbsoluteRow(target: "http://u:p@b.example/x", expected: "http://b.example/x", reason: "user info removed"),
        AbsoluteRow(target: "http://b.example", expected: "http://b.example/", reason: "no path"),
        AbsoluteRow(target: "http://b.example?utm_source=x", expected: "http://b.example/", reason: "no path, but a query"),
        AbsoluteRow(target: "http://b.example#f", expected: "http://b.example/", reason: "no path, but a fragment"),
        AbsoluteRow(target: "http://b.example\\@c.example/", expected: "http://b.example/", reason: "a backslash ends the host"),
        AbsoluteRow(
            target: "http://b.example@c.example/",
            expected: "http://c.example/",
            reason: "a host in the place of a user"
        ),
        AbsoluteRow(target: "ftp://b.example/", expected: nil, reason: "another scheme"),
        AbsoluteRow(target: "http://", expected: nil, reason: "no host"),
        AbsoluteRow(target: "http:///x", expected: nil, reason: "an empty host"),
        AbsoluteRow(target: "http://b example/", expected: nil, reason: "a space in the host"),
    ])
    func usesAbsoluteFormTarget(_ row: AbsoluteRow) throws {
        try self.check(makeRequest(row.target), is: row.expected)
    }

    struct AuthorityRow: Row {
        var scheme: String? = "https"
        let authority: String?
        let expected: String?
        let reason: String
    }

    @Test(arguments: [
        AuthorityRow(authority: "shop.example", expected: "https://shop.example/", reason: "a host"),
        AuthorityRow(authority: "Shop.EXAMPLE", expected: "https://shop.example/", reason: "upper case"),
        AuthorityRow(authority: "shop.example:443", expected: "https://shop.example/", reason: "the default port"),
        AuthorityRow(authority: "shop.example:80", expected: "https://shop.example:80/", reason: "the other default port"),
        AuthorityRow(
            scheme: "http",
            authority: "shop.example:80",
            expected: "http://shop.example/",
            reason: "http's default port"
        ),
        AuthorityRow(
            scheme: "http",
            authority: "shop.example:443",
            expected: "http://shop.example:443/",
            reason: "https's in http"
        ),
        AuthorityRow(authority: "shop.example:8443", expected: "https://shop.example:8443/", reason: "another port"),
        AuthorityRow(authority: "shop.example:65535", expected: "https://shop.example:65535/", reason: "the last port"),
        AuthorityRow(authority: "shop.example:", expected: "https://shop.example/", reason: "an empty port"),
        AuthorityRow(authority: "xn--bcher-kva.example", expected: "https://xn--bcher-kva.example/", reason: "an IDN"),
        AuthorityRow(authority: "my_shop.local", expected: "https://my_shop.local/", reason: "an underscore"),
        AuthorityRow(authority: "localhost:3000", expected: "https://localhost:3000/", reason: "a developer's machine"),
        AuthorityRow(authority: "192.0.2.1:8443", expected: "https://192.0.2.1:8443/", reason: "IPv4"),
        AuthorityRow(authority: "[::1]", expected: "https://[::1]/", reason: "IPv6"),
        AuthorityRow(authority: "[::1]:8443", expected: "https://[::1]:8443/", reason: "IPv6 with a port"),
        AuthorityRow(authority: "[2001:DB8:0::1]:443", expected: "https://[2001:db8::1]/", reason: "IPv6 in canonical form"),
        AuthorityRow(authority: "u:p@shop.example", expected: "https://shop.example/", reason: "user info removed"),
        AuthorityRow(
            authority: String(repeating: "a", count: 253),
            expected: "https://\(String(repeating: "a", count: 253))/",
            reason: "a long host"
        ),
        AuthorityRow(scheme: nil, authority: "shop.example", expected: "http://shop.example/", reason: "no scheme"),
        AuthorityRow(
            scheme: "HTTPS",
            authority: "shop.example",
            expected: "https://shop.example/",
            reason: "a scheme in upper case"
        ),

        AuthorityRow(scheme: "ftp", authority: "shop.example", expected: nil, reason: "a scheme without pages"),
        AuthorityRow(authority: nil, expected: nil, reason: "no host"),
        AuthorityRow(authority: "", expected: nil, reason: "an empty host"),
        AuthorityRow(authority: ":8443", expected: nil, reason: "a port alone"),
        AuthorityRow(authority: "u:p@", expected: nil, reason: "user info alone"),
        AuthorityRow(authority: "shop.example:0", expected: nil, reason: "port 0"),
        AuthorityRow(authority: "shop.example:65536", expected: nil, reason: "a port too large"),
        AuthorityRow(authority: "shop.example:99999999999999999999", expected: nil, reason: "a huge port"),
        AuthorityRow(authority: "shop.example:https", expected: nil, reason: "a port in words"),
        AuthorityRow(authority: "shop.example:-1", expected: nil, reason: "a negative port"),
        AuthorityRow(authority: "shop.example:+443", expected: nil, reason: "a port with a plus"),
        AuthorityRow(authority: "shop.example: 443", expected: nil, reason: "a space before the port"),
        AuthorityRow(authority: "shop.example:443:443", expected: nil, reason: "two ports"),
        AuthorityRow(authority: "shop.example:\u{301}8443", expected: nil, reason: "a combining mark in the port"),
        AuthorityRow(authority: "shop.example/path", expected: nil, reason: "a path in the host"),
        AuthorityRow(authority: "shop.example?q", expected: nil, reason: "a query in the host"),
        AuthorityRow(authority: "shop.example#f", expected: nil, reason: "a fragment in the host"),
        AuthorityRow(authority: "shop.example\\b", expected: nil, reason: "a backslash in the host"),
        AuthorityRow(authority: "shop.example, b.example", expected: nil, reason: "two hosts"),
        AuthorityRow(authority: "shop .example", expected: nil, reason: "a space in the host"),
        AuthorityRow(authority: "shop\u{0}.example", expected: nil, reason: "NUL in the host"),
        AuthorityRow(authority: "<script>", expected: nil, reason: "a tag"),
        AuthorityRow(authority: "%73hop.example", expected: nil, reason: "an escape in the host"),
        AuthorityRow(authority: "b\u{FC}cher.example", expected: nil, reason: "a host that is not ASCII"),
        AuthorityRow(authority: "\u{212A}elvin.example", expected: nil, reason: "a kelvin sign, whose lower case is a k"),
        AuthorityRow(authority: "[::1", expected: nil, reason: "an open bracket"),
        AuthorityRow(authority: "::1", expected: nil, reason: "IPv6 without brackets"),
        AuthorityRow(authority: "[::1]8443", expected: nil, reason: "no colon before the port"),
        AuthorityRow(authority: "[::1]x", expected: nil, reason: "a letter after the bracket"),
        AuthorityRow(authority: "[fe80::1%25eth0]", expected: nil, reason: "a zone"),
        AuthorityRow(authority: "[shop.example]", expected: nil, reason: "a name in brackets"),
        AuthorityRow(authority: "[]", expected: nil, reason: "empty brackets"),
        AuthorityRow(authority: String(repeating: "a", count: 301), expected: nil, reason: "longer than any host"),
        AuthorityRow(authority: String(repeating: "a", count: 10_000), expected: nil, reason: "far longer than any host"),
    ])
    func usesSchemeAndAuthority(_ row: AuthorityRow) throws {
        try self.check(makeRequest("/", scheme: row.scheme, authority: row.authority), is: row.expected)
    }

    private func check(_ request: HTTPRequest, is expected: String?) throws {
        guard let expected else {
            #expect(throws: VisitResolutionError.self) { _ = try resolve(request) }
            return
        }
        let visit = try resolve(request)
        #expect(visit.url.text == expected)
        #expect(visit.origin == visit.url.origin)
        #expect(try PageURL(visit.url.text) == visit.url, "the captured URL is canonical")
    }

    /// Every offset at which the limit can fall.
    @Test(arguments: 0..<9)
    func truncatesPathBetweenPercentEscapes(_ shift: Int) throws {
        let path = "/" + String(repeating: "x", count: shift) + String(repeating: "%E2%82%AC", count: 400)
        let text = try resolve(makeRequest(path)).url.text
        #expect((2046...2048).contains(text.utf8.count))
        #expect("https://shop.example\(path)".hasPrefix(text))
        #expect(try PageURL(text).text == text, "no partial escape remains")
    }

    @Test(arguments: 0..<4)
    func truncatesPathOfUnencodedCharacters(_ shift: Int) throws {
        // Each character is two bytes in the target and six in the URL. The target is truncated first, possibly within a character.
        let path = "/" + String(repeating: "x", count: shift) + String(repeating: "\u{E9}", count: 8000)
        let text = try resolve(makeRequest(path)).url.text
        #expect((2046...2048).contains(text.utf8.count))
        #expect(text.hasPrefix("https://shop.example/" + String(repeating: "x", count: shift) + "%C3%A9%C3%A9"))
        #expect(try PageURL(text).text == text)
    }

    struct QueryRow: Row {
        let target: String
        let keys: Set<String>
        let expected: String
        let reason: String
    }

    @Test(arguments: 0..<4)
    func limitsQueryToURLLength(_ shift: Int) throws {
        var configuration = CaptureConfiguration()
        configuration.urlQueryKeys = ["id"]
        let query = String(repeating: "x", count: shift) + "=&" + String(repeating: "id=%E2%82%AC&", count: 10_000)
        let text = try resolve(makeRequest("/?" + query), configuration: configuration).url.text
        #expect(text.hasPrefix("https://shop.example/?id=%E2%82%AC&id="))
        #expect((2046...2048).contains(text.utf8.count))
        #expect(try PageURL(text, keepsQuery: true).text == text, "no partial escape remains")
    }

    @Test(arguments: [
        QueryRow(target: "/a?id=7&token=t", keys: ["id"], expected: "/a?id=7", reason: "one of two"),
        QueryRow(target: "/a?b=1&a=2&b=3", keys: ["a", "b"], expected: "/a?b=1&a=2&b=3", reason: "in order, with repeats"),
        QueryRow(target: "/a?token=t", keys: ["id"], expected: "/a", reason: "none"),
        QueryRow(target: "/a?id", keys: ["id"], expected: "/a?id", reason: "no value"),
        QueryRow(target: "/a?ID=7", keys: ["id"], expected: "/a", reason: "another case"),
        QueryRow(target: "/a?%69d=7", keys: ["id"], expected: "/a?%69d=7", reason: "an encoded name"),
        QueryRow(
            target: "/a?id=\"\u{E9} %zz#f",
            keys: ["id"],
            expected: "/a?id=%22%C3%A9%20%25zz",
            reason: "encoded where it must be"
        ),
        QueryRow(target: "/a?x=1;id=7&id=8", keys: ["id"], expected: "/a?id=8", reason: "a semicolon separates nothing"),
    ])
    func keepsAllowedQueryKeys(_ row: QueryRow) throws {
        var configuration = CaptureConfiguration()
        configuration.urlQueryKeys = row.keys
        let visit = try resolve(makeRequest(row.target), configuration: configuration)
        #expect(visit.url.text == "https://shop.example" + row.expected)
    }
}
