//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if os(Linux)
import Foundation

/// A PostgreSQL server of one test, which listens on a socket in its own directory only.
///
/// As root, it runs as the user `postgres`, because the server refuses to run as root.
final class PostgresServer: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let directory: String
    private let process: Process

    /// The directory of the newest server that is installed as on Debian; `nil` without any.
    static let tools: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        guard let newest = versions.compactMap({ Int($0) }).max() else { return nil }
        let tools = "\(root)/\(newest)/bin"
        return FileManager.default.isExecutableFile(atPath: "\(tools)/initdb") ? tools : nil
    }()

    private init(directory: String, process: Process) {
        self.directory = directory
        self.process = process
    }

    /// Starts a server, and returns it once it accepts connections.
    static func start() async throws -> PostgresServer {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("pg-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if geteuid() == 0 { try self.finish(self.process("/usr/bin/chown", ["postgres", directory])) }
        try self.finish(self.serverProcess("initdb", ["-D", "\(directory)/data", "-U", "shop", "--auth=trust", "--no-sync"]))
        // Not by `pg_ctl`: its end is not noticed as long as the server runs, which inherits its descriptors.
        let options = ["-D", "\(directory)/data", "-k", directory, "-c", "listen_addresses=", "-c", "fsync=off"]
        let process = try self.serverProcess("postgres", options)
        try process.run()
        let server = PostgresServer(directory: directory, process: process)
        while (try? PostgresConnection(server.connection)) == nil {
            guard process.isRunning else { throw Failure(description: "the server ended") }
            try Task.checkCancellation()
            await Task.yield()
        }
        return server
    }

    deinit {
        kill(self.process.processIdentifier, SIGQUIT)
        self.process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    var connection: String { "host=\(self.directory) user=shop dbname=postgres" }

    private static func serverProcess(_ tool: String, _ arguments: [String]) throws -> Process {
        guard let tools = self.tools else { throw Failure(description: "PostgreSQL is not installed") }
        guard geteuid() == 0 else { return self.process("\(tools)/\(tool)", arguments) }
        let user = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--", "\(tools)/\(tool)"]
        return self.process("/usr/bin/setpriv", user + arguments)
    }

    private static func process(_ tool: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: tool)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: "/")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }

    private static func finish(_ process: Process) throws {
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(process.executableURL?.path ?? "") ended with status \(process.terminationStatus)")
        }
    }
}
#endif
