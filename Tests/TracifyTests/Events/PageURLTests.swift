//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct PageURLTests {
    struct GoodRow: Row {
        let text: String
        var keepsQuery = false
        let expected: String
        let origin: String
        let reason: String
    }

    @Test(arguments: [
        GoodRow(text: "https://a.example/b", expected: "https://a.example/b", origin: "https://a.example", reason: "unchanged"),
        GoodRow(text: "https://a.example", expected: "https://a.example", origin: "https://a.example", reason: "no path"),
        GoodRow(
            text: "HTTPS://A.Example:443/B",
            expected: "https://a.example/B",
            origin: "https://a.example",
            reason: "scheme and host in lower case, default port removed, path unchanged"
        ),
        GoodRow(
            text: "http://a.example:443/",
            expected: "http://a.example:443/",
            origin: "http://a.example:443",
            reason: "the other scheme's default port is kept"
        ),
        GoodRow(
            text: "https://u:p@a.example/b?token=t#f",
            expected: "https://a.example/b",
            origin: "https://a.example",
            reason: "user info, query and fragment removed"
        ),
        GoodRow(
            text: "https://a.example/b?c=d e#f",
            keepsQuery: true,
            expected: "https://a.example/b?c=d%20e",
            origin: "https://a.example",
            reason: "query kept and encoded, fragment removed"
        ),
        GoodRow(
            text: "https://a.example/b?",
            keepsQuery: true,
            expected: "https://a.example/b",
            origin: "https://a.example",
            reason: "an empty query is removed"
        ),
        GoodRow(
            text: "https://a.example/b#x?y=z",
            keepsQuery: true,
            expected: "https://a.example/b",
            origin: "https://a.example",
            reason: "a question mark in the fragment does not begin a query"
        ),
        GoodRow(
            text: "https://[2001:DB8::0:1]:8443/b",
            expected: "https://[2001:db8::1]:8443/b",
            origin: "https://[2001:db8::1]:8443",
            reason: "IPv6 in canonical form"
        ),
    ])
    func canonicalizes(_ row: GoodRow) throws {
        let url = try PageURL(row.text, keepsQuery: row.keepsQuery)
        #expect(url.text == row.expected)
        #expect(url.description == row.expected)
        #expect(url.origin.text == row.origin)
        #expect(try PageURL(url.text, keepsQuery: true) == url, "a canonical URL does not change")
    }

    struct BadRow: Row {
        let text: String
        var code = ValidationError.Code.malformed
        let reason: String
    }

    @Test(arguments: [
        BadRow(text: "", code: .empty, reason: "nothing"),
        BadRow(text: "/secret", reason: "relative"),
        BadRow(text: "//secret.example/", reason: "no scheme"),
        BadRow(text: "secret.example/path", reason: "a host alone"),
        BadRow(text: "https:/secret.example", reason: "one slash"),
        BadRow(text: "https://", reason: "no host"),
        BadRow(text: "https:///secret", reason: "an empty host"),
        BadRow(text: "ftp://secret.example/", reason: "another scheme"),
        BadRow(text: "android-app://secret.example/", reason: "an app, not a page"),
        BadRow(text: "javascript://secret.example/%0aalert(1)", reason: "a script"),
        BadRow(text: "https://sec ret.example/", reason: "a space in the host"),
        BadRow(text: "https://secret.example:99999/", reason: "no port"),
        BadRow(text: " https://secret.example/", reason: "a space before"),
        BadRow(text: "https://s\u{E9}cret.example/", reason: "a host that is not ASCII"),
        BadRow(text: "https://secret.example/" + String(repeating: "a", count: 2026), code: .tooLong, reason: "2049 bytes"),
    ])
    func throwsForInvalidText(_ row: BadRow) throws {
        let error = try invalidValue { try PageURL(row.text) }
        #expect(error.field == "url")
        #expect(error.code == row.code)
        #expect(!error.description.contains("cret"))
    }

    @Test func acceptsMaximumLength() throws {
        let text = "https://a.example/" + String(repeating: "a", count: 2030)
        #expect(try PageURL(text).text == text)
        // The removed query does not count toward the limit.
        #expect(try PageURL(text + "?" + String(repeating: "q", count: 3000)).text == text)
    }

    /// Browsers treat a backslash as a slash, so the host ends there.
    ///
    /// Neither the backslash nor the text after it is part of the host.
    @Test(arguments: ["https://a.example\\b", "https://a.example\\@b.example/", "https://a.example:8443\\.b.example/"])
    func endsHostAtBackslash(_ text: String) throws {
        let url = try PageURL(text)
        let again = try PageURL(url.text)
        #expect(again == url)
        #expect(again.origin == url.origin)
        let authority = try #require(URLParts.texts(of: url.text)).authority
        #expect(authority.hasPrefix("a.example"))
        #expect(!authority.contains("%"))
    }
}
