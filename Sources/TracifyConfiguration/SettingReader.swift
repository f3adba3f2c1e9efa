//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Configuration
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads settings as text, whatever type they have at their source: an environment variable is text, a file may hold a number.
///
/// An empty one counts as not set, because deployments leave variables out that way.
struct SettingReader {
    private let config: ConfigReader
    private let token: String?

    init(_ config: ConfigReader) {
        self.config = config
        let token = config.string(forKey: Setting.token.key, isSecret: true) ?? ""
        // Trimmed as the token itself is.
        let words = token.split(whereSeparator: \.isWhitespace)
        self.token = words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// Returns the text of a setting; `nil` when it is not set.
    func text(_ setting: Setting) -> String? {
        let text = self.anyText(setting.key, isSecret: setting.isSecret)
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func anyText(_ key: ConfigKey, isSecret: Bool) -> String? {
        if let text = self.config.string(forKey: key, isSecret: isSecret) { return text }
        if let number = self.config.int(forKey: key, isSecret: isSecret) { return String(number) }
        if let number = self.config.double(forKey: key, isSecret: isSecret) { return String(number) }
        if let flag = self.config.bool(forKey: key, isSecret: isSecret) { return String(flag) }
        return self.config.stringArray(forKey: key, isSecret: isSecret)?.joined(separator: ",")
    }

    /// Returns the value that `parse` makes of a setting; `nil` when it is not set.
    ///
    /// - Throws: ``ConfigurationError`` when `parse` returns `nil`.
    func value<Value>(_ setting: Setting, allowed: String, _ parse: (String) -> Value?) throws(ConfigurationError) -> Value? {
        guard let text = self.text(setting) else { return nil }
        guard let value = parse(text) else { throw self.invalid(setting, text, allowed: allowed) }
        return value
    }

    /// Returns the value that `parse` makes of a setting; `nil` when it is not set.
    ///
    /// - Throws: ``ConfigurationError`` when `parse` throws.
    func value<Value>(
        _ setting: Setting,
        _ parse: (String) throws(ValidationError) -> Value
    ) throws(ConfigurationError) -> Value? {
        guard let text = self.text(setting) else { return nil }
        do {
            return try parse(text)
        } catch {
            throw self.invalid(setting, text, allowed: error.allowed)
        }
    }

    /// Returns the values that `parse` makes of the elements of a list, separated by commas.
    func list<Value>(
        _ setting: Setting,
        _ parse: (String) throws(ValidationError) -> Value
    ) throws(ConfigurationError) -> [Value]? {
        try self.value(setting) { text throws(ValidationError) in
            var values: [Value] = []
            for element in text.split(separator: ",") {
                let trimmed = element.drop(while: \.isWhitespace)
                guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { continue }
                values.append(try parse(String(trimmed[...last])))
            }
            return values
        }
    }

    func integer(_ setting: Setting, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        try self.value(setting, allowed: "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    func seconds(_ setting: Setting, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration? {
        try self.value(setting, allowed: "seconds from \(ValidationError.seconds(range))") { text in
            // Bounded before the conversion, which traps for what no duration holds.
            guard let seconds = Double(text), abs(seconds) <= 1e9 else { return nil }
            let duration = Duration.seconds(seconds)
            return range.contains(duration) ? duration : nil
        }
    }

    func flag(_ setting: Setting) throws(ConfigurationError) -> Bool? {
        try self.value(setting, allowed: "true or false") { text in
            switch text {
            case "true": true
            case "false": false
            default: nil
            }
        }
    }

    /// Returns the error about a value.
    ///
    /// It never shows the token, not even one that was set under another name by mistake.
    func invalid(_ setting: Setting, _ text: String, allowed: String) -> ConfigurationError {
        let isShown = !setting.isSecret && !(self.token.map(text.contains) ?? false)
        return .invalid(setting.name, value: isShown ? text : nil, allowed: allowed)
    }
}
#endif
