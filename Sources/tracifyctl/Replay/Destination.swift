//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import Tracify
import TracifyConfiguration
import TracifyHTTP

/// The destination that the settings and flags of a command name.
struct Destination {
    /// The settings, with the endpoint of the flag.
    private(set) var settings: LoadedSettings

    /// Applies the flag `--endpoint`, and checks that a destination is named.
    ///
    /// The library's default is production. A tool must not send there because a name is misspelled.
    init(_ settings: LoadedSettings, endpoint: String?) throws {
        self.settings = settings
        if let endpoint {
            self.settings.remove("TRACIFY_ENVIRONMENT")
            self.settings.set("TRACIFY_ENDPOINT", endpoint, source: "--endpoint")
        }
        if let problem = SettingsCheck.problems(in: self.settings.variables).first(where: { $0.code == .unknown }) {
            throw problem
        }
        guard self.settings["TRACIFY_ENDPOINT"] != nil || self.settings["TRACIFY_ENVIRONMENT"] != nil else {
            throw ToolError(
                "No destination is named. Give --endpoint, or set TRACIFY_ENDPOINT or TRACIFY_ENVIRONMENT.",
                .configuration
            )
        }
    }

    /// The configuration of a sink that delivers there; the token is never a flag.
    func configuration() throws -> HTTPSink.Configuration {
        try HTTPSink.Configuration(config: self.settings.config, environment: self.settings.variables)
    }

    /// The configuration without the real token, for a dry run.
    func configurationWithoutToken() throws -> HTTPSink.Configuration {
        var settings = self.settings
        settings.remove("TRACIFY_TOKEN_FILE")
        settings.set("TRACIFY_TOKEN", "none", source: "tracifyctl")
        return try HTTPSink.Configuration(config: settings.config, environment: settings.variables)
    }
}
#endif
