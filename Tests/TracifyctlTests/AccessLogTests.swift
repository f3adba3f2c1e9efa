//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing
import Tracify

@testable import tracifyctl

struct AccessLogTests {
    private static let agent = ExplainedRequest.assumedAgent

    private static func line(_ text: String) -> AccessLogLine? { AccessLogLine(Array(text.utf8)[...]) }

    @Test func parsesCombinedFormat() throws {
        let line = try #require(
            Self.line(
                #"2001:db8::1 - some user [21/Jun/2024:12:36:37 +0000] "GET /a?b=\x22c\" HTTP/2.0" 304 - "https://shop.example/" "A \"B\"" 0.01"#
            )
        )
        #expect(line.address == "2001:db8::1")
        #expect(line.method == "GET")
        #expect(line.target == #"/a?b="c""#)
        #expect(line.status == 304)
        #expect(line.referer == "https://shop.example/")
        #expect(line.userAgent == #"A "B""#)
    }

    @Test(arguments: [
        "", "garbage", "203.0.113.7 - - [x] \"GET / HTTP/1.1\" 200 5", "203.0.113.7 - - [x] \"GET /\" 200 5 \"-\" \"-\"",
        "203.0.113.7 - - [x] \"GET / HTTP/1.1\" 9999 5 \"-\" \"-\"", "203.0.113.7 - - [x] \"GET / HTTP/1.1\" 200 5 \"-\" \"open",
        "203.0.113.7 - - [x] \"\\x16\\x03\" 400 0 \"-\" \"-\"", "203.0.113.7 - - [", "203.0.113.7 - - [x] \"\\x", " ",
    ])
    func refusesOtherLines(_ text: String) {
        #expect(Self.line(text) == nil)
    }

    @Test func survivesEveryPrefix() {
        let text = #"203.0.113.7 - - [21/Jun/2024:12:36:37 +0000] "GET /\x41\\ HTTP/1.1" 200 5 "-" "Mozilla \"5.0\"""#
        for length in 0..<text.utf8.count { _ = AccessLogLine(Array(text.utf8.prefix(length))[...]) }
        #expect(Self.line(text)?.target == #"/A\"#)
    }

    @Test func countsDecisionsAndMalformedLines() async throws {
        let log = """
            203.0.113.7 - - [21/Jun/2024:12:36:37 +0000] "GET / HTTP/1.1" 200 5 "-" "\(Self.agent)"
            203.0.113.7 - - [21/Jun/2024:12:36:37 +0000] "GET /a.css HTTP/1.1" 200 5 "https://shop.example/" "\(Self.agent)"
            garbage
            203.0.113.7 - - [21/Jun/2024:12:36:37 +0000] "GET /x?utm_source=y HTTP/1.1" 302 5 "-" "\(Self.agent)"
            203.0.113.7 - - [21/Jun/2024:12:36:37 +0000] "GET /c HTTP/1.1" 200 5 "-" "Googlebot/2.1"

            """
        let result = try await ToolProcess.run("explain", "--access-log", "-", "--each", input: log)
        #expect(result.status == 0)
        #expect(result.lines.prefix(2) == ["1: GET page view of https://shop.example/", "2: GET skipped by content_type"])
        #expect(result.output.contains("4 requests: 1 page view, campaign parameters kept of 1 landing"))
        #expect(result.output.contains("1 malformed line: 3"))
        #expect(result.output.contains("Assumed, because a log does not hold it: the site https://shop.example"))
        #expect(!result.output.contains("203.0.113.7") && !result.output.contains("Mozilla"))
        let other = try await ToolProcess.run("explain", "--access-log", "-", input: "garbage\n{}\n")
        #expect(other.status == 65)
        #expect(other.output.contains("2 malformed lines: 1, 2"))
        #expect(other.errors == "tracifyctl: No line of - is in the combined format of nginx and Apache.\n")
        #expect(try await ToolProcess.run("explain", "--access-log", "-").status == 0)
        let json = try await ToolProcess.run("explain", "--access-log", "-", "--json", input: log)
        #expect(json.output.hasPrefix(#"{"summary":{"requests":4,"pageViews":1,"#))
    }
}
#endif
