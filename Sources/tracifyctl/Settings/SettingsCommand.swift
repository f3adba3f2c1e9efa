//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify
import TracifyConfiguration

/// Lists the settings of an app.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Lists all settings with their values, sources and defaults, and says what is wrong.",
        discussion: """
            The settings are those of the environment, of --env-file and of --file, as the app reads them. Secrets are not shown. The exit \
            code is 1 when a setting is wrong, missing or unknown.

            EXAMPLES
              tracifyctl settings
              tracifyctl settings --set --env-file .env
              tracifyctl settings --json --file /etc/shop/settings.json

            With --json, each setting is an object with the members name, value, source, default, allowed and problem; a variable that is not \
            a setting has only name, source and problem.
            """
    )

    @OptionGroup var sources: SettingOptions

    @Flag(name: .customLong("set"), help: "List only the settings that are set or wrong.")
    var onlySet = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() throws {
        let settings = try self.sources.load()
        let problems = SettingsCheck.problems(in: settings.variables)
        let rows = SettingRow.rows(settings, problems).filter { !self.onlySet || $0.source != nil || $0.problem != nil }
        var output = Output()
        if self.json {
            for row in rows { try output.line(row.json.line) }
        } else {
            try self.printTable(rows, to: &output)
            let count = problems.count
            let style = Style.standardOutput
            try output.line(count == 0 ? style.green("All settings are allowed.") : style.red(count.counted("problem")))
        }
        try output.flush()
        guard problems.isEmpty else { throw ExitCode.failure }
    }

    private func printTable(_ rows: [SettingRow], to output: inout Output) throws {
        let style = Style.standardOutput
        let width = rows.map(\.name.count).max() ?? 0
        for row in rows {
            let name = row.name.printable.padded(to: width)
            let value = row.source.map { "\((row.value ?? "").printable)  \(style.dim("[\($0)]"))" }
            let line = "\(name)  \(value ?? style.dim("default: \(row.defaultValue ?? "none")"))"
            try output.line(row.problem == nil ? line : style.bold(line))
            if let problem = row.problem { try output.line("  \(style.red("^ \(problem)"))") }
        }
    }
}
#endif
