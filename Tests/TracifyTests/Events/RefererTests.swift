//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct RefererTests {
    @Test(arguments: [
        ("https://www.referringwebsite.com", "https://www.referringwebsite.com"),
        ("https://a.example/b?c=d", "https://a.example/b"),
        ("https://a.example/b?c=d#e", "https://a.example/b"),
        ("https://a.example/b#e", "https://a.example/b"),
        ("https://user:password@a.example/b", "https://a.example/b"),
        ("HTTPS://A.Example:443/B", "https://a.example/B"),
        ("http://a.example:8080/", "http://a.example:8080/"),
        ("https://a.example/\u{E9}", "https://a.example/%C3%A9"),
        ("android-app://com.google.android.gm/", "android-app://com.google.android.gm/"),
        ("android-app://com.google.android.gm", "android-app://com.google.android.gm"),
        ("android-app://com.google.android.gm/?q#f", "android-app://com.google.android.gm/"),
    ])
    func canonicalizes(text: String, expected: String) throws {
        let referer = try Referer(text)
        #expect(referer.text == expected)
        #expect(referer.description == expected)
        #expect(try Referer(expected, keepsQuery: true) == referer)
    }

    @Test func keepsQueryWhenEnabled() throws {
        #expect(try Referer("https://a.example/b?c=d e#f", keepsQuery: true).text == "https://a.example/b?c=d%20e")
    }

    @Test(arguments: [
        "about:blank", "about:srcdoc", "javascript:alert('secret')", "data:text/html,secret", "/secret", "secret.example/b",
        "//secret.example/", "file:///secret", "ftp://secret.example/", "ios-app://secret.example/", "chrome-extension://secret/",
        "https://", "https:///secret", "https://sec ret.example/", "android-app://", "android-app:///secret",
        "://secret.example/",
        "https://secret.example:http/",
    ])
    func throwsForMalformedText(_ text: String) throws {
        let error = try invalidValue { try Referer(text) }
        #expect(error.field == "Referer")
        #expect(error.code == .malformed)
        #expect(!error.description.contains("cret"))
    }

    @Test func throwsForEmptyText() throws {
        #expect(try invalidValue { try Referer("") }.code == .empty)
    }

    @Test(arguments: 0..<6)
    func truncatesBetweenPercentEscapes(_ shift: Int) throws {
        let full = "https://a.example/" + String(repeating: "x", count: shift) + String(repeating: "%C3%A9", count: 500)
        let text = try Referer(full).text
        #expect((2046...2048).contains(text.utf8.count))
        #expect(full.hasPrefix(text))
        #expect(try Referer(text).text == text, "no partial escape remains")
    }

    /// Browsers treat a backslash as a slash, so the host ends there.
    ///
    /// The text after it is not part of the host.
    @Test(arguments: ["https://a.example\\@b.example/", "https://a.example\\.b.example/", "android-app://a.example\\@b.example/"])
    func endsHostAtBackslash(_ text: String) throws {
        let referer = try Referer(text)
        #expect(try #require(URLParts.texts(of: referer.text)).authority == "a.example")
        #expect(try Referer(referer.text) == referer)
    }
}
