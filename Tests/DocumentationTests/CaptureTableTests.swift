//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing
import Tracify

/// The table of the article "What is captured", whose rows are requests.
struct CaptureTableTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let request: [String]
        let response: [String]
        /// The rule that skips the request; `nil` for a page view.
        let rule: String?
    }

    private static func article() throws -> String {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let root = here.deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appendingPathComponent("Sources/Tracify/Documentation.docc/WhatIsCaptured.md")
        return try String(contentsOf: file, encoding: .utf8)
    }

    static func cases() throws -> [Case] {
        let lines = try self.article().split(separator: "\n").drop { !$0.hasPrefix("| case |") }
        return lines.dropFirst(2).prefix { $0.hasPrefix("|") }
            .map { line in
                let cells = line.dropFirst().split(separator: "|", omittingEmptySubsequences: false).map(String.init)
                let counted = self.codes(cells[3]).first
                return Case(
                    testDescription: cells[0].trimmingCharacters(in: .whitespaces),
                    request: self.codes(cells[1]),
                    response: self.codes(cells[2]),
                    rule: counted
                )
            }
    }

    private static func codes(_ cell: String) -> [String] {
        cell.matches(of: /`([^`]+)`/).map { String($0.1) }
    }

    @Test(arguments: try Self.cases())
    func decidesAsTheTableSays(_ row: Case) throws {
        var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
        configuration.capture.consent = .privacySignals
        configuration.capture.sites = [try Site("shop.example")]
        configuration.capture.excludedPaths = [try PathPattern("/admin/**")]
        configuration.capture.excludedNetworks = [try IPNetwork("198.51.100.0/24")]
        let tracker = try Tracker(configuration: configuration, sink: InMemorySink())

        var request = HTTPRequest(method: .get, scheme: "https", authority: "shop.example", path: "/")
        request.headerFields[.userAgent] =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
        var peer = PeerAddress(text: "203.0.113.7")
        for code in row.request {
            if let path = code.wholeMatch(of: /(GET|POST) (.+)/) {
                request.method = path.1 == "GET" ? .get : .post
                request.path = String(path.2)
            } else if let client = code.wholeMatch(of: /from (.+)/) {
                peer = PeerAddress(text: String(client.1))
            } else {
                let (name, value) = try self.field(code)
                if name.canonicalName == "host" { request.authority = value } else { request.headerFields[name] = value }
            }
        }
        var response = HTTPResponse(status: .ok, headerFields: [.contentType: "text/html; charset=utf-8"])
        for code in row.response {
            if let status = Int(code) {
                response.status = HTTPResponse.Status(code: status)
                if status == 304 { response.headerFields[.contentType] = nil }
            } else {
                let (name, value) = try self.field(code)
                response.headerFields[name] = value
            }
        }

        let explanation = tracker.explain(request, from: peer, response: response)
        #expect(explanation.reasonToSkip?.description == row.rule, "\(explanation.decisions)")
        #expect((explanation.pageView != nil) == (row.rule == nil))
    }

    private func field(_ code: String) throws -> (HTTPField.Name, String) {
        let parts = try #require(code.wholeMatch(of: /([A-Za-z-]+):\s*(.*)/))
        return (try #require(HTTPField.Name(String(parts.1))), String(parts.2))
    }

    @Test func namesEveryRule() throws {
        let article = try Self.article()
        for reason in SkipReason.allCases { #expect(article.contains("`\(reason)`"), "\(reason)") }
        #expect(try Self.cases().count > 40)
    }
}
