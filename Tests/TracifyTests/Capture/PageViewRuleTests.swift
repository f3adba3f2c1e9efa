//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

struct PageViewRuleTests {
    struct VerdictRow: Row {
        var method = HTTPRequest.Method.get
        var accept: String? = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        var fields: [(name: String, value: String)] = []
        var userAgent: String? = "Mozilla/5.0"
        var peer = PeerAddress.stub
        var status = 200
        var contentType: String? = "text/html"
        var isPageOfInertia = false
        var disposition: String?
        var target = "/"
        let expected: SkipReason?
        let reason: String

        func request() throws -> HTTPRequest {
            let agent = self.userAgent.map { [(name: "User-Agent", value: $0)] } ?? []
            return try makeRequest(self.target, method: self.method, accept: self.accept, agent + self.fields)
        }

        func response() -> HTTPResponse {
            var response = HTTPResponse(status: .init(code: self.status))
            response.headerFields[.contentType] = self.contentType
            if self.isPageOfInertia, let name = HTTPField.Name("X-Inertia") { response.headerFields[name] = "true" }
            response.headerFields[.contentDisposition] = self.disposition
            return response
        }
    }

    static let rows: [VerdictRow] = [
        // Page views.
        VerdictRow(expected: nil, reason: "a page"),
        VerdictRow(contentType: "text/html; charset=utf-8", expected: nil, reason: "a charset after a space"),
        VerdictRow(contentType: "TEXT/HTML;charset=utf-8", expected: nil, reason: "upper case, and a charset without a space"),
        VerdictRow(contentType: "text/html ; charset=utf-8", expected: nil, reason: "a space before the semicolon"),
        VerdictRow(contentType: "Text/Html\t;q", expected: nil, reason: "a tabulator before the semicolon"),
        VerdictRow(contentType: "application/xhtml+xml", expected: nil, reason: "XHTML"),
        VerdictRow(contentType: "Application/XHTML+XML; charset=utf-8", expected: nil, reason: "XHTML with a charset"),
        VerdictRow(status: 201, expected: nil, reason: "created, with a page"),
        VerdictRow(status: 206, expected: .partial, reason: "a part of a page"),
        VerdictRow(status: 299, expected: nil, reason: "the last of the successful"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "document")], expected: nil, reason: "a navigation"),
        VerdictRow(
            fields: [("SEC-FETCH-DEST", "document"), ("Sec-Fetch-Mode", "navigate")],
            expected: nil,
            reason: "in upper case"
        ),
        VerdictRow(fields: [("Purpose", "other")], expected: nil, reason: "an unknown value of Purpose"),
        VerdictRow(
            accept: "text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Mode", "cors"), ("Referer", "https://shop.example/")],
            expected: nil,
            reason: "a front end on a site whose referrer policy hides the page"
        ),
        VerdictRow(
            accept: "text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Mode", "cors"), ("Referer", "https://shop.example/tea")],
            target: "/tea",
            expected: .fragment,
            reason: "a front end that refreshes its page"
        ),
        VerdictRow(
            accept: "text/vnd.turbo-stream.html, text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Mode", "cors"), ("Referer", "https://shop.example/tea")],
            target: "/tea",
            expected: nil,
            reason: "a form of Turbo that leads back to its page, as a form without a script"
        ),
        VerdictRow(
            fields: [("Sec-Fetch-Mode", "cors"), ("HX-Boosted", "true"), ("HX-Current-URL", "https://shop.example/")],
            expected: .fragment,
            reason: "htmx names the page in a field of its own, which no policy hides"
        ),
        VerdictRow(fields: [("X-Moz", "other")], expected: nil, reason: "an unknown value of X-Moz"),
        VerdictRow(peer: PeerAddress(text: "2001:db8::1"), expected: nil, reason: "IPv6"),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "document")],
            status: 304,
            contentType: nil,
            expected: nil,
            reason: "304 for a document"
        ),
        VerdictRow(
            accept: "text/html,*/*;q=0.8",
            status: 304,
            contentType: nil,
            expected: nil,
            reason: "304 from a browser without Sec-Fetch-Dest that asks for HTML"
        ),

        // Method.
        VerdictRow(method: .head, expected: .method, reason: "HEAD"),
        VerdictRow(method: .post, expected: .method, reason: "POST with a page as the response"),
        VerdictRow(method: .options, expected: .method, reason: "OPTIONS"),
        VerdictRow(method: HTTPRequest.Method("get") ?? .get, expected: .method, reason: "methods are case-sensitive"),
        VerdictRow(method: .post, userAgent: nil, status: 500, expected: .method, reason: "the method comes first"),

        // Status.
        VerdictRow(status: 100, expected: .status, reason: "an informational response"),
        VerdictRow(status: 199, expected: .status, reason: "the last before the successful"),
        VerdictRow(status: 300, expected: .status, reason: "the first after the successful"),
        VerdictRow(status: 301, expected: .status, reason: "a redirect with a page"),
        VerdictRow(status: 303, expected: .status, reason: "see other"),
        VerdictRow(status: 404, expected: .status, reason: "a page for a missing resource"),
        VerdictRow(status: 500, expected: .status, reason: "a server error"),
        VerdictRow(accept: nil, status: 304, contentType: nil, expected: .subresource, reason: "304 without a known destination"),
        VerdictRow(accept: "*/*", status: 304, contentType: nil, expected: .subresource, reason: "304 for anything"),
        VerdictRow(
            accept: "image/avif,*/*",
            status: 304,
            contentType: nil,
            expected: .subresource,
            reason: "304 for an image"
        ),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "image")],
            status: 304,
            contentType: nil,
            expected: .subresource,
            reason: "304 for an image"
        ),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "script")],
            status: 304,
            contentType: nil,
            expected: .subresource,
            reason: "Sec-Fetch-Dest counts before Accept"
        ),

        // Content type.
        VerdictRow(contentType: nil, expected: .contentType, reason: "no content type"),
        VerdictRow(status: 204, contentType: nil, expected: .contentType, reason: "no content"),
        VerdictRow(contentType: "", expected: .contentType, reason: "an empty content type"),
        VerdictRow(contentType: "application/json", expected: .contentType, reason: "JSON"),
        VerdictRow(contentType: "text/htmlx", expected: .contentType, reason: "a type that begins like HTML"),
        VerdictRow(contentType: "text/html+xml", expected: .contentType, reason: "a suffix"),
        VerdictRow(contentType: "text/htm", expected: .contentType, reason: "a type that is shorter"),
        VerdictRow(contentType: "xtext/html", expected: .contentType, reason: "a type that ends like HTML"),
        VerdictRow(contentType: "text/plain; text/html", expected: .contentType, reason: "HTML as a parameter"),
        VerdictRow(contentType: "application/xhtml", expected: .contentType, reason: "XHTML cut short"),
        VerdictRow(contentType: "text/event-stream", expected: .contentType, reason: "a stream"),

        // Subresources.
        VerdictRow(fields: [("Sec-Fetch-Dest", "iframe")], expected: .subresource, reason: "a frame"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "empty")], expected: .subresource, reason: "fetched by a script"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "image")], expected: .subresource, reason: "a page in the place of an image"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "")], expected: .subresource, reason: "an empty destination is no document"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "documents")], expected: .subresource, reason: "a destination that begins alike"),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "iframe"), ("Sec-Purpose", "prefetch")],
            expected: .subresource,
            reason: "comes first"
        ),

        VerdictRow(
            fields: [("X-Requested-With", "XMLHttpRequest")],
            expected: .subresource,
            reason: "a part of a page that an old browser's script asks for"
        ),
        VerdictRow(fields: [("X-Requested-With", "com.example.app")], expected: nil, reason: "an app that shows the page"),
        VerdictRow(fields: [("Sec-Fetch-Mode", "cors")], expected: .subresource, reason: "a script's call without a destination"),

        VerdictRow(
            fields: [("X-Requested-With", "XMLHttpRequest"), ("X-Requested-With", "com.example.app")],
            expected: .subresource,
            reason: "the first of two fields counts"
        ),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "iframe"), ("Sec-Fetch-Dest", "document")],
            expected: .subresource,
            reason: "also here"
        ),
        VerdictRow(fields: [("Sec-Fetch-Dest", "frame")], expected: .subresource, reason: "a frame of a frameset"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "fencedframe")], expected: .subresource, reason: "a frame that cannot look out"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "embed")], expected: .subresource, reason: "an embedded page"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "object")], expected: .subresource, reason: "an object"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "document\u{0}x")], expected: .subresource, reason: "a destination with NUL"),
        VerdictRow(fields: [("Sec-Fetch-Dest", "document\u{301}")], expected: .subresource, reason: "with a combining mark"),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", String(repeating: "document", count: 1024))],
            expected: .subresource,
            reason: "a destination of 8 KB"
        ),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "cross-site"), ("Referer", "https://evil.example/")],
            expected: nil,
            reason: "a link from another site"
        ),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate"), ("X-Requested-With", "XMLHttpRequest")],
            expected: nil,
            reason: "a navigation, regardless of other fields"
        ),

        // Clients without Fetch Metadata.
        VerdictRow(accept: "*/*", expected: .subresource, reason: "a client that does not ask for HTML"),
        VerdictRow(accept: nil, expected: .subresource, reason: "one that asks for nothing"),
        VerdictRow(accept: "TEXT/HTML", expected: nil, reason: "one that asks in upper case"),
        VerdictRow(accept: "image/gif, text/html", expected: nil, reason: "at the end of a list"),
        VerdictRow(accept: "text/htm", expected: .subresource, reason: "another type"),
        VerdictRow(
            accept: "*/*",
            fields: [("Sec-Fetch-Dest", "document")],
            expected: nil,
            reason: "a navigation, whatever it accepts"
        ),

        // Service workers.
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "navigate")],
            expected: nil,
            reason: "a navigation that a service worker passes on"
        ),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Purpose", "prefetch")],
            expected: .speculative,
            reason: "also that of a prefetch"
        ),
        VerdictRow(
            accept: "*/*",
            fields: [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "cors")],
            expected: .subresource,
            reason: "a worker that fetches by URL makes a script's call of it"
        ),

        // Front ends that take the browser's place, and their fragments.
        VerdictRow(
            accept: "text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "cors")],
            expected: nil,
            reason: "Turbo Drive"
        ),
        VerdictRow(
            accept: "text/vnd.turbo-stream.html, text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "cors")],
            expected: nil,
            reason: "Turbo Drive after a form"
        ),
        VerdictRow(
            accept: "text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Mode", "cors"), ("Turbo-Frame", "cart")],
            expected: .fragment,
            reason: "a Turbo frame"
        ),
        VerdictRow(
            accept: "text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Mode", "cors"), ("X-Sec-Purpose", "prefetch")],
            expected: .speculative,
            reason: "Turbo's prefetch when the pointer is over a link"
        ),
        VerdictRow(
            accept: "*/*",
            fields: [("Sec-Fetch-Mode", "cors"), ("HX-Request", "true"), ("HX-Boosted", "true")],
            expected: nil,
            reason: "a boosted link of htmx"
        ),
        VerdictRow(
            accept: "*/*",
            fields: [("Sec-Fetch-Mode", "cors"), ("HX-Request", "true")],
            expected: .fragment,
            reason: "a fragment of htmx, such as a poll"
        ),
        VerdictRow(
            accept: "*/*",
            fields: [("HX-Request", "true"), ("HX-Boosted", "true"), ("HX-History-Restore-Request", "true")],
            expected: .fragment,
            reason: "htmx restores a page of its history"
        ),
        VerdictRow(
            accept: "*/*",
            fields: [("HX-Request", "true"), ("HX-Boosted", "true"), ("HX-Preloaded", "true")],
            expected: .speculative,
            reason: "htmx loads a page before it is opened"
        ),
        VerdictRow(fields: [("HX-Request", "true")], expected: .fragment, reason: "a fragment over plain http"),
        VerdictRow(
            accept: "text/html, */*; q=0.01",
            fields: [("X-Requested-With", "XMLHttpRequest"), ("X-PJAX", "true")],
            expected: nil,
            reason: "PJAX"
        ),
        VerdictRow(
            accept: "text/html, */*; q=0.01",
            fields: [("X-Requested-With", "XMLHttpRequest")],
            expected: .subresource,
            reason: "a part of a page that jQuery loads"
        ),
        VerdictRow(
            fields: [("X-Requested-With", "XMLHttpRequest"), ("X-Inertia", "true")],
            contentType: "application/json",
            isPageOfInertia: true,
            expected: nil,
            reason: "a page of Inertia, which is JSON"
        ),
        VerdictRow(
            fields: [("X-Inertia", "true"), ("X-Inertia-Partial-Component", "Cart"), ("X-Inertia-Partial-Data", "items")],
            contentType: "application/json",
            isPageOfInertia: true,
            expected: .fragment,
            reason: "a part of a page of Inertia"
        ),
        VerdictRow(
            fields: [("X-Inertia", "true"), ("Purpose", "prefetch")],
            contentType: "application/json",
            isPageOfInertia: true,
            expected: .speculative,
            reason: "a prefetch of Inertia"
        ),
        VerdictRow(
            fields: [("X-Inertia", "true")],
            contentType: "application/json",
            expected: .contentType,
            reason: "any other JSON"
        ),
        VerdictRow(
            accept: "*/*",
            fields: [("X-Up-Mode", "root"), ("X-Up-Target", "main"), ("X-Up-Fail-Target", "main")],
            expected: nil,
            reason: "a page of Unpoly"
        ),
        VerdictRow(
            accept: "*/*",
            fields: [("X-Up-Mode", "root"), ("X-Up-Target", ".cart"), ("X-Up-Fail-Target", "main")],
            expected: .fragment,
            reason: "a part of a page of Unpoly"
        ),
        VerdictRow(
            accept: "*/*",
            fields: [("X-Up-Mode", "root"), ("X-Up-Target", "body")],
            expected: .fragment,
            reason: "Unpoly restores a page of its history"
        ),
        VerdictRow(accept: "*/*", fields: [("X-Livewire-Navigate", "1")], expected: nil, reason: "a page of Livewire"),
        VerdictRow(
            accept: "text/html,application/xhtml+xml,application/xml",
            fields: [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "cors"), ("x-barba", "yes")],
            expected: nil,
            reason: "a page of barba"
        ),
        VerdictRow(accept: "*/*", fields: [("X-Alpine-Request", "true")], expected: .fragment, reason: "a part of Alpine AJAX"),
        VerdictRow(
            accept: "text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Mode", "cors"), ("Referer", "https://shop.example/tea?a=b#c")],
            target: "/tea?a=b",
            expected: .fragment,
            reason: "a refresh, or a page that Turbo restores"
        ),
        VerdictRow(
            accept: "text/html, application/xhtml+xml",
            fields: [("Sec-Fetch-Mode", "cors"), ("Referer", "https://shop.example/tea?a=b")],
            target: "/tea",
            expected: nil,
            reason: "another page, by its query"
        ),
        VerdictRow(
            fields: [("Referer", "https://shop.example/tea")],
            target: "/tea",
            expected: nil,
            reason: "a browser's navigation to the same page"
        ),
        VerdictRow(
            accept: nil,
            fields: [("Sec-Fetch-Dest", "empty"), ("Sec-Fetch-Mode", "navigate")],
            expected: .subresource,
            reason: "a link with `download`"
        ),
        VerdictRow(
            accept: "text/html, application/xhtml+xml, image/jxr, */*",
            fields: [("Referer", "https://shop.example/tea")],
            target: "/tea",
            expected: nil,
            reason: "Internet Explorer opens the same page again"
        ),
        VerdictRow(fields: [("X-Purpose", "preview")], expected: .speculative, reason: "an app that loads the pages of links"),
        VerdictRow(fields: [("Purpose", "preview")], expected: .speculative, reason: "a preview of older Safari"),

        // Downloads and parts.
        VerdictRow(disposition: "attachment\t;filename=x", expected: .download, reason: "a tabulator before the semicolon"),
        VerdictRow(disposition: "form-data; attachment", expected: nil, reason: "attachment as a parameter"),
        VerdictRow(disposition: String(repeating: "x", count: 8192), expected: nil, reason: "8 KB of an unknown value"),
        VerdictRow(status: 416, expected: .status, reason: "an unsatisfiable range"),
        VerdictRow(method: .head, status: 206, expected: .method, reason: "HEAD of a range"),
        VerdictRow(method: .head, status: 304, contentType: nil, expected: .method, reason: "HEAD of what was not modified"),
        VerdictRow(
            fields: [("Range", "bytes=0-99"), ("Sec-Fetch-Dest", "document")],
            status: 304,
            contentType: nil,
            expected: nil,
            reason: "a document that was not modified, for any requested range"
        ),
        VerdictRow(disposition: "attachment; filename=page.html", expected: .download, reason: "a page to be saved"),
        VerdictRow(disposition: "Attachment", expected: .download, reason: "in upper case, without a name"),
        VerdictRow(disposition: "inline", expected: nil, reason: "a page to be shown"),
        VerdictRow(disposition: "attachments", expected: nil, reason: "a longer word with that beginning"),
        VerdictRow(contentType: "application/pdf", disposition: "attachment", expected: .download, reason: "any download"),
        VerdictRow(
            fields: [("Range", "bytes=0-99")],
            status: 206,
            expected: .partial,
            reason: "a range"
        ),
        VerdictRow(fields: [("Range", "bytes=0-99")], expected: nil, reason: "a range that the server ignored: the whole page"),

        // Excluded paths.
        VerdictRow(target: "/admin/users?utm_source=x", expected: .excludedPath, reason: "an excluded path"),
        VerdictRow(status: 404, target: "/admin", expected: .status, reason: "an error on an excluded path is an error"),
        VerdictRow(
            target: "https://shop.example/admin/users?x",
            expected: .excludedPath,
            reason: "one in the absolute form, which a server takes as well"
        ),
        VerdictRow(target: "https://admin/users", expected: nil, reason: "a host of that name is no path"),
        VerdictRow(target: "/?x=/admin/users", expected: nil, reason: "a query of that name neither"),
        VerdictRow(target: "/#/admin/users", expected: nil, reason: "nor a fragment"),
        VerdictRow(target: "/admin/" + String(repeating: "x", count: 9000), expected: .excludedPath, reason: "one of 9 KB"),
        VerdictRow(target: "/admin\u{0}/users", expected: nil, reason: "NUL makes it another"),
        VerdictRow(target: "/administration", expected: nil, reason: "a longer path segment"),
        VerdictRow(userAgent: nil, target: "/admin", expected: .noUserAgent, reason: "the visitor comes first"),

        // Prefetches and prerenders.
        VerdictRow(fields: [("Sec-Purpose", "prefetch")], expected: .speculative, reason: "a prefetch"),
        VerdictRow(
            fields: [("Sec-Purpose", "prefetch;prerender")],
            expected: .speculative,
            reason: "a prerender, as sent by Chrome"
        ),
        VerdictRow(fields: [("Sec-Purpose", "prefetch;anonymous-client-ip")], expected: .speculative, reason: "by a proxy"),
        VerdictRow(fields: [("Sec-Purpose", "prerender")], expected: .speculative, reason: "a prerender"),
        VerdictRow(
            fields: [("Sec-Purpose", "other"), ("Purpose", "prefetch")],
            expected: .speculative,
            reason: "one field of several"
        ),
        VerdictRow(fields: [("Sec-Purpose", "xprefetch")], expected: nil, reason: "a longer word with that ending"),
        VerdictRow(fields: [("Sec-Purpose", "")], expected: nil, reason: "no purpose"),
        VerdictRow(fields: [("Purpose", "prefetch")], expected: .speculative, reason: "a prefetch of older browsers"),
        VerdictRow(fields: [("X-Moz", "prefetch")], expected: .speculative, reason: "a prefetch of Firefox"),
        VerdictRow(
            fields: [("sec-purpose", "prefetch"), ("Sec-Fetch-Dest", "document")],
            expected: .speculative,
            reason: "a document"
        ),
        VerdictRow(
            fields: [("Sec-Fetch-Dest", "document"), ("X-Moz", "prefetch")],
            status: 304,
            contentType: nil,
            expected: .speculative,
            reason: "a prefetch that was not modified"
        ),
        VerdictRow(fields: [("Sec-Purpose", "prefetch")], userAgent: nil, expected: .speculative, reason: "comes first"),

        // The visitor.
        VerdictRow(userAgent: nil, expected: .noUserAgent, reason: "no user agent"),
        VerdictRow(userAgent: "", expected: .noUserAgent, reason: "an empty one"),
        VerdictRow(userAgent: " \t ", expected: .noUserAgent, reason: "a user agent of whitespace"),
        VerdictRow(userAgent: String(repeating: "a", count: 8192), expected: nil, reason: "one of 8 KB"),
        VerdictRow(userAgent: "\u{202E}", expected: nil, reason: "one of a bidi control"),
        VerdictRow(userAgent: nil, peer: .unknown, expected: .noUserAgent, reason: "neither user agent nor address"),
        VerdictRow(peer: .unknown, expected: .noClientAddress, reason: "no address"),
        VerdictRow(peer: .unixSocket, expected: .noClientAddress, reason: "a socket in the file system"),
    ]

    @Test(arguments: Self.rows)
    func decidesForEachRequest(_ row: VerdictRow) throws {
        let (request, response) = (try row.request(), row.response())
        var configuration = CaptureConfiguration()
        configuration.excludedPaths = [try PathPattern("/admin/**")]
        let rules = try CaptureRules(configuration)
        let reason =
            PageViewRule.reasonToSkip(request, response, row.status)
            ?? PageViewRule.reasonToSkip(RequestRecord(request, from: row.peer, rules), by: rules)
        #expect(reason == row.expected)
    }

    /// A path rule matches the path of the event's page, in every form of the request target.
    @Test(arguments: [
        ("/products/tea?x", true), ("https://shop.example/products/tea?x", true), ("HTTP://SHOP.example:80/products/tea#x", true),
        ("https://products/tea", false), ("https://shop.example?/products/tea", false), ("products/tea", false), ("*", false),
        ("https://shop.example\\/products/tea", false), ("", false),
    ])
    func pathRulesMatchPageOfEvent(_ target: String, _ isProduct: Bool) throws {
        let record = try makeRecord(makeRequest(target))
        #expect(record.matches(anyOf: [try PathPattern("/about"), try PathPattern("/products/*")]) == isProduct)
        #expect(!record.matches(anyOf: []))
        let path = URLParts.texts(of: try resolve(makeRequest(target)).url.text)?.path
        #expect((path == "/products/tea") == isProduct, "the event's page agrees")
        #expect(record.matches(anyOf: [try PathPattern("/")]) == (path == "/"))
    }

    @Test func coversEverySkipReason() {
        // `noConsent` is decided before this rule, and those of the site and the visitor after it.
        let others: Set<SkipReason> = [
            .noConsent, .crawler, .excludedNetwork, .excludedType, .foreignSite, .repeatedNavigation,
        ]
        #expect(Set(Self.rows.compactMap(\.expected)).union(others) == Set(SkipReason.allCases))
    }

    @Test func namesReasonsForMetrics() {
        #expect(
            SkipReason.allCases.map(\.description)
                == [
                    "no_consent", "method", "status", "partial", "content_type", "download", "fragment", "subresource",
                    "speculative", "excluded_path", "excluded_network", "excluded_type", "foreign_site", "no_user_agent",
                    "no_client_address", "crawler", "repeated_navigation",
                ]
        )
    }
}
