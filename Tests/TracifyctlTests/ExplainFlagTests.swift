//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import HTTPTypes
import Testing

@testable import tracifyctl

struct ExplainFlagTests {
    private static func explain(_ arguments: String...) async throws -> ToolProcess.Result {
        try await ToolProcess.start(["explain", "https://shop.example/mug"] + arguments).finish()
    }

    @Test(arguments: [
        ("HX-Request: true", "fragment"), ("Turbo-Frame: cart", "fragment"), ("X-Up-Target: .cart", "fragment"),
        ("X-Alpine-Request: true", "fragment"), ("X-Requested-With: XMLHttpRequest", "subresource"),
    ])
    func assumesScriptByItsField(_ field: String, _ rule: String) async throws {
        let result = try await Self.explain("-H", field)
        #expect(result.lines.first == "skipped by \(rule)")
        let name = field.prefix { $0 != ":" }
        #expect(result.output.contains("Accept and Sec-Fetch-* of a script's fetch, because of \(name);"))
    }

    @Test(arguments: [
        "HX-Boosted: true", "X-Inertia: true", "X-PJAX: true", "X-Turbo-Request-Id: 1", "X-Livewire-Navigate: 1", "x-barba: yes",
        // An app's web view.
        "X-Requested-With: com.example.app",
    ])
    func pagesOfFrontEndsAreStillPageViews(_ field: String) async throws {
        #expect(try await Self.explain("-H", field).lines.first == "page view of https://shop.example/mug")
    }

    @Test func keepsGivenFieldsOfScript() async throws {
        let accept = try await Self.explain("-H", "X-Requested-With: XMLHttpRequest", "-H", "Accept: text/html")
        #expect(accept.lines.first == "skipped by subresource")
        #expect(
            accept.output.contains(
                "Assumed: User-Agent of a browser; Sec-Fetch-* of a script's fetch, because of X-Requested-With;"
            )
        )
        let mode = try await Self.explain(
            "-H",
            "HX-Boosted: true",
            "-H",
            "Sec-Fetch-Mode: navigate",
            "-H",
            "Sec-Fetch-Dest: iframe"
        )
        #expect(!mode.output.contains("Sec-Fetch-*"))
    }

    @Test func acceptsCopiedCommand() async throws {
        let result = try await Self.explain(
            "-sSkLi",
            "--compressed",
            "--insecure",
            "--silent",
            "--location",
            "-H",
            "accept: text/html",
            "-b",
            "consent=yes; session=secret",
            "-e",
            "https://shop.example/",
            "-A",
            ExplainedRequest.assumedAgent,
            "--data-raw",
            "--boundary"
        )
        #expect(result.status == 0)
        #expect(result.lines.first == "skipped by method")
        #expect(!result.output.contains("secret"))
    }

    @Test(arguments: [
        ["-d", "a=b"], ["-sd", "a=b"], ["--data", "a"], ["--data-binary", "@file"], ["--data-raw", "-x"], ["-XPOST"],
    ])
    func bodyMakesMethodPost(_ arguments: [String]) async throws {
        let url = "https://shop.example/mug"
        let post = try await ToolProcess.start(["explain", url] + arguments).finish()
        #expect(post.lines.first == "skipped by method")
        let get = try await ToolProcess.start(["explain", url] + arguments.filter { $0 != "-XPOST" } + ["-X", "GET"]).finish()
        #expect(get.lines.first == "page view of \(url)")
    }

    @Test func cookieIsThatOfTheConsentPolicy() async throws {
        let arguments = ["explain", "https://shop.example/mug", "--json"]
        let environment = ["TRACIFY_CONSENT": "cookie:consent=yes"]
        let none = try await ToolProcess.start(arguments, environment: environment).finish()
        #expect(none.output.hasPrefix(#"{"decision":"skipped","rule":"no_consent""#))
        let given = try await ToolProcess.start(arguments + ["-b", "a=b", "-b", "consent=yes"], environment: environment).finish()
        #expect(given.output.hasPrefix(#"{"decision":"page view""#))
    }

    @Test func fileOfCookiesIsRefused() async throws {
        let result = try await Self.explain("-b", "cookies.txt")
        #expect(result.status == 64)
        #expect(result.errors.hasPrefix("tracifyctl: -b must be cookies, such as 'name=value'"))
    }
}
#endif
