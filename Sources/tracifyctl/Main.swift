//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif
#if Tool
import ArgumentParser
import Tracify
import TracifyConfiguration
#endif

@main
enum Main {
    static func main() async {
        #if Tool
        do {
            try self.checkHelp()
            var command = try Tracifyctl.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            self.end(with: error)
        }
        #else
        print("tracifyctl needs the package trait Tool.")
        exit(1)
        #endif
    }

    #if Tool
    /// Refuses the help of a command that does not exist, in place of which ArgumentParser prints that of the command above.
    private static func checkHelp() throws(ToolError) {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.first == "help" else { return }
        let path = CommandPath(arguments.dropFirst())
        guard let unknown = path.unknown, unknown != "help" else { return }
        throw ToolError("Unknown subcommand '\(unknown)'. \(path.hint)", .validationFailure)
    }

    /// Ends the process with the error's exit code, after one line about it.
    private static func end(with error: any Error) -> Never {
        switch error {
        case let error as ToolError:
            self.end(error.message, error.code)
        case let error as ConfigurationError:
            self.end(error.description, .configuration)
        case let error as Tracify.ValidationError:
            self.end("\(error)", .configuration)
        default:
            let code = Tracifyctl.exitCode(for: error)
            // Help, the version and completion scripts go to standard output, and exit codes have no message.
            guard code == .validationFailure else {
                if error is ExitCode || code == .success { Tracifyctl.exit(withError: error) }
                self.end("\(error)", code)
            }
            let message = Tracifyctl.message(for: error)
            let end = message.last.map { ".?!".contains($0) } == true ? "" : "."
            self.end("\(message)\(end) \(CommandPath(CommandLine.arguments.dropFirst()).hint)", code)
        }
    }

    private static func end(_ message: String, _ code: ExitCode) -> Never {
        if !message.isEmpty { StandardError.write("tracifyctl: \(message.printable)") }
        exit(code.rawValue)
    }
    #endif
}
