//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing
import Tracify

@testable import tracifyctl

struct ExplainTests {
    @Test func explainsPageAndProductView() async throws {
        let result = try await ToolProcess.run(
            "explain",
            "https://shop.example/products/mug?utm_source=x&token=secret",
            "--json",
            environment: ["TRACIFY_PRODUCT_PATHS": "/products/*"]
        )
        #expect(result.status == 0)
        #expect(result.output.contains(#""decision":"page view","url":"https://shop.example/products/mug","productView":true"#))
        #expect(result.output.contains(#""type":"productview""#))
        #expect(!result.output.contains("secret"))
    }

    @Test func namesRuleWithAdvice() async throws {
        let result = try await ToolProcess.run("explain", "https://shop.example/", "-A", "curl/8", "--peer", "203.0.113.7")
        #expect(result.lines.first == "skipped by crawler")
        #expect(result.output.contains("skips   crawler"))
        #expect(result.output.contains(SkipReason.crawler.advice))
        #expect(!result.output.contains("203.0.113.7"))
    }

    @Test func assumesNothingWhenExact() async throws {
        let bare = try await ToolProcess.run("explain", "https://shop.example/", "--exact")
        #expect(bare.lines.first == "skipped by content_type")
        #expect(!bare.output.contains("Assumed: a"))
        #expect(bare.output.contains("skips   no_client_address"))
        #expect(
            bare.output.contains(
                "Not assumed, because of --exact: Content-Type (give --content-type); the peer (give --peer)."
            )
        )
        let given = try await ToolProcess.run(
            "explain",
            "https://shop.example/",
            "--exact",
            "-A",
            ExplainedRequest.assumedAgent,
            "-H",
            "Accept: text/html",
            "--content-type",
            "text/html",
            "--peer",
            "203.0.113.7"
        )
        #expect(given.lines.first == "page view of https://shop.example/")
        #expect(!given.output.contains("Not assumed"))
    }

    @Test(arguments: ["ftp://shop.example/", "shop.example/", "https://", "https://shop example/", "https:///x"])
    func refusesURLWithoutHost(_ url: String) async throws {
        let result = try await ToolProcess.run("explain", url)
        #expect(result.status == 64)
        #expect(
            result.errors
                == "tracifyctl: The URL must have http or https and a host, such as https://shop.example/products/mug.\n"
        )
    }

    @Test func usesTheSettingsOfTheApp() async throws {
        let environment = ["TRACIFY_SITES": "shop.example", "TRACIFY_EXCLUDED_PATHS": "/admin/**"]
        let admin = try await ToolProcess.run("explain", "https://shop.example/admin/x", environment: environment)
        #expect(admin.lines.first == "skipped by excluded_path")
        let other = try await ToolProcess.run("explain", "https://other.example/", environment: environment)
        #expect(other.lines.first == "skipped by foreign_site")
        let wrong = try await ToolProcess.run("explain", "https://shop.example/", environment: ["TRACIFY_SITES": "*"])
        #expect(wrong.status == 78)
        #expect(wrong.errors.hasPrefix("tracifyctl: TRACIFY_SITES is"))
    }

    @Test(arguments: [
        ("/", RequestKind.page), ("/products/mug?x=a.png", .page), ("/v1.2/list", .page),
        ("/a.css", .asset(destination: "style", contentType: "text/css")),
        ("/A.JPG?v=1", .asset(destination: "image", contentType: "image/*")), ("/terms.pdf", .file), ("/page.html", .page),
    ])
    func findsKindByExtension(_ target: String, _ kind: RequestKind) {
        #expect(RequestKind(target: target) == kind)
    }

    @Test func explainsHTTPArchive() async throws {
        let files = try TestFiles()
        let har = """
            {"log":{"entries":[
            {"request":{"method":"GET","url":"https://shop.example/","headers":[{"name":":method","value":"GET"},
            {"name":"User-Agent","value":"\(ExplainedRequest.assumedAgent)"},{"name":"Sec-Fetch-Dest","value":"document"},
            {"name":"Sec-Fetch-Mode","value":"navigate"},{"name":"Accept","value":"text/html"}]},
            "response":{"status":200,"headers":[{"name":"Content-Type","value":"text/html"}]}},
            {"request":{"method":"GET","url":"https://cdn.example/a.js","headers":[]},"response":{"status":200,"headers":[]}},
            {"request":{"method":"GET","url":"data:text/plain,x","headers":[]},"response":{"status":0,"headers":[]}}]}}
            """
        let path = try files.write(har, to: "shop.har")
        let result = try await ToolProcess.run("explain", "--har", path, "--site", "https://shop.example")
        #expect(result.status == 0)
        #expect(result.lines.first == "0: GET page view of https://shop.example/")
        #expect(result.output.contains("1 request: 1 page view"))
        #expect(result.output.contains("Not explained: 2 entries"))
        let broken = try await ToolProcess.run("explain", "--har", try files.write("{}", to: "broken.har"))
        #expect(broken.status == 65)
    }
}
#endif
