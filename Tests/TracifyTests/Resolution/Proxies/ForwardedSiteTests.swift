//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// The scheme and host of a request's site, which follow the same trust rules as the client's address.
struct ForwardedSiteTests {
    struct SiteRow: Row {
        let request: ProxiedRequest
        var target = "/tea"
        var scheme = "http"
        var authority: String? = "backend:8080"
        var isAlwaysHTTPS = false
        /// The event's page; `nil` when the site is not known.
        var expected: String?
        let reason: String
    }

    private static func fields(
        for list: String? = "203.0.113.7",
        proto: String? = nil,
        host: String? = nil
    ) -> ProxiedRequest {
        let fields = [("X-Forwarded-For", list), ("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host)]
        return ProxiedRequest(fields.compactMap { name, value in value.map { (name, $0) } })
    }

    private static func row(
        for list: String? = "203.0.113.7",
        proto: String? = nil,
        host: String? = nil,
        _ expected: String,
        _ reason: String
    ) -> SiteRow {
        SiteRow(request: self.fields(for: list, proto: proto, host: host), expected: expected + "/tea", reason: reason)
    }

    static let schemes: [SiteRow] = [
        row("http://backend:8080", "no fields: the request's own"),
        row(proto: "https", "https://backend:8080", "the scheme alone"),
        row(proto: "HTTPS", "https://backend:8080", "in upper case"),
        row(proto: " https\t", "https://backend:8080", "with whitespace"),
        row(for: nil, proto: "https", "https://backend:8080", "without a list of addresses"),
        row(proto: "https,http", "http://backend:8080", "the last element is the peer's"),
        row(proto: "http,https", "https://backend:8080", "the first element was written by the client"),
        row(for: "203.0.113.7, 10.0.0.9", proto: "https, http", "https://backend:8080", "at the place of the client's address"),
        row(
            for: "6.6.6.6, 203.0.113.7, 10.0.0.9",
            proto: "ftp, https, http",
            "https://backend:8080",
            "at its place also with something to the left"
        ),
        row(
            for: "203.0.113.7, 10.0.0.9, 10.0.0.8",
            proto: "https",
            "https://backend:8080",
            "one proxy overwrites the list: the leftmost is nearest to the client"
        ),
        row(
            for: "203.0.113.7, 10.0.0.9, 10.0.0.8",
            proto: "https, http",
            "https://backend:8080",
            "a list that is shorter than that of the addresses: the leftmost"
        ),
        row(
            for: "203.0.113.7, 10.0.0.9",
            proto: "https,",
            "https://backend:8080",
            "an empty place is passed by, when it is not the client's"
        ),
        row(for: "203.0.113.7, 10.0.0.9", proto: ",http", "http://backend:8080", "and is nothing when it is"),
        row(proto: "", "http://backend:8080", "an empty field"),
        row(proto: "ftp", "http://backend:8080", "another scheme"),
        row(proto: "wss", "http://backend:8080", "a socket's scheme"),
        row(proto: "https:", "http://backend:8080", "a colon"),
        row(proto: "https://", "http://backend:8080", "half a URL"),
        row(proto: "\"https\"", "http://backend:8080", "quotes"),
        row(proto: "on", "http://backend:8080", "a value of another field"),
        row(proto: "h\u{0}ttps", "http://backend:8080", "a NUL, which becomes a space"),
        row(proto: "\u{202E}sptth", "http://backend:8080", "bidi controls"),
        row(proto: "\u{FF48}ttps", "http://backend:8080", "a full-width letter"),
        row(proto: "http\u{17F}", "http://backend:8080", "a long s"),
        row(proto: String(repeating: "https", count: 1700), "http://backend:8080", "8 KB"),
        row(proto: String(repeating: "x", count: 8192) + ",https", "https://backend:8080", "8 KB to the left"),
        row(
            for: "203.0.113.7" + String(repeating: ", 10.0.0.9", count: 31),
            proto: "https" + String(repeating: ", http", count: 31),
            "https://backend:8080",
            "the maximum number of hops, each of which appends"
        ),
        row(for: "unknown", proto: "https", "https://backend:8080", "the client is not known, the scheme is"),
        SiteRow(
            request: fields(proto: "http"),
            isAlwaysHTTPS: true,
            expected: "https://backend:8080/tea",
            reason: "the site is always https, regardless of the fields"
        ),
    ]

    static let hosts: [SiteRow] = [
        row(host: "shop.example", "http://shop.example", "the host alone"),
        row(proto: "https", host: "shop.example", "https://shop.example", "with the scheme"),
        row(proto: "https", host: "Shop.Example:443", "https://shop.example", "upper case and default port"),
        row(proto: "http", host: "shop.example:443", "http://shop.example:443", "the other scheme's port stays"),
        row(host: "shop.example:8443", "http://shop.example:8443", "another port"),
        row(host: "[2001:DB8::0]:8443", "http://[2001:db8::]:8443", "IPv6"),
        row(host: "192.0.2.1", "http://192.0.2.1", "IPv4"),
        row(host: "evil.example, shop.example", "http://shop.example", "the first element was written by the client"),
        row(
            for: "203.0.113.7, 10.0.0.9",
            host: "evil.example, shop.example, backend",
            "http://shop.example",
            "at the place of the client's address"
        ),
        row(for: "203.0.113.7, 10.0.0.9", host: "shop.example", "http://shop.example", "a shorter list: the leftmost"),
        row(host: String(repeating: "h", count: 300), "http://" + String(repeating: "h", count: 300), "the longest"),
        row(host: String(repeating: "h", count: 301), "http://backend:8080", "a byte longer than any host"),
        row(host: String(repeating: "h", count: 513), "http://backend:8080", "much longer"),
        row(host: String(repeating: "h", count: 8192), "http://backend:8080", "8 KB"),
        row(host: String(repeating: "h", count: 8192) + ", shop.example", "http://shop.example", "8 KB to the left"),
    ]

    /// Invalid hosts, for which the request's own host is used.
    static let noHosts: [SiteRow] = [
        ("", "an empty field"), (",", "two empty places"), ("shop.example/", "a slash"), ("shop.example/path", "a path"),
        ("https://shop.example", "a URL"), ("user@shop.example", "user info"),
        ("shop.example@evil.example", "a host as user info"),
        ("shop.example:0", "port 0"), (":80", "a port alone"),
        ("shop.example:65536", "a port too large"), ("shop.example:80:80", "two ports"), ("shop example", "a space"),
        ("shop\u{0}.example", "NUL"), ("shop.example?x", "a query"), ("shop.example#x", "a fragment"),
        ("shop.example\\x", "a backslash"), ("\"shop.example\"", "quotes"), ("[::1", "an open bracket"),
        ("::1", "IPv6 without brackets"), ("[fe80::1%25eth0]", "a zone"), ("[shop.example]", "a name in brackets"),
        ("[127.0.0.1]", "IPv4 in brackets"), ("*", "a star"), ("<script>", "a tag"), ("%73hop.example", "an escape"),
        ("b\u{FC}cher.example", "a name that is not ASCII"), ("\u{202E}elpmaxe.pohs", "bidi controls"),
        ("shop.example\u{200B}", "a zero-width space"), ("shop\u{3002}example", "an ideographic full stop"),
    ]
    .map { row(host: $0.0, "http://backend:8080", $0.1) }

    static let targets: [SiteRow] = [
        SiteRow(
            request: fields(proto: "https", host: "shop.example"),
            target: "http://other.example/tea",
            expected: "https://shop.example/tea",
            reason: "the proxies' word counts before the target's"
        ),
        SiteRow(
            request: fields(proto: "https"),
            target: "http://other.example/tea",
            expected: "https://other.example/tea",
            reason: "each of the two for itself"
        ),
        SiteRow(
            request: fields(host: "shop.example"),
            authority: nil,
            expected: "http://shop.example/tea",
            reason: "a request without a host, which the proxy knows"
        ),
        SiteRow(
            request: fields(host: "shop.example"),
            authority: "<script>",
            expected: "http://shop.example/tea",
            reason: "a request with a host that is none"
        ),
        SiteRow(request: fields(host: "shop.example"), scheme: "ftp", expected: nil, reason: "an unsupported scheme"),
        SiteRow(
            request: fields(proto: "https", host: "shop.example"),
            scheme: "ftp",
            expected: "https://shop.example/tea",
            reason: "one that the proxy corrects"
        ),
        SiteRow(
            request: fields(proto: "https", host: "shop.example").from(.unixSocket).trusting("unix"),
            expected: "https://shop.example/tea",
            reason: "a trusted socket"
        ),
        SiteRow(
            request: fields(proto: "https", host: "shop.example").from(.unixSocket),
            expected: "http://backend:8080/tea",
            reason: "a socket that is not trusted"
        ),
        SiteRow(
            request: ProxiedRequest(forwarded: "for=203.0.113.7;proto=https;host=shop.example"),
            expected: "https://shop.example/tea",
            reason: "by Forwarded"
        ),
    ]

    @Test(arguments: Self.schemes + Self.hosts + Self.noHosts + Self.targets)
    func resolvesSiteOfPage(_ row: SiteRow) throws {
        var configuration = CaptureConfiguration()
        configuration.trustedProxies = try row.request.proxies
        configuration.isAlwaysHTTPS = row.isAlwaysHTTPS
        let request = try row.request.request(row.target, scheme: row.scheme, authority: row.authority)
        guard let expected = row.expected else {
            #expect(throws: VisitResolutionError.self) {
                _ = try resolve(request, from: row.request.peer, configuration: configuration)
            }
            return
        }
        let visit = try resolve(request, from: row.request.peer, configuration: configuration)
        #expect(visit.url.text == expected)
        #expect(visit.origin == visit.url.origin, "without an Origin field, the origin is the same site")
        #expect(try PageURL(visit.url.text) == visit.url, "the captured URL is canonical")
    }
}
