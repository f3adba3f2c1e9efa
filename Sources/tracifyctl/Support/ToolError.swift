//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser

/// An error that ends the tool, in one line.
struct ToolError: Error, Hashable {
    /// What happened, to what, why, and what to do; empty for an end without a message.
    let message: String
    /// The exit code.
    let code: ExitCode

    init(_ message: String, _ code: ExitCode = .failure) {
        self.message = message
        self.code = code
    }

    static func == (lhs: ToolError, rhs: ToolError) -> Bool {
        lhs.message == rhs.message && lhs.code == rhs.code
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.message)
        hasher.combine(self.code.rawValue)
    }
}

/// A wrong use of a command, with exit code 64.
///
/// The library has an error of the same name.
typealias UsageError = ArgumentParser.ValidationError

/// The exit codes besides 0, 1 and 64, with their numbers in `sysexits.h`.
extension ExitCode {
    /// An input file is not in the format that it should have.
    static let dataFormat = ExitCode(65)
    /// An input file cannot be read.
    static let noInput = ExitCode(66)
    /// A store is in use by a running process.
    static let temporaryFailure = ExitCode(75)
    /// A setting is missing or wrong.
    static let configuration = ExitCode(78)
}
#endif
