//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

@testable import TracifyHTTP

struct EndpointTests {
    @Test(arguments: [
        ("https://api.tracify.ai/api/v1/events", "https://api.tracify.ai/api/v1/events"),
        ("https://collector.example/in?tenant=1", "https://collector.example/in?tenant=1"),
        ("http://localhost:8080/x", "http://localhost:8080/x"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://127.9.9.9/x", "http://127.9.9.9/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ])
    func acceptsURLs(_ text: String, url: String) throws {
        #expect(try Endpoint(text).url == url)
    }

    @Test(arguments: [
        "", "api.tracify.ai/x", "ftp://api.tracify.ai/x", "http://api.tracify.ai/x", "http://localhost.example.com/x",
        "http://127.0.0.1.example.com/x", "http://10.0.0.1/x", "http://[::2]/x", "https://user@api.tracify.ai/x",
        "https://user:pw@api.tracify.ai/x", "https://api.tracify.ai/x#y", "https:///x", "http://0.0.0.0/x",
        "https://collector.example", "https://collector.example/", "https://collector.example?tenant=1", "http://127.0.0.1:8080",
    ])
    func throwsForInvalidURLs(_ text: String) {
        let error = #expect(throws: ValidationError.self) { _ = try Endpoint(text) }
        #expect(error?.field == "endpoint")
    }

    @Test func hostsMatchContract() {
        #expect(Endpoint.production.url == "https://api.tracify.ai/api/v1/events")
        #expect(Endpoint.staging.url == "https://devapi.tracify.ai/api/v1/events")
    }
}

struct APITokenTests {
    @Test(arguments: ["", "   ", "a b", "a\nb", "ä", "a\u{0}", String(repeating: "x", count: 4097)])
    func throwsForInvalidTokens(_ text: String) {
        let error = #expect(throws: ValidationError.self) { _ = try APIToken(text) }
        #expect(error?.field == "token")
    }

    @Test func trimsSurroundingWhitespace() throws {
        #expect(try APIToken(" abc-._~123\n").value == "abc-._~123")
    }

    @Test func hidesTokenInDescriptions() throws {
        let token = try APIToken("secret")
        var dumped = ""
        dump(token, to: &dumped)
        for text in ["\(token)", String(reflecting: token), dumped, "\([token])"] { #expect(!text.contains("secret")) }
    }
}
