//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import ChildProcess
import Foundation

/// A shop in a process of its own, which can be killed.
final class ShopProcess: Sendable {
    struct NoShop: Error {}

    private let process: ChildProcess
    /// The URL of the shop, without a path.
    let url: String
    /// The port of the shop.
    var port: Int { self.url.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    private init(process: ChildProcess, url: String) {
        self.process = process
        self.url = url
    }

    /// Starts a shop from the build directory of the tests, and waits until it accepts requests.
    ///
    /// - Parameters:
    ///   - name: The program's name.
    ///   - variables: The shop's environment variables.
    /// - Returns: The running shop.
    /// - Throws: ``NoShop`` if the shop does not start, or an error of ``ChildProcess``.
    static func start(_ name: String, _ variables: [String: String]) async throws -> ShopProcess {
        // The variables of the tests are no settings of a shop.
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TRACIFY_") }
            .merging(variables) { _, given in given }
        let output = Pipe()
        let process = try ChildProcess(ChildProcess.path(ofBuilt: name), environment: environment, output: output)
        let line = await ChildProcess.blocking { output.fileHandleForReading.readLine() }
        guard let line, let start = line.range(of: "http://") else { throw NoShop() }
        return ShopProcess(process: process, url: String(line[start.lowerBound...].dropLast()))
    }

    /// Kills the process and waits until it has exited.
    func kill() async {
        self.process.signal(SIGKILL)
        _ = await self.process.exitStatus()
    }

    /// Requests a graceful shutdown, as a deployment does.
    func requestShutdown() {
        self.process.signal(SIGTERM)
    }

    /// Requests a graceful shutdown, and waits until the process has exited.
    func terminate() async -> Int32 {
        self.requestShutdown()
        return await self.exitStatus()
    }

    /// Waits until the process has exited.
    func exitStatus() async -> Int32 {
        await self.process.exitStatus()
    }
}
#endif
