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
    private static let sameSite = (name: "Sec-Fetch-Site", value: "same-site")
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
            fields: [cors, ("HX-Current-URL", "https://shop.example/tea?utm_source=b"), ("Referer", page)],
            url: "https://shop.example/tea",
            parameters: ["utm_source=b"],
            reason: "the page that htmx is on, before Referer, which may be reduced to the origin"
        ),
        PageRow(
            fields: [cors, ("HX-Current-URL", "https://evil.example/tea"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "a foreign page there is none"
        ),
        PageRow(
            fields: [cors, ("HX-Current-URL", "tea"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "nor is a text that is no URL"
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
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "a form without a script belongs to the page that it is on"
        ),
        PageRow(
            fields: [("X-Requested-With", "com.example.app"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "and one in an app's web view, which names itself with every request"
        ),
        PageRow(
            fields: [("Content-Type", "application/x-www-form-urlencoded"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "so does one of a browser without Sec-Fetch-Mode"
        ),
        PageRow(
            fields: [("Content-Type", "application/jsonp"), ("Referer", page)],
            url: "https://shop.example/products/tea",
            parameters: ["utm_source=mail"],
            reason: "and a call with any other body"
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
            fields: [cors, sameSite, ("Referer", "https://www.shop.example/tea"), ("Origin", "https://www.shop.example")],
            url: "https://www.shop.example/tea",
            reason: "the API has a host of its own, and the browser names the page's origin"
        ),
        PageRow(
            fields: [cors, sameSite, ("Referer", "https://www.shop.example/"), ("Origin", "https://www.shop.example")],
            url: "https://www.shop.example/",
            reason: "the same under a policy that keeps the path back"
        ),
        PageRow(
            fields: [cors, sameSite, ("Origin", "https://www.shop.example")],
            url: "https://www.shop.example/",
            reason: "the same under one that keeps all of it back"
        ),
        PageRow(
            fields: [cors, ("Referer", "https://evil.example/page"), ("Origin", "https://evil.example")],
            url: "https://shop.example/",
            reason: "a foreign page does not choose the site of an event"
        ),
        PageRow(
            fields: [
                cors, ("Sec-Fetch-Site", "cross-site"), ("Referer", "https://evil.example/page"),
                ("Origin", "https://evil.example"),
            ],
            url: "https://shop.example/",
            reason: "nor in a browser that says so"
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
            url: "http://shop.example/page",
            reason: "another scheme, as where a proxy terminates TLS and does not say so"
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

    @Test func believesOriginOfSameSite() throws {
        let fields = [Self.cors, (name: "Origin", value: "https://www.shop.example"), (name: "User-Agent", value: "a")]
        #expect(try resolve(makeRequest("/api/cart", method: .post, fields)).origin.text == "https://shop.example")
        #expect(
            try resolve(makeRequest("/api/cart", method: .post, fields + [Self.sameSite])).origin.text
                == "https://www.shop.example"
        )
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
