//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

struct OriginTests {
    @Test(arguments: [
        ("https://www.example.com", "https://www.example.com"),
        ("http://www.example.com", "http://www.example.com"),
        ("HTTPS://WWW.Example.COM", "https://www.example.com"),
        ("https://www.example.com:443", "https://www.example.com"),
        ("http://www.example.com:80", "http://www.example.com"),
        ("https://www.example.com:", "https://www.example.com"),
        ("https://www.example.com:80", "https://www.example.com:80"),
        ("https://www.example.com:8443", "https://www.example.com:8443"),
        ("https://192.0.2.1", "https://192.0.2.1"),
        ("https://[2001:db8:0:0:0:0:0:1]:443", "https://[2001:db8::1]"),
        ("https://localhost:3000", "https://localhost:3000"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ])
    func canonicalizes(text: String, expected: String) throws {
        let origin = try Origin(text)
        #expect(origin.text == expected)
        #expect(origin.description == expected)
        #expect(try Origin(expected) == origin)
    }

    @Test(arguments: [
        "null", "https://secret.example/", "https://secret.example/path", "https://secret.example?q", "https://secret.example#f",
        "https://u:p@secret.example", "https://@secret.example", "secret.example", "//secret.example", "ftp://secret.example",
        "https://", "https://secret.example:0", "https://secret.example:65536", "https://secret example",
        "https://secret.example\\", "https://secret.example ", "https://secret.example, https://b.example", "https://[::1",
        "https://s\u{E9}cret.example", "https://\u{212A}secret.example", "https://secret.example:\u{301}8443",
    ])
    func throwsForMalformedText(_ text: String) throws {
        let error = try invalidValue { try Origin(text) }
        #expect(error.field == "origin")
        #expect(error.code == .malformed)
        #expect(!error.description.contains("cret"))
    }

    @Test func throwsForEmptyText() throws {
        #expect(try invalidValue { try Origin("") }.code == .empty)
    }
}
