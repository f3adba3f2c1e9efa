//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing

struct UsageTests {
    @Test(arguments: [
        ["nothing"], ["validate"], ["hash"], ["explain"], ["collector", "--port", "70000"], ["replay", "x", "--rate", "0"],
    ])
    func wrongUsageIsOneLine(_ arguments: [String]) async throws {
        let result = try await ToolProcess.start(arguments).finish()
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("tracifyctl: "))
        #expect(result.errors.split(separator: "\n").count == 1)
    }

    @Test(arguments: ["collector", "hash", "validate", "explain", "settings", "store", "replay", "doctor"])
    func eachCommandHasHelp(_ command: String) async throws {
        let result = try await ToolProcess.run("help", command)
        #expect(result.status == 0)
        #expect(result.output.contains("tracifyctl \(command)"))
        #expect(result.errors.isEmpty)
    }

    @Test func generatesShellCompletion() async throws {
        let result = try await ToolProcess.run("--generate-completion-script", "bash")
        #expect(result.status == 0)
        #expect(result.output.contains("tracifyctl"))
    }

    @Test func missingFileIsOneLine() async throws {
        let result = try await ToolProcess.run("validate", "/nonexistent/events.ndjson")
        #expect(result.status == 66)
        #expect(result.errors == "tracifyctl: Cannot read /nonexistent/events.ndjson: No such file or directory.\n")
    }
}
#endif
