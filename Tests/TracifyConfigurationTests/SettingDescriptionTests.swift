//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Configuration
import Foundation
import Testing
import Tracify

@testable import TracifyConfiguration

struct SettingDescriptionTests {
    @Test func hasEverySettingOnce() {
        #expect(SettingDescription.all.count == Setting.all.count)
        #expect(Set(SettingDescription.all.map(\.name)) == Set(Setting.all.map(\.name)))
    }

    @Test func agreesWithTheArticle() throws {
        let article = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Tracify/Documentation.docc/Settings.md")
        let text = try String(contentsOf: article, encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `TRACIFY_") && !$0.contains("COLLECTOR_PORT") }
            .map { row in row.split(separator: "|").map { Self.plain($0) } }
        let described = SettingDescription.all.map { [$0.name, $0.key, $0.allowed, $0.defaultValue] }
        #expect(rows == described)
    }

    /// Returns the text of a cell without marks and references.
    private static func plain(_ cell: Substring) -> String {
        cell.replacing(/; see (below|<doc:\w+>)/, with: "").replacing("`", with: "").trimmingCharacters(in: .whitespaces)
    }

    /// A default that is a number or a flag is what the readers use without the setting.
    @Test(arguments: SettingDescription.all)
    func defaultChangesNothing(_ setting: SettingDescription) throws {
        let value = setting.defaultValue.replacing(",", with: "")
        guard Double(value) != nil || ["true", "false", "always", "default"].contains(value) else { return }
        func configuration(_ variables: [String: String]) throws -> String {
            let all = variables.merging(["TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da"]) { $1 }
            let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: all))
            let configuration = try Tracker.Configuration(config: reader)
            let capture = configuration.capture
            // Part by part: a policy of consent holds a closure, which has no text.
            let parts: [Any] = [
                configuration.isEnabled, configuration.sessions, configuration.encoding, configuration.queue,
                configuration.batches,
                configuration.retry, configuration.shutdown, configuration.retention, configuration.storeTimeout,
                configuration.maximumDeadLetters, capture.lowercasesEmail, capture.isAlwaysHTTPS, capture.countsCrawlers,
                capture.redaction,
            ]
            return parts.map { String(reflecting: $0) }.joined(separator: "\n")
        }
        #expect(try configuration([setting.name: value]) == configuration([:]))
    }
}
#endif
