//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import ArgumentParser
import NIOCore
import ServiceLifecycle
import Tracify
import TracifyTesting
import UnixSignals
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Runs a collector.
struct CollectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collector",
        abstract: "Runs a fake Tracify endpoint with a live page, for development.",
        discussion: """
            The collector responds as Tracify does and lists events and deviations on its live page. Events are kept in memory only. It \
            stops with Ctrl-C.

            EXAMPLES
              tracifyctl collector
              tracifyctl collector --port 0 --token secret --url-parameters gclid
            """
    )

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 for any free port.")
    var port = 8081

    @Option(help: "The only token that is accepted, a made-up one. Default: any.")
    var token: String?

    @Option(help: "The only customer site ID that is accepted, to find a wrong one. Default: any.")
    var customerSiteID: String?

    @Option(help: "URL parameters that are accepted besides utm_… and trc_…, separated by commas.")
    var urlParameters: String?

    func validate() throws {
        guard (0...65_535).contains(self.port) else { throw UsageError("--port must be from 0 to 65535") }
    }

    func run() async throws {
        var configuration = Collector.Configuration()
        configuration.host = self.host
        configuration.port = self.port
        configuration.token = self.token
        configuration.urlParameters = try URLParameterList.parse(self.urlParameters)
        if let text = self.customerSiteID {
            guard let id = try? CustomerSiteID(text) else { throw UsageError("--customer-site-id must be a UUID") }
            configuration.judge = { $0.customerSiteID == id ? nil : "the customer site ID is not known" }
        }
        let collector: Collector
        do {
            collector = try await Collector.start(configuration: configuration)
        } catch {
            throw self.listeningError(error)
        }
        var output = Output()
        try output.line("Endpoint:  \(collector.endpoint)")
        try output.line("Live page: \(collector.url)/ (as JSON: \(collector.url)/events)")
        let token = self.token == nil ? "any TRACIFY_TOKEN" : "the token of --token as TRACIFY_TOKEN"
        try output.line("Stop with Ctrl-C. Set TRACIFY_ENDPOINT and \(token) in your app.")
        try output.flush()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: collector)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: ToolLogger.errors
            )
        )
        try await group.run()
    }

    private func listeningError(_ error: any Error) -> ToolError {
        let place = "\(self.host) port \(self.port)"
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            return ToolError(
                "Cannot listen on \(place): another program uses the port. Choose another --port, or 0 for any free port."
            )
        case EACCES:
            return ToolError("Cannot listen on \(place): ports below 1024 require more privileges. Choose a higher --port.")
        case EADDRNOTAVAIL:
            return ToolError("Cannot listen on \(place): it is not an address of this machine. Choose another --host.")
        case let number?:
            return ToolError("Cannot listen on \(place): \(String(cString: strerror(number))).")
        case nil:
            return ToolError("Cannot listen on \(place): the host is unknown. Choose another --host.")
        }
    }
}
#endif
