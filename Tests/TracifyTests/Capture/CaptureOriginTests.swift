//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// The `origin` and `Referer` of a request.
struct CaptureOriginTests {
    struct FieldRow: Row {
        let value: String
        let expected: String?
        let reason: String

        init(_ value: String, _ expected: String?, _ reason: String) {
            (self.value, self.expected, self.reason) = (value, expected, reason)
        }
    }

    @Test(arguments: [
        FieldRow("https://b.example", "https://b.example", "another site"),
        FieldRow("http://b.example:8080", "http://b.example:8080", "a port"),
        FieldRow("https://B.Example", "https://b.example", "upper case"),
        FieldRow("https://b.example:443", "https://b.example", "the default port"),
        FieldRow("https://[2001:DB8::0]", "https://[2001:db8::]", "IPv6"),
        FieldRow("null", nil, "an opaque origin"),
        FieldRow("", nil, "nothing"),
        FieldRow("https://b.example/", nil, "a slash"),
        FieldRow("https://b.example/path", nil, "a path"),
        FieldRow("https://b.example?q", nil, "a query"),
        FieldRow("https://b.example#f", nil, "a fragment"),
        FieldRow("https://u@b.example", nil, "user info"),
        FieldRow("b.example", nil, "a host alone"),
        FieldRow("file://", nil, "a file"),
        FieldRow("chrome-extension://abcdef", nil, "an extension"),
        FieldRow("https://b.example, https://c.example", nil, "two origins"),
        FieldRow("https://b.example\\.c.example", nil, "a backslash"),
        FieldRow("https://b.example:99999", nil, "no port"),
        FieldRow("https://" + String(repeating: "b", count: 600), nil, "too long"),
    ])
    func usesValidOriginField(_ row: FieldRow) throws {
        let script = [(name: "Sec-Fetch-Mode", value: "cors"), (name: "Sec-Fetch-Site", value: "same-site")]
        let visit = try resolve(
            makeRequest("/", script + [(name: "Origin", value: row.value), (name: "User-Agent", value: "a")])
        )
        #expect(visit.origin.text == row.expected ?? "https://shop.example")
        let navigation = try resolve(makeRequest("/", method: .post, [("Sec-Fetch-Mode", "navigate"), ("Origin", row.value)]))
        #expect(navigation.origin.text == "https://shop.example", "a form of a bank has the bank's origin")
    }

    @Test func usesFirstOfSeveralFields() throws {
        let visit = try resolve(
            makeRequest(
                "/",
                [
                    ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Site", "same-site"), ("HX-Boosted", "true"),
                    ("origin", "https://b.example"), ("Origin", "https://c.example"),
                    ("Referer", "https://d.example/d"), ("referer", "https://e.example/e"),
                ]
            )
        )
        #expect(visit.origin.text == "https://b.example")
        #expect(visit.referer?.text == "https://d.example/d")
    }

    @Test func usesSiteWithoutOriginField() throws {
        #expect(try resolve(makeRequest("/", authority: "Shop.Example:8443")).origin.text == "https://shop.example:8443")
        #expect(try resolve(makeRequest("http://b.example/")).origin.text == "http://b.example")
    }

    @Test(arguments: [
        FieldRow("https://b.example/path", "https://b.example/path", "a page"),
        FieldRow("https://b.example", "https://b.example", "no path"),
        FieldRow("https://b.example/path?token=secret", "https://b.example/path", "no query"),
        FieldRow("https://b.example/path#secret", "https://b.example/path", "no fragment"),
        FieldRow("https://user:secret@b.example/path", "https://b.example/path", "no user info"),
        FieldRow("HTTPS://B.Example:443/Path", "https://b.example/Path", "upper case and default port"),
        FieldRow("https://b.example/\u{E9} \"", "https://b.example/%C3%A9%20%22", "raw characters"),
        FieldRow(
            "android-app://com.google.android.googlequicksearchbox/",
            "android-app://com.google.android.googlequicksearchbox/",
            "an app"
        ),
        FieldRow("about:blank", nil, "an empty page"),
        FieldRow("javascript:alert(1)", nil, "a script"),
        FieldRow("javascript://b.example/%0Aalert(1)", nil, "a script that looks like a URL"),
        FieldRow("data:text/html,hello", nil, "data"),
        FieldRow("file:///home/jane/page.html", nil, "a file"),
        FieldRow("/path", nil, "relative"),
        FieldRow("b.example/path", nil, "no scheme"),
        FieldRow("no-referrer", nil, "a policy in the place of a URL"),
        FieldRow("", nil, "nothing"),
        FieldRow(
            "https://b.example/" + String(repeating: "a", count: 2030),
            "https://b.example/" + String(repeating: "a", count: 2030),
            "the longest"
        ),
        FieldRow(
            "https://b.example/" + String(repeating: "a", count: 2031),
            "https://b.example/" + String(repeating: "a", count: 2030),
            "one byte too long"
        ),
        FieldRow(
            "https://b.example/" + String(repeating: "a", count: 9000),
            "https://b.example/" + String(repeating: "a", count: 2030),
            "far too long"
        ),
        FieldRow("https://b.example/p?" + String(repeating: "q", count: 9000), "https://b.example/p", "a long query"),
        FieldRow("https://u:" + String(repeating: "p", count: 9000) + "@b.example/", nil, "user info that goes beyond the cut"),
        FieldRow("https://" + String(repeating: "b", count: 9000), nil, "a host that goes beyond the cut"),
    ])
    func canonicalizesReferer(_ row: FieldRow) throws {
        let visit = try resolve(makeRequest("/", [("Referer", row.value), ("User-Agent", "a")]))
        #expect(visit.referer?.text == row.expected)
    }

    @Test func hasNoRefererWithoutField() throws {
        #expect(try resolve(makeRequest()).referer == nil)
    }
}
