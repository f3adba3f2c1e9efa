//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify
import TracifyConfiguration

/// A setting with its value, for the list.
struct SettingRow: Hashable {
    let name: String
    /// The value; `(secret)` for a secret, `nil` when it is not set or not shown.
    var value: String?
    /// Where the value comes from; `nil` when it is not set.
    var source: String?
    var defaultValue: String?
    var allowed: String?
    /// What is wrong, in one line.
    var problem: String?

    /// Returns the rows of all settings, and of the variables that are no settings.
    static func rows(_ settings: LoadedSettings, _ problems: [ConfigurationError]) -> [SettingRow] {
        var remaining = problems
        func takeProblem(_ name: String) -> String? {
            guard let index = remaining.firstIndex(where: { $0.name == name }) else { return nil }
            return remaining.remove(at: index).description
        }
        // A token that was assigned to another setting by mistake is not shown there either.
        let token = settings["TRACIFY_TOKEN"].flatMap { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) }
        var rows = SettingDescription.all.map { setting in
            let value = settings[setting.name]
            let isHidden = setting.isSecret || value.map { text in token.map(text.contains) ?? false } ?? false
            return SettingRow(
                name: setting.name,
                value: value.map { isHidden ? "(secret)" : $0 },
                source: settings.source(of: setting.name),
                defaultValue: setting.defaultValue,
                allowed: setting.allowed,
                problem: takeProblem(setting.name)
            )
        }
        rows += remaining.map { problem in
            // A token may have been set under a wrong name.
            let source = settings.source(of: problem.name)
            let value = source == nil ? nil : "(not shown)"
            return SettingRow(name: problem.name, value: value, source: source, problem: problem.description)
        }
        return rows
    }

    var json: JSONValue {
        .object([
            "name": .string(self.name), "value": self.value.map { .string($0) }, "source": self.source.map { .string($0) },
            "default": self.defaultValue.map { .string($0) }, "allowed": self.allowed.map { .string($0) },
            "problem": self.problem.map { .string($0) },
        ])
    }
}
#endif
