//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import Testing

@testable import Tracify

/// What is replaced by the word `redacted`.
struct RedactionTests {
    struct PathRow: Row {
        let target: String
        let expected: String
        let reason: String

        init(_ target: String, _ expected: String, _ reason: String) {
            (self.target, self.expected, self.reason) = (target, expected, reason)
        }
    }

    @Test(arguments: [
        PathRow("/unsubscribe/jane@x.de", "/unsubscribe/redacted", "an email"),
        PathRow("/unsubscribe/jane%40x.de/now", "/unsubscribe/redacted/now", "encoded"),
        PathRow("/unsubscribe/jane%2540x.de", "/unsubscribe/redacted", "encoded twice"),
        PathRow("/u/email=jane.doe+tag@mail.x.de", "/u/redacted", "with a name before it: the whole segment goes"),
        PathRow("/u/J%C3%A4ne@b%C3%BCcher.example", "/u/redacted", "with letters beyond ASCII"),
        PathRow("/u/%22jane%20doe%22@x.de", "/u/redacted", "with quotes"),
        PathRow("/@potter", "/@potter", "a name of a social network"),
        PathRow("/mug@2x.png", "/mug@2x.png", "an image of double size"),
        PathRow("/a@b", "/a@b", "a host without a dot"),
        PathRow("/tea@", "/tea@", "nothing after the sign"),
        PathRow("/100%25/off", "/100%25/off", "an escape without an email"),
        PathRow("/jane%2525252540x.de", "/jane%2525252540x.de", "encoded more often than is decoded"),
    ])
    func replacesEmailsInPaths(_ row: PathRow) throws {
        let request = try makeRequest(row.target, [("Referer", "https://shop.example\(row.target)"), ("User-Agent", "a")])
        let visit = try resolve(request)
        #expect(visit.url.text == "https://shop.example\(row.expected)")
        #expect(visit.referer?.text == "https://shop.example\(row.expected)")
    }

    @Test(arguments: [
        ("utm_content=jane%40x.de", "redacted"), ("utm_content=mail+to+jane@x.de+now", "redacted"),
        ("utm_content=spring", "spring"),
        ("utm_content=%40spring", "@spring"), ("utm_content=jane%2540x.de", "redacted"),
        ("utm_content=" + String(repeating: "x", count: 200), String(repeating: "x", count: 200)),
    ])
    func replacesEmailsInParameters(_ query: String, _ expected: String) throws {
        #expect(try resolve(makeRequest("/?\(query)")).parameters.map(\.value) == [expected])
    }

    @Test func replacesEmailsInKeptQueryOfURL() throws {
        var configuration = CaptureConfiguration()
        configuration.urlQueryKeys = ["page", "mail"]
        let visit = try resolve(makeRequest("/?page=a%20b&mail=jane@x.de&x=y"), configuration: configuration)
        #expect(visit.url.text == "https://shop.example/?page=a%20b&mail=redacted")
    }

    @Test func replacesLongSegmentsWhenASettingSaysSo() throws {
        var configuration = CaptureConfiguration()
        configuration.redaction.maximumSegmentLength = 20
        let token = String(repeating: "f", count: 21)
        let visit = try resolve(makeRequest("/reset/\(token)?utm_id=\(token)"), configuration: configuration)
        #expect(visit.url.text == "https://shop.example/reset/redacted")
        #expect(visit.parameters.map(\.value) == [token], "a click ID is long, too")
    }

    @Test func closureReplacesMore() throws {
        var configuration = CaptureConfiguration()
        configuration.redaction.replace = { $0 == "anna smith" ? "name" : $0 }
        let visit = try resolve(makeRequest("/u/anna%20smith/b%20c?utm_term=anna+smith"), configuration: configuration)
        #expect(visit.url.text == "https://shop.example/u/name/b%20c")
        #expect(visit.parameters.map(\.value) == ["name"])
    }

    @Test func offReplacesNothing() throws {
        var configuration = CaptureConfiguration()
        configuration.redaction = .off
        #expect(try resolve(makeRequest("/jane@x.de"), configuration: configuration).url.text == "https://shop.example/jane@x.de")
    }

    @Test func countsWhatItReplaces() async throws {
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink())
        let request = try makeRequest("/jane@x.de?utm_term=jane@x.de")
        let order = try Order.stub(id: "jane@x.de")
        try await running(tracker) {
            tracker.requestCompleted(request, from: .stub, response: Browsing.page)
            try await tracker.orderPlaced(order, by: tracker.visit(for: request, from: .stub))
        }
        #expect(tracker.statistics.redactions == 4)
    }

    /// Repeated orders are found by their ID (contract, "Repeats").
    @Test func neverChangesOrderIDs() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink)
        let order = try Order.stub(id: "jane@x.de")
        try await running(tracker) { try await tracker.orderPlaced(order, by: Browsing.visit()) }
        #expect(sink.events.map(\.detail.orderID) == ["jane@x.de"])
    }

    struct ExcludedRow: Row {
        let referer: String
        let expected: String?
        let reason: String
    }

    @Test(arguments: [
        ExcludedRow(referer: "https://shop.example/reset/TOKEN", expected: "https://shop.example/", reason: "its origin only"),
        ExcludedRow(referer: "http://shop.example//reset/./TOKEN", expected: "http://shop.example/", reason: "in another form"),
        ExcludedRow(referer: "https://shop.example/%72eset/TOKEN", expected: "https://shop.example/", reason: "encoded"),
        ExcludedRow(referer: "https://shop.example/RESET/TOKEN", expected: "https://shop.example/", reason: "in upper case"),
        ExcludedRow(
            referer: "https://other.example/reset/x",
            expected: "https://other.example/reset/x",
            reason: "the page of another site is not ours to exclude"
        ),
        ExcludedRow(referer: "https://pay.example/done", expected: nil, reason: "a payment provider"),
        ExcludedRow(referer: "https://3ds.pay.example/done", expected: nil, reason: "and its subdomains"),
    ])
    func hidesExcludedReferrers(_ row: ExcludedRow) throws {
        var configuration = CaptureConfiguration()
        configuration.excludedPaths = [try PathPattern("/reset/**")]
        configuration.excludedReferrers = [try HostPattern("pay.example"), try HostPattern("*.pay.example")]
        let fields = [(name: "Referer", value: row.referer), (name: "User-Agent", value: "a")]
        #expect(try resolve(makeRequest("/login", fields), configuration: configuration).referer?.text == row.expected)

        let script = fields + [(name: "Sec-Fetch-Mode", value: "cors")]
        let url = try resolve(makeRequest("/cart", method: .post, script), configuration: configuration).url.text
        #expect(!url.uppercased().contains("TOKEN"))
    }
}
