//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// The page of an event that a page's script causes.
struct CallingPageTests {
    struct PageRow: Row {
        let fields: [(name: String, value: String)]
        /// The event's page.
        let url: String
        var referer: String?
        var parameters: [String] = []
        let reason: String
    }

    private static let cors = (name: "Sec-Fetch-Mode", value: "cors")
    private static let page = "https://shop.example/products/tea?utm_source=mail&id=7#top"

    static let rows: [PageRow] = [
        // Fields that identify a script's request.
        PageRow(
            fields: [cors, ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "fetch, from a page of the site: the page, and its parameters"
        ),
        PageRow(
            fields: [("X-Requested-With", "XMLHttpRequest"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "XMLHttpRequest of a browser that does not send Sec-Fetch-Mode"
        ),
        PageRow(
            fields: [("X-Requested-With", "xmlhttprequest"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "the same in lower case"
        ),
        PageRow(
            fields: [("Content-Type", "application/json; charset=utf-8"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "a JSON body, which no form has"
        ),
        PageRow(
            fields: [("Sec-Fetch-Mode", "navigate"), ("Content-Type", "application/json"), ("Referer", page)],
            url: "https://shop.example/api/cart",
            referer: "https://shop.example/products/tea",
            reason: "a navigation is not a script's request, regardless of other fields"
        ),
        PageRow(
            fields: [("X-Requested-With", "com.example.app"), ("Referer", page)],
            url: "https://shop.example/api/cart",
            referer: "https://shop.example/products/tea",
            reason: "an app's web view names itself with every request"
        ),
        PageRow(
            fields: [("Content-Type", "application/x-www-form-urlencoded"), ("Referer", page)],
            url: "https://shop.example/api/cart",
            referer: "https://shop.example/products/tea",
            reason: "a form is sent by the browser itself"
        ),
        PageRow(
            fields: [("Content-Type", "application/jsonp"), ("Referer", page)],
            url: "https://shop.example/api/cart",
            referer: "https://shop.example/products/tea",
            reason: "a type that only begins like JSON"
        ),

        // The page that the request names.
        PageRow(fields: [cors], url: "https://shop.example/", reason: "no referer: the site, never what was called"),
        PageRow(fields: [cors, ("Referer", "")], url: "https://shop.example/", reason: "an empty referer"),
        PageRow(fields: [cors, ("Referer", "/products/tea")], url: "https://shop.example/", reason: "a referer that is no URL"),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example")],
            url: "https://shop.example/",
            reason: "a referer without a path"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://SHOP.example:443/Tea")],
            url: "https://shop.example/Tea",
            reason: "the same site, written otherwise"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://www.shop.example/tea"), ("Origin", "https://www.shop.example")],
            url: "https://www.shop.example/tea",
            reason: "the API has a host of its own, and the browser names the page's origin"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://www.shop.example/"), ("Origin", "https://www.shop.example")],
            url: "https://www.shop.example/",
            reason: "the same under a policy that keeps the path back"
        ),
        PageRow(
            fields: [cors, ("Origin", "https://www.shop.example")],
            url: "https://www.shop.example/",
            reason: "the same under one that keeps all of it back"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://other.example/page")],
            url: "https://shop.example/",
            reason: "a referer of another site that no origin vouches for"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example.evil.example/page")],
            url: "https://shop.example/",
            reason: "a host that begins like the site"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example@evil.example/page")],
            url: "https://shop.example/",
            reason: "a site as user info"
        ),
        PageRow(
            fields: [cors, ("Referer", "http://shop.example/page")],
            url: "https://shop.example/",
            reason: "another scheme is another origin"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example/page"), ("Origin", "null")],
            url: "https://shop.example/page",
            reason: "an opaque origin is ignored"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example/" + String(repeating: "x", count: 8000))],
            url: "https://shop.example/" + String(repeating: "x", count: 2048 - 21),
            reason: "8 KB are cut to what a URL may have"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example/?" + String(repeating: "x=y&", count: 10_000) + "utm_source=late")],
            url: "https://shop.example/",
            reason: "10,000 parameters, and no campaign parameter before the limit"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example/a\u{0}b")],
            url: "https://shop.example/a%20b",
            reason: "a NUL, which becomes a space"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example\u{0}.evil.example/a")],
            url: "https://shop.example/",
            reason: "NUL in the host: no page"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example\\.evil.example/a")],
            url: "https://shop.example/%5C.evil.example/a",
            reason: "a backslash ends the host, as browsers have it"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example\u{202E}/a")],
            url: "https://shop.example/",
            reason: "a bidi control in the host: no page"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://[fe80::1%25eth0]/a"), ("Origin", "https://[fe80::1%25eth0]")],
            url: "https://shop.example/",
            reason: "an address with a zone is not a host"
        ),
        PageRow(
            fields: [cors, ("Origin", "https://" + String(repeating: "x", count: 8192))],
            url: "https://shop.example/",
            reason: "an origin of 8 KB is none"
        ),
        PageRow(
            fields: [("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "empty"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "a beacon is a script's call as well"
        ),
        PageRow(
            fields: [("X-Requested-With", "XMLHttpRequest"), ("X-Requested-With", "com.example.app"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "the first of two fields counts"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://shop.example/a b<c>\u{202E}")],
            url: "https://shop.example/a%20b%3Cc%3E%E2%80%AE",
            reason: "what no URL may hold is escaped"
        ),
    ]

    @Test(arguments: Self.rows)
    func attributesEventToCallingPage(_ row: PageRow) throws {
        let request = try makeRequest("/api/cart", method: .post, [("User-Agent", "Mozilla/5.0")] + row.fields)
        let visit = try resolve(request)
        #expect(visit.url.text == row.url)
        #expect(visit.referer?.text == row.referer)
        #expect(visit.parameters.map { "\($0.name)=\($0.value)" } == row.parameters)
    }

    @Test func keepsOriginField() throws {
        let fields = [Self.cors, (name: "Origin", value: "https://www.shop.example"), (name: "User-Agent", value: "a")]
        let visit = try resolve(makeRequest("/api/cart", method: .post, fields))
        #expect(visit.origin.text == "https://www.shop.example")
    }

    @Test func navigationRequestIsItsOwnPage() throws {
        let visit = try resolve(
            makeRequest("/products/pot", [("Sec-Fetch-Mode", "navigate"), ("Referer", Self.page), ("User-Agent", "a")])
        )
        #expect(visit.url.text == "https://shop.example/products/pot")
        #expect(visit.referer?.text == "https://shop.example/products/tea")
        #expect(visit.parameters.isEmpty)
    }
}
