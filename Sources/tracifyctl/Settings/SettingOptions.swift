//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The options that say where the settings of the app are.
struct SettingOptions: ParsableArguments {
    @Option(help: "A file of lines NAME=value, as containers read it. The environment goes first.")
    var envFile: String?

    @Option(name: .customLong("file"), help: "A JSON file with an object 'tracify'. The environment and --env-file go first.")
    var settingsFile: String?

    /// Reads the settings.
    ///
    /// - Throws: ``ToolError`` about a file that cannot be read.
    func load() throws(ToolError) -> LoadedSettings {
        try LoadedSettings(
            environment: ProcessInfo.processInfo.environment,
            envFile: self.envFile,
            settingsFile: self.settingsFile
        )
    }
}
#endif
