//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Testing
import Tracify
import TracifyConfiguration

@testable import tracifyctl

struct SettingsTests {
    private static let complete = ["TRACIFY_CUSTOMER_SITE_ID": TestEvents.site, "TRACIFY_TOKEN": "secret-token"]

    @Test func listsEverySettingAndHidesSecrets() async throws {
        let result = try await ToolProcess.run("settings", "--json", environment: Self.complete)
        #expect(result.status == 0)
        #expect(result.lines.count == SettingDescription.all.count)
        let token = result.lines.first { $0.contains(#""TRACIFY_TOKEN""#) }
        #expect(token?.contains(#""value":"(secret)","source":"environment""#) == true)
        #expect(!result.output.contains("secret-token"))
    }

    @Test func listsAllProblemsAtOnce() async throws {
        let wrong = [
            "TRACIFY_BATCH_SIZE": "many", "TRACIFY_FLUSH_INTERVAL": "-1", "TRACIFY_BATCHSIZE": "5",
            "TRACIFY_PROXY_PRESET": "nginx",
        ]
        let result = try await ToolProcess.run("settings", environment: Self.complete.merging(wrong) { $1 })
        #expect(result.status == 1)
        #expect(result.output.contains("TRACIFY_BATCH_SIZE is \"many\"; allowed: a whole number from 1 to 10000"))
        #expect(result.output.contains("TRACIFY_FLUSH_INTERVAL is \"-1\""))
        #expect(result.output.contains("TRACIFY_BATCHSIZE is not a setting; did you mean TRACIFY_BATCH_SIZE?"))
        #expect(result.output.contains("TRACIFY_PROXY_PRESET is \"nginx\"; allowed: only together with TRACIFY_TRUSTED_PROXIES"))
        #expect(result.lines.last == "4 problems")
    }

    @Test func missingSettingsDoNotHideOthers() {
        let problems = SettingsCheck.problems(in: ["TRACIFY_BATCH_SIZE": "0"])
        #expect(Set(problems.map(\.name)) == ["TRACIFY_CUSTOMER_SITE_ID", "TRACIFY_TOKEN", "TRACIFY_BATCH_SIZE"])
    }

    @Test(arguments: [
        ["TRACIFY_CUSTOMER_SITE_ID": "nonsense"], ["TRACIFY_TOKEN": "bad token"],
        ["TRACIFY_TOKEN": "", "TRACIFY_TOKEN_FILE": "/nonexistent"], ["TRACIFY_FILE_PATH": "events.ndjson"],
        ["TRACIFY_TRUSTED_PROXIES": "nginx", "TRACIFY_PROXY_PRESET": "nginx"],
    ])
    func oneCauseIsOneProblem(_ wrong: [String: String]) async throws {
        for endpoint in [[:], ["TRACIFY_ENDPOINT": "http://127.0.0.1:9/api/v1/events"]] {
            let environment = Self.complete.merging(wrong) { $1 }.merging(endpoint) { $1 }
            let table = try await ToolProcess.run("settings", "--set", environment: environment)
            #expect(table.lines.last == "1 problem")
            #expect(!table.output.contains("is not set") && !table.output.contains("(not shown)"))
            let json = try await ToolProcess.run("settings", "--json", environment: environment)
            #expect(json.lines.filter { $0.contains(#""problem":""#) }.count == 1)
            #expect(json.lines.count == SettingDescription.all.count)
        }
    }

    @Test func hidesTokenUnderAnotherName() async throws {
        let environment = Self.complete.merging(["TRACIFY_SITES": "secret-token"]) { $1 }
        let result = try await ToolProcess.run("settings", environment: environment)
        #expect(!result.output.contains("secret-token"))
    }

    @Test func environmentGoesBeforeFiles() throws {
        let files = try TestFiles()
        let json =
            #"{"tracify":{"batchSize":7,"flushInterval":2.5,"alwaysHttps":true,"sites":["a.example","b.example"],"queueCapacity":9}}"#
        let settings = try LoadedSettings(
            environment: ["TRACIFY_BATCH_SIZE": "5", "TRACIFY_FLUSH_INTERVAL": ""],
            envFile: try files.write("# comment\nTRACIFY_BATCH_SIZE=6\n TRACIFY_QUEUE_CAPACITY = 8 \n", to: ".env"),
            settingsFile: try files.write(json, to: "settings.json")
        )
        #expect(settings["TRACIFY_BATCH_SIZE"] == "5")
        #expect(settings.source(of: "TRACIFY_BATCH_SIZE") == "environment")
        #expect(settings["TRACIFY_QUEUE_CAPACITY"] == "8")
        #expect(settings.source(of: "TRACIFY_QUEUE_CAPACITY") == files.path(".env"))
        #expect(settings["TRACIFY_FLUSH_INTERVAL"] == "2.5")
        #expect(settings["TRACIFY_ALWAYS_HTTPS"] == "true")
        #expect(settings["TRACIFY_SITES"] == "a.example,b.example")
    }

    @Test func unknownKeyOfFileIsAProblem() async throws {
        let files = try TestFiles()
        let path = try files.write(#"{"tracify":{"batchsize":7}}"#, to: "settings.json")
        let result = try await ToolProcess.run("settings", "--file", path, environment: Self.complete)
        #expect(result.status == 1)
        #expect(result.output.contains("TRACIFY_BATCHSIZE is not a setting"))
    }
}
#endif
