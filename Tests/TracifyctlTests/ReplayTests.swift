//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Foundation
import Testing
import Tracify
import TracifyTesting

@Suite(.timeLimit(.minutes(2)))
struct ReplayTests {
    private let files: TestFiles

    init() throws { self.files = try TestFiles() }

    private static func environment(_ collector: Collector) -> [String: String] {
        ["TRACIFY_TOKEN": "secret-token", "TRACIFY_ENDPOINT": collector.endpoint]
    }

    @Test func deliversEventsAndBodies() async throws {
        let lines =
            (0..<250).map { TestEvents.pageView($0) } + ["{\"events\":[\(TestEvents.order("O-1")),\(TestEvents.order("O-2"))]}"]
        let path = try self.files.write(lines.joined(separator: "\n"), to: "events.ndjson")
        try await withCollector { collector in
            let result = try await ToolProcess.run("replay", path, environment: Self.environment(collector))
            #expect(result.status == 0)
            #expect(result.output == "Delivered: 252 (pageview 250, purchase 2)\n")
            #expect(collector.events.count == 252)
            #expect(collector.deviations.isEmpty)
            #expect(collector.requestCount == 3)
            #expect(!result.errors.contains("secret-token"))
        }
    }

    @Test func writesRejectedEventsWithReasons() async throws {
        let text = "\(TestEvents.pageView())\n\(TestEvents.deviating)\nnone\n\(TestEvents.order("O-1"))\n"
        let path = try self.files.write(text, to: "events.ndjson")
        try await withCollector { collector in
            let arguments = ["replay", path, "--rejected", self.files.path("rejected"), "--json"]
            let result = try await ToolProcess.start(arguments, environment: Self.environment(collector)).finish()
            #expect(result.status == 1)
            #expect(
                result.output
                    == #"{"complete":true,"delivered":{"pageview":1,"purchase":1},"rejected":{"pageview":1},"unreadable":1}"#
                    + "\n"
            )
            let rejected = try self.files.read("rejected").split(separator: "\n")
            #expect(rejected.count == 2)
            #expect(rejected.first?.contains("\"line\":2,\"event\":\(TestEvents.deviating)}") == true)
            #expect(rejected.last?.contains(#""line":3,"event":"none"}"#) == true)
        }
    }

    @Test func continuesAfterInterruption() async throws {
        let count = 400
        let lines = (0..<count).map { TestEvents.order("O-\($0)") }
        let path = try self.files.write(lines.joined(separator: "\n") + "\n", to: "events.ndjson")
        let resume = ["--resume", self.files.path("resume"), "--rejected", self.files.path("rejected"), "--batch-size", "10"]
        try await withCollector { collector in
            // Ten batches are accepted, and then there is no response.
            for _ in 0..<10 { collector.reply(with: .asTracify) }
            collector.replyAlways(with: .hang)
            let first = try ToolProcess.start(["replay", path] + resume, environment: Self.environment(collector))
            _ = try await collector.waitForEvents(100)
            first.signal(SIGKILL)
            _ = await first.finish()
            collector.replyAlways(with: .asTracify)
            #expect(collector.events.count == 100)
            let second = try await ToolProcess.start(["replay", path] + resume, environment: Self.environment(collector)).finish()
            #expect(second.status == 0)
            let ids = collector.events.compactMap { event in if case .purchase(let order) = event.detail { order.id } else { nil }
            }
            #expect(Set(ids).count == count)
            // At most the batch whose acknowledgment the first process did not save.
            #expect(ids.count <= count + 10)
            let third = try await ToolProcess.start(["replay", path] + resume, environment: Self.environment(collector)).finish()
            #expect(third.output == "Delivered: 0\n")
        }
    }

    @Test func retriesAndStopsAtWrongToken() async throws {
        let path = try self.files.write(TestEvents.pageView(), to: "events.ndjson")
        try await withCollector { collector in
            collector.reply(with: .status(503))
            let result = try await ToolProcess.run("replay", path, environment: Self.environment(collector))
            #expect(result.status == 0)
            #expect(result.errors.contains("status 503; retrying in"))
        }
        var configuration = Collector.Configuration()
        configuration.token = "another"
        try await withCollector(configuration: configuration) { collector in
            let result = try await ToolProcess.run("replay", path, environment: Self.environment(collector))
            #expect(result.status == 1)
            #expect(result.errors.contains("tracifyctl: The destination accepts nothing: status 401"))
        }
    }

    @Test func dryRunSendsNothing() async throws {
        let path = try self.files.write("\(TestEvents.pageView())\n\(TestEvents.order("O-1"))\n", to: "events.ndjson")
        try await withCollector { collector in
            let result = try await ToolProcess.run("replay", "--dry-run", "--endpoint", collector.endpoint, path)
            #expect(result.status == 0)
            #expect(result.lines.first?.hasPrefix("Would send 2 events (pageview 1, purchase 1)") == true)
            #expect(result.lines.last == "Times: 2024-06-21 12:36:37 to 2024-06-21 12:36:37 UTC")
            #expect(collector.requestCount == 0)
        }
    }

    @Test func countsUnreadableLines() async throws {
        let path = try self.files.write("\(TestEvents.pageView())\nnone\n", to: "events.ndjson")
        try await withCollector { collector in
            for arguments in [["replay", path, "--dry-run"], ["replay", path]] {
                let result = try await ToolProcess.start(arguments, environment: Self.environment(collector)).finish()
                #expect(result.status == 1)
                #expect(result.lines.last == "Unreadable: 1 line")
            }
        }
    }

    @Test func refusesMissingDestinationAndToken() async throws {
        let path = try self.files.write(TestEvents.pageView(), to: "events.ndjson")
        let nowhere = try await ToolProcess.run("replay", path, environment: ["TRACIFY_TOKEN": "x"])
        #expect(nowhere.status == 78)
        #expect(nowhere.errors.hasPrefix("tracifyctl: No destination is named."))
        let misspelled = try await ToolProcess.run(
            "replay",
            path,
            environment: ["TRACIFY_TOKEN": "x", "TRACIFY_ENDPONT": "http://127.0.0.1:9/x", "TRACIFY_ENVIRONMENT": "staging"]
        )
        #expect(misspelled.status == 78)
        let noToken = try await ToolProcess.run("replay", path, environment: ["TRACIFY_ENVIRONMENT": "staging"])
        #expect(noToken.status == 78)
        #expect(noToken.errors.hasPrefix("tracifyctl: TRACIFY_TOKEN is not set"))
    }
}
#endif
