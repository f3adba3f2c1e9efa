//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser

/// The command that arguments name, such as `tracifyctl store list`.
struct CommandPath {
    /// The name of the command, from the tool's on.
    private(set) var name: String
    /// The first argument that is no option and no subcommand; `nil` when there is none.
    private(set) var unknown: String?

    private static let root: any ParsableCommand.Type = Tracifyctl.self

    init(_ arguments: some Sequence<String>) {
        var command = Self.root
        self.name = Self.name(of: command)
        for argument in arguments where !argument.hasPrefix("-") {
            guard let next = command.configuration.subcommands.first(where: { Self.name(of: $0) == argument }) else {
                self.unknown = argument
                return
            }
            command = next
            self.name += " \(argument)"
        }
    }

    private static func name(of command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }

    /// The sentence that points to the help of the command.
    var hint: String { "See '\(self.name) --help'." }
}
#endif
