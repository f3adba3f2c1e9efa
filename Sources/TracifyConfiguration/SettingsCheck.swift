//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Configuration
import Tracify
import TracifyHTTP
#if NATS
import TracifyNATS
#endif

/// The check of all settings at once, for tools: a start stops at the first wrong one.
package enum SettingsCheck {
    /// Returns the errors about all environment variables, as `Tracker(config:)` would throw them one after the other.
    ///
    /// The store and the file sink are not opened.
    ///
    /// - Parameter environment: The environment variables.
    /// - Returns: The errors; empty when a tracker would start.
    package static func problems(in environment: [String: String]) -> [ConfigurationError] {
        let unknown = SettingNames.unknown(in: environment)
        var problems = unknown.map { ConfigurationError.unknown($0, nearest: SettingNames.nearest(to: $0)) }
        var variables = environment.filter { !unknown.contains($0.key) }
        // Each round removes, adds or replaces a variable.
        for _ in 0..<(2 * Setting.all.count) {
            do throws(ConfigurationError) {
                try self.check(variables)
                return problems
            } catch {
                if !problems.contains(where: { $0.name == error.name }) { problems.append(error) }
                if let placeholder = self.placeholders[error.name], variables[error.name] != placeholder {
                    variables[error.name] = placeholder
                } else if variables.removeValue(forKey: error.name) == nil {
                    return problems
                }
                // A token whose file is wrong is not missing.
                if error.name == Setting.tokenFile.name { variables[Setting.token.name] = self.placeholders[Setting.token.name] }
            }
        }
        return problems
    }

    /// The values with which the check goes on after an error about a setting that is required, or that others require.
    ///
    /// Without a value, one cause would be two errors.
    private static let placeholders = [
        Setting.customerSiteID.name: "00000000-0000-0000-0000-000000000000", Setting.token.name: "placeholder",
        Setting.filePath.name: "placeholder", Setting.natsServers.name: "nats://127.0.0.1",
        Setting.trustedProxies.name: "127.0.0.1",
    ]

    private static func check(_ environment: [String: String]) throws(ConfigurationError) {
        let config = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: environment))
        let reader = SettingReader(config)
        let isEnabled = try reader.flag(.enabled) ?? true
        try Tracker.checkDestination(reader, needsToken: isEnabled)
        _ = try Tracker.Configuration(config: config)
        let kind = try Tracker.sinkKind(reader)
        #if SQLite
        _ = try reader.storeMaximumBytes()
        #endif
        guard isEnabled else { return }
        try Tracker.checkFilePath(kind, reader)
        switch kind {
        case "file": _ = try FileSink.Configuration(config: config)
        case "memory": break
        #if NATS
        case "nats": _ = try JetStreamConfiguration(config: config)
        #endif
        default: _ = try HTTPSink.Configuration(config: config, environment: environment)
        }
    }
}
#endif
