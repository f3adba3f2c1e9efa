//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser

/// The command line of swift-tracify.
struct Tracifyctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tracifyctl",
        abstract: "Checks, explains and delivers events of Tracify's server-side events API.",
        discussion: """
            Results go to standard output, errors and progress to standard error. An error is one line. Personal data is never printed.

            EXIT CODES
              0   success
              1   findings: deviations, wrong settings, events that were not delivered, failed checks
              64  wrong usage
              65  an input file is not in the format that it should have
              66  an input file cannot be read
              75  a store is in use by a running process
              78  a setting is missing or wrong

            ENVIRONMENT
              TRACIFY_…   the settings of the app; see 'tracifyctl settings'
              NO_COLOR    turns colors off

            SHELL COMPLETION
              tracifyctl --generate-completion-script zsh > ~/.zsh/completion/_tracifyctl
            """,
        version: "0.1.0",
        subcommands: [
            CollectorCommand.self, HashCommand.self, ValidateCommand.self, ExplainCommand.self, SettingsCommand.self,
            StoreCommand.self, ReplayCommand.self, DoctorCommand.self,
        ] + Self.fleet
    )

    /// The commands of a build with the package trait `NATS`.
    private static var fleet: [any ParsableCommand.Type] {
        #if NATS
        [RelayCommand.self, FleetCommand.self]
        #else
        []
        #endif
    }
}
#endif
