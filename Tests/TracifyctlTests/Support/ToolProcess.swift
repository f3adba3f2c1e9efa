//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ChildProcess
import Foundation

/// `tracifyctl` as a process of its own, from the build directory of the tests.
struct ToolProcess {
    /// What a finished process has left.
    struct Result: Sendable {
        let status: Int32
        let output: String
        let errors: String

        /// The lines of standard output.
        var lines: [String] { self.output.split(separator: "\n").map(String.init) }
    }

    private let process: ChildProcess
    private let output: Pipe
    private let errors: Pipe

    /// Starts the tool.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - environment: The environment variables; the test's own are not passed on.
    ///   - input: The text of standard input.
    /// - Returns: The running process.
    /// - Throws: An error of ``ChildProcess``.
    static func start(_ arguments: [String], environment: [String: String] = [:], input: String = "") throws -> ToolProcess {
        let variables = ["PATH": "/usr/bin:/bin", "HOME": NSTemporaryDirectory()].merging(environment) { $1 }
        let (stdin, output, errors) = (Pipe(), Pipe(), Pipe())
        let program = ChildProcess.path(ofBuilt: "tracifyctl")
        let process = try ChildProcess(program, arguments, environment: variables, input: stdin, output: output, errors: errors)
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        return ToolProcess(process: process, output: output, errors: errors)
    }

    /// Runs the tool to its end.
    static func run(_ arguments: String..., environment: [String: String] = [:], input: String = "") async throws -> Result {
        try await self.start(arguments, environment: environment, input: input).finish()
    }

    /// Reads the first lines of standard output.
    func lines(_ count: Int) async -> [String] {
        let handle = self.output.fileHandleForReading
        return await ChildProcess.blocking { (0..<count).compactMap { _ in handle.readLine() } }
    }

    /// Sends a signal.
    func signal(_ number: Int32) { self.process.signal(number) }

    /// Waits for the end.
    func finish() async -> Result {
        async let output = Self.text(self.output)
        async let errors = Self.text(self.errors)
        return await Result(status: self.process.exitStatus(), output: output, errors: errors)
    }

    private static func text(_ pipe: Pipe) async -> String {
        await ChildProcess.blocking { String(decoding: (try? pipe.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self) }
    }
}
#endif
