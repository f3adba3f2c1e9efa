//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

/// Requests that browsers and front ends really send; see the README beside the vectors.
struct RecordedNavigationTests {
    struct Recording: Decodable {
        let frontEnd: String
        let action: String
        let method: String
        let target: String
        let fields: [[String]]
        let status: Int
        let contentType: String?
        /// What a person would call the request: `yes`, `no` with the reason, `prefetch` or `script call`.
        let person: String
    }

    private func recordings() throws -> [Recording] {
        let file = try #require(
            Bundle.module.url(forResource: "navigations", withExtension: "ndjson", subdirectory: "Vectors/Navigations")
        )
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"))
            .map { try JSONDecoder().decode(Recording.self, from: $0) }
    }

    private func isPageView(_ recording: Recording) throws -> Bool {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink())
        let fields = recording.fields.map { (name: $0[0], value: $0[1]) } + [(name: "User-Agent", value: Browsing.userAgent)]
        let method = try #require(HTTPRequest.Method(recording.method))
        let request = try makeRequest(recording.target, method: method, accept: nil, fields)
        var response = HTTPResponse(status: .init(code: recording.status))
        response.headerFields[.contentType] = recording.contentType
        if recording.contentType?.hasPrefix("application/json") == true, recording.frontEnd.hasPrefix("Inertia"),
            let name = HTTPField.Name("X-Inertia")
        {
            response.headerFields[name] = "true"
        }
        return tracker.explain(request, from: .stub, response: response).pageView != nil
    }

    /// What no rule about a request can tell; the article "What is captured" names these cases.
    private static let indistinguishable: [String: Int] = [
        "Alpine AJAX: links, forms: yes (the address changes)": 1,
        "Turbo, plain http: frames: yes (the address changes), as a fragment": 1,
        "Turbo: back to a page with turbo-cache-control no-cache: yes": 1,
        "Turbo: first visit, link, reload, back, forward: yes": 1,
        "Turbo: frames: yes (the address changes), as a fragment": 1,
        "Turbo: link to a redirect, link to a missing page, link to a page with other assets: no: the same page again": 1,
        "Turbo: page refresh with morphing: yes (replace visit to the same page)": 1,
        "Unpoly, plain http: links, layers, forms, back: yes (history restore)": 1,
        "Unpoly, plain http: links, layers, forms, back: yes (overlay with an address of its own)": 1,
        "Unpoly: links, layers, forms, back: yes (history restore)": 1,
        "Unpoly: links, layers, forms, back: yes (overlay with an address of its own)": 1,
        "Unpoly: preload on hover, polling, deferred, revalidation, history restore: prefetch": 1,
        "Unpoly: preload on hover, polling, deferred, revalidation, history restore: yes (shown from the cache, then fetched again)":
            1,
        "browser, plain http: parts of a page: frame, object, embed, image, link prefetch, script's calls: no: frame": 4,
        "browser, plain http: parts of a page: frame, object, embed, image, link prefetch, script's calls: script call": 1,
        "browser: Navigation API: intercept with fetch: yes (no server can know)": 1,
        "htmx 4, plain http: fragments, push-url, polling: yes (the address changes), as a fragment": 3,
        "htmx 4, plain http: hx-boost: links and forms: yes (history restore)": 1,
        "htmx 4: fragments, push-url, polling: yes (the address changes), as a fragment": 3,
        "htmx 4: history restore: yes": 1,
        "htmx 4: hx-boost: links and forms: yes (history restore)": 1,
        "htmx 4: preload extension: hover, then click: prefetch": 1,
        "htmx, plain http: fragments, push-url, polling: yes (the address changes), as a fragment": 3,
        "htmx: fragments, push-url, polling: yes (the address changes), as a fragment": 3,
        "htmx: history restore: yes": 1,
        "jquery-pjax, plain http: links, forms, back: no: the same page again": 1,
        "jquery-pjax, plain http: links, forms, back: yes": 1,
        "jquery-pjax: links, forms, back: no: the same page again": 1,
        "jquery-pjax: links, forms, back: yes": 1,
        "service worker: network-first by URL: frame, image, fetch, redirect, form: yes": 1,
        "service worker: network-first by URL: link and reload: yes": 1,
        "service worker: pass-through: frame, image, fetch, redirect, form: no: frame": 1,
        "service worker: preload ignored: link and reload: no: the same page again": 2,
        "service worker: rebuilt request: link and reload: yes": 1,
    ]

    @Test func decidesAsAPersonWould() throws {
        var deviations: [String: Int] = [:]
        for recording in try self.recordings() {
            let expected = recording.person.hasPrefix("yes")
            guard try self.isPageView(recording) != expected else { continue }
            deviations["\(recording.frontEnd): \(recording.action): \(recording.person)", default: 0] += 1
        }
        #expect(deviations == Self.indistinguishable)
    }
}
