//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Foundation
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
        let subcommand = arguments.first == "nothing" ? "" : " \(arguments[0])"
        #expect(result.errors.hasSuffix(". See 'tracifyctl\(subcommand) --help'.\n"))
        #expect(!result.errors.contains(".. See"))
    }

    @Test func pointsToTheHelpOfTheCommand() async throws {
        let option = try await ToolProcess.run("explain", "https://shop.example/", "--jsn")
        #expect(option.status == 64)
        #expect(option.errors.hasSuffix("Did you mean '--json'? See 'tracifyctl explain --help'.\n"))
        let kind = try await ToolProcess.run("hash", "--stdin", "agents")
        #expect(kind.errors.hasSuffix("'agent'. See 'tracifyctl hash --help'.\n"))
        let nested = try await ToolProcess.run("store", "list", "--nothing")
        #expect(nested.errors.hasSuffix(". See 'tracifyctl store list --help'.\n"))
    }

    @Test(arguments: [(["help", "nonsense"], ""), (["help", "store", "nonsense"], " store")])
    func helpOfUnknownCommandIsWrongUsage(_ arguments: [String], _ command: String) async throws {
        let result = try await ToolProcess.start(arguments).finish()
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(result.errors == "tracifyctl: Unknown subcommand 'nonsense'. See 'tracifyctl\(command) --help'.\n")
        #expect(try await ToolProcess.run("help", "store", "list").status == 0)
        #expect(try await ToolProcess.run("help").status == 0)
    }

    @Test func versionIsThatOfTheChangelog() async throws {
        let result = try await ToolProcess.run("--version")
        #expect(result.status == 0)
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
        let changelog = try String(contentsOf: root.appendingPathComponent("CHANGELOG.md"), encoding: .utf8)
        let version = try #require(changelog.firstMatch(of: /\n## .*?(\d+\.\d+\.\d+)/)).output.1
        #expect(result.output == "\(version)\n")
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
