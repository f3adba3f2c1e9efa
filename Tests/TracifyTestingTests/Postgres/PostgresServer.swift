//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if os(Linux)
import ChildProcess
import Foundation

/// A PostgreSQL server of one test, which listens on a socket in its own directory only.
///
/// As root, it runs as the user `postgres`, because the server refuses to run as root.
final class PostgresServer: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let directory: String
    private let process: ChildProcess

    /// The directory of the newest server that is installed as on Debian; `nil` without any.
    static let tools: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        guard let newest = versions.compactMap({ Int($0) }).max() else { return nil }
        let tools = "\(root)/\(newest)/bin"
        return FileManager.default.isExecutableFile(atPath: "\(tools)/initdb") ? tools : nil
    }()

    private init(directory: String, process: ChildProcess) {
        self.directory = directory
        self.process = process
    }

    /// Starts a server, and returns it once it accepts connections.
    static func start() async throws -> PostgresServer {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("pg-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if geteuid() == 0 { try self.finish("chown", ChildProcess("/usr/bin/chown", ["postgres", directory])) }
        let database = ["-D", "\(directory)/data", "-U", "shop", "--auth=trust", "--no-sync"]
        try self.finish("initdb", self.start("initdb", database))
        // Not by `pg_ctl`: the server is to be a child of the tests, and to end with them.
        let options = ["-D", "\(directory)/data", "-k", directory, "-c", "listen_addresses=", "-c", "fsync=off"]
        let server = PostgresServer(directory: directory, process: try self.start("postgres", options))
        while (try? PostgresConnection(server.connection)) == nil {
            guard server.process.isRunning else { throw Failure(description: "the server ended") }
            try Task.checkCancellation()
            await Task.yield()
        }
        return server
    }

    deinit {
        self.process.signal(SIGQUIT)
        self.process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    var connection: String { "host=\(self.directory) user=shop dbname=postgres" }

    private static func start(_ tool: String, _ arguments: [String]) throws -> ChildProcess {
        guard let tools = self.tools else { throw Failure(description: "PostgreSQL is not installed") }
        // The user may have no right to the directory of the tests.
        let directory = ["-C", "/"]
        let user = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : []
        return try ChildProcess("/usr/bin/env", directory + user + ["\(tools)/\(tool)"] + arguments)
    }

    private static func finish(_ tool: String, _ process: ChildProcess) throws {
        let status = process.waitUntilExit()
        guard status == 0 else { throw Failure(description: "\(tool) ended with status \(status)") }
    }
}
#endif
