//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
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

    let process: Process
    private let output: Pipe
    private let errors: Pipe

    /// Starts the tool.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - environment: The environment variables; the test's own are not passed on.
    ///   - input: The text of standard input.
    /// - Returns: The running process.
    /// - Throws: The error of `Process`.
    static func start(_ arguments: [String], environment: [String: String] = [:], input: String = "") throws -> ToolProcess {
        let directory = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        process.executableURL = directory.appendingPathComponent("tracifyctl")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "HOME": NSTemporaryDirectory()].merging(environment) { $1 }
        let (stdin, output, errors) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = output
        process.standardError = errors
        try process.run()
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
        return await Self.blocking {
            var lines: [String] = []
            var line = Data()
            while lines.count < count, let byte = try? handle.read(upToCount: 1), !byte.isEmpty {
                if byte.first == UInt8(ascii: "\n") {
                    lines.append(String(decoding: line, as: UTF8.self))
                    line = Data()
                } else {
                    line += byte
                }
            }
            return lines
        }
    }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(self.process.processIdentifier, number) }

    /// Waits for the end.
    func finish() async -> Result {
        let (output, errors) = (self.output.fileHandleForReading, self.errors.fileHandleForReading)
        async let errorText = Self.blocking { String(decoding: (try? errors.readToEnd()) ?? Data(), as: UTF8.self) }
        let text = await Self.blocking { String(decoding: (try? output.readToEnd()) ?? Data(), as: UTF8.self) }
        let process = UncheckedProcess(process: self.process)
        let status = await Self.blocking {
            process.process.waitUntilExit()
            return process.process.terminationStatus
        }
        return Result(status: status, output: text, errors: await errorText)
    }

    /// A process that one thread at a time uses.
    private struct UncheckedProcess: @unchecked Sendable {  // Only the thread that waits for the exit uses it.
        let process: Process
    }

    /// Runs a blocking call outside the threads of Swift concurrency.
    private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }
}
#endif
