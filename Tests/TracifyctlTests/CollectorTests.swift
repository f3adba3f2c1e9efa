//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Foundation
import Testing
import TracifyTesting

@Suite(.timeLimit(.minutes(2)))
struct CollectorTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func servesUntilSignal(_ number: Int32) async throws {
        let tool = try ToolProcess.start(["collector", "--port", "0", "--token", "made-up"])
        let lines = await tool.lines(3)
        let endpoint = try #require(lines.first?.split(separator: " ").last.map(String.init))
        #expect(endpoint.hasSuffix("/api/v1/events"))
        #expect(lines.dropFirst().first?.hasPrefix("Live page: http://127.0.0.1:") == true)
        #expect(lines.last == "Stop with Ctrl-C. Set TRACIFY_ENDPOINT and the token of --token as TRACIFY_TOKEN in your app.")
        let files = try TestFiles()
        let path = try files.write(TestEvents.pageView(), to: "events.ndjson")
        for (token, status) in [("made-up", Int32(0)), ("other", 1)] {
            let environment = ["TRACIFY_TOKEN": token, "TRACIFY_ENDPOINT": endpoint]
            #expect(try await ToolProcess.run("replay", path, environment: environment).status == status)
        }
        tool.signal(number)
        #expect(await tool.finish().status == 0)
    }

    @Test func rejectsEventsOfAnotherSite() async throws {
        let files = try TestFiles()
        let path = try files.write(TestEvents.pageView(), to: "events.ndjson")
        for (id, status) in [(TestEvents.site, Int32(0)), ("11111111-2222-3333-4444-555555555555", 1)] {
            let tool = try ToolProcess.start(["collector", "--port", "0", "--customer-site-id", id])
            let endpoint = try #require(await tool.lines(3).first?.split(separator: " ").last.map(String.init))
            let environment = ["TRACIFY_TOKEN": "made-up", "TRACIFY_ENDPOINT": endpoint]
            let result = try await ToolProcess.run("replay", path, environment: environment)
            #expect(result.status == status)
            #expect(result.errors.contains("the customer site ID is not known") == (status == 1))
            tool.signal(SIGTERM)
            #expect(await tool.finish().status == 0)
        }
        #expect(try await ToolProcess.run("collector", "--port", "0", "--customer-site-id", "shop").status == 64)
    }

    @Test func takenPortIsOneLine() async throws {
        try await withCollector { collector in
            let port = try #require(collector.url.split(separator: ":").last.map(String.init))
            let result = try await ToolProcess.run("collector", "--port", port)
            #expect(result.status == 1)
            #expect(
                result.errors.hasPrefix("tracifyctl: Cannot listen on 127.0.0.1 port \(port): another program uses the port.")
            )
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }
}
#endif
