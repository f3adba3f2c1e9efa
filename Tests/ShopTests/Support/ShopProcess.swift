//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import Foundation

/// A shop in a process of its own, which can be killed.
final class ShopProcess: Sendable {
    struct NoShop: Error {}

    private let process: Process
    /// The URL of the shop, without a path.
    let url: String
    /// The port of the shop.
    var port: Int { self.url.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    private init(process: Process, url: String) {
        self.process = process
        self.url = url
    }

    /// Starts a shop from the build directory of the tests, and waits until it accepts requests.
    ///
    /// - Parameters:
    ///   - name: The program's name.
    ///   - variables: The shop's environment variables.
    /// - Returns: The running shop.
    /// - Throws: ``NoShop`` if the shop does not start, or an error of `Process`.
    static func start(_ name: String, _ variables: [String: String]) async throws -> ShopProcess {
        let directory = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let process = Process()
        process.executableURL = directory.appendingPathComponent(name)
        // The variables of the tests are no settings of a shop.
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TRACIFY_") }
            .merging(variables) { _, given in given }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let handle = output.fileHandleForReading
        let line = await Self.blocking { () -> String in
            var text = Data()
            while let data = try? handle.read(upToCount: 1), !data.isEmpty, data.first != UInt8(ascii: "\n") { text += data }
            return String(decoding: text, as: UTF8.self)
        }
        guard let start = line.range(of: "http://") else { throw NoShop() }
        return ShopProcess(process: process, url: String(line[start.lowerBound...].dropLast()))
    }

    /// Kills the process and waits until it has exited.
    func kill() async {
        Foundation.kill(self.process.processIdentifier, SIGKILL)
        await self.waitForExit()
    }

    /// Requests a graceful shutdown, as a deployment does.
    func requestShutdown() {
        Foundation.kill(self.process.processIdentifier, SIGTERM)
    }

    /// Requests a graceful shutdown, and waits until the process has exited.
    func terminate() async -> Int32 {
        self.requestShutdown()
        return await self.exitStatus()
    }

    /// Waits until the process has exited.
    func exitStatus() async -> Int32 {
        await self.waitForExit()
        return self.process.terminationStatus
    }

    private func waitForExit() async {
        await Self.blocking { self.process.waitUntilExit() }
    }

    /// Runs a blocking call outside the threads of Swift concurrency.
    private static func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }
}
#endif
