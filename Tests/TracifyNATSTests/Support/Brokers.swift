//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS && os(Linux)
import ChildProcess
import Foundation
import Logging
import Synchronization
import Tracify

@testable import TracifyNATS

/// Brokers of one test: servers on the loopback interface, a cluster if there are several.
final class Brokers: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The program: that of the variable `NATS_SERVER`, or the system's; `nil` without any.
    static let program: String? = {
        let named = ProcessInfo.processInfo.environment["NATS_SERVER"]
        return ([named].compactMap { $0 } + ["/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"])
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    let directory: String
    private let ports: [Int]
    private let routes: [Int]
    private let options: [String]
    private let processes: Mutex<[Int: ChildProcess]> = Mutex([:])

    /// Starts brokers.
    ///
    /// - Parameters:
    ///   - count: The number of brokers.
    ///   - options: More arguments of the server.
    /// - Throws: ``Failure`` without the program, or an error of ``ChildProcess``.
    init(_ count: Int = 1, options: [String] = []) throws {
        self.directory = FileManager.default.temporaryDirectory.appendingPathComponent("nats-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: true)
        let ports = try Self.freePorts(2 * count)
        self.ports = Array(ports.prefix(count))
        self.routes = Array(ports.suffix(count))
        self.options = options
        for index in 0..<count { try self.start(index) }
    }

    deinit {
        self.processes.withLock { $0.removeAll() }
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    /// The URLs of all brokers.
    var servers: [String] { self.ports.map { "nats://127.0.0.1:\($0)" } }

    var configuration: JetStreamConfiguration { JetStreamConfiguration(servers: self.servers) }

    /// Starts a broker that was killed, with other arguments if they are given.
    func start(_ index: Int, options: [String]? = nil) throws {
        guard let program = Self.program else { throw Failure(description: "there is no nats-server") }
        var arguments = ["-a", "127.0.0.1", "-p", "\(self.ports[index])", "-n", "broker-\(index)", "-js"]
        arguments += ["-sd", "\(self.directory)/\(index)"]
        if self.ports.count > 1 {
            arguments += ["--cluster_name", "test", "--cluster", "nats://127.0.0.1:\(self.routes[index])"]
            arguments += ["--routes", self.routes.map { "nats://127.0.0.1:\($0)" }.joined(separator: ",")]
        }
        let process = try ChildProcess(program, arguments + (options ?? self.options))
        self.processes.withLock { $0[index] = process }
    }

    /// Kills a broker, as a crash of its machine would; with `SIGTERM`, it writes what it knows.
    func kill(_ index: Int, by signal: Int32 = SIGKILL) {
        guard let process = self.processes.withLock({ $0.removeValue(forKey: index) }) else { return }
        process.signal(signal)
        process.waitUntilExit()
    }

    /// Lets the first broker, which does not run, forget the messages of a stream, and not what its consumers have noted.
    func loseMessages(of stream: String) throws {
        let messages = "\(self.directory)/0/jetstream/$G/streams/\(stream)/msgs"
        try FileManager.default.removeItem(atPath: messages)
        try FileManager.default.createDirectory(atPath: messages, withIntermediateDirectories: false)
    }

    /// Sends a signal to a broker, such as that to pause.
    func signal(_ index: Int, _ number: Int32) {
        self.processes.withLock { $0[index] }?.signal(number)
    }

    /// Streams with as many replicas as there are brokers.
    var fleet: FleetConfiguration {
        var fleet = FleetConfiguration()
        fleet.replicas = self.ports.count
        // A limit of the streams is reserved on the disk.
        fleet.maximumOrderBytes = 64 << 20
        fleet.maximumObservationBytes = 1 << 30
        return fleet
    }

    /// Creates the streams, with as many replicas as there are brokers.
    func setUp(_ configuration: JetStreamConfiguration? = nil, _ change: (inout FleetConfiguration) -> Void = { _ in })
        async throws
    {
        var fleet = self.fleet
        change(&fleet)
        let setup = try FleetSetup(
            configuration: configuration ?? self.configuration,
            fleet: fleet,
            logger: Logger(label: "test")
        )
        _ = try await setup.run()
    }

    /// Waits until all brokers have all that the streams and their consumers have: only then can each of them be lost.
    func waitUntilInSync() async throws {
        struct Info: Decodable {
            struct Cluster: Decodable {
                struct Replica: Decodable {
                    let current: Bool
                }
                let replicas: [Replica]?
            }
            let cluster: Cluster
        }
        let connection = BrokerConnection(self.configuration, logger: Logger(label: "sync"))
        try await connection.waitUntilConnected()
        for lane in [DeliveryLane.orders, .observations] {
            let stream = FleetNames(prefix: self.configuration.prefix).stream(of: lane)
            for operation in ["STREAM.INFO.\(stream)", "CONSUMER.INFO.\(stream).\(FleetNames.consumer)"] {
                var replicas: [Info.Cluster.Replica] = []
                while replicas.count < self.ports.count - 1 || !replicas.allSatisfy(\.current) {
                    try Task.checkCancellation()
                    replicas = (try? await connection.info(Info.self, operation).cluster.replicas) ?? []
                }
            }
        }
        await connection.close()
    }

    private static func freePorts(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count)
            .map { _ in
                let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                sockets.append(socket)
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_addr.s_addr = inet_addr("127.0.0.1")
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                        bind(socket, pointer, length) == 0 && getsockname(socket, pointer, &length) == 0
                    }
                }
                guard isBound else { throw Failure(description: "there is no free port") }
                return Int(UInt16(bigEndian: address.sin_port))
            }
    }
}
#endif
