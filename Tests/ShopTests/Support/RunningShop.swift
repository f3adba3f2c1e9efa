//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit
import AsyncHTTPClient
import Configuration
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import ShopKit
import Testing
import TracifyTesting

@testable import hummingbird_shop

/// A running shop on a real socket, and a client for it.
struct RunningShop {
    let port: Int
    let client: HTTPClient
    /// The collector that the shop starts by itself; `nil` when its settings name a destination.
    let collector: Collector?

    static let userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0"

    /// Runs a shop with these settings while `body` runs, and shuts it down as a deployment does.
    static func with(
        _ variables: [String: String],
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ body: (RunningShop) async throws -> Void
    ) async throws {
        // All tests share few threads, so a short limit of real time would measure them and not the store.
        let defaults = ["PORT": "0", "TRACIFY_STORE_TIMEOUT": "600"]
        let provider = EnvironmentVariablesProvider(environmentVariables: variables.merging(defaults) { given, _ in given })
        let settings = try ShopSettings(config: ConfigReader(provider: provider))
        let setup = try await ShopSetup(settings, provider: provider, logger: logger)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = try ShopServer.make(setup) { port.yield($0) }
        let group = ServiceGroup(configuration: .init(services: setup.services(with: server), logger: logger))
        let client = HTTPClient(configuration: .init(redirectConfiguration: .disallow))

        let run = Task { try await group.run() }
        do {
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            setup.collector?.observe(setup.tracker, shop: "http://127.0.0.1:\(port)/")
            try await body(RunningShop(port: port, client: client, collector: setup.collector))
        } catch {
            try await client.shutdown()
            run.cancel()
            throw error
        }
        // The client closes first, because a graceful shutdown of the server waits for its connections.
        try await client.shutdown()
        await group.triggerGracefulShutdown()
        try await run.value
    }

    struct Response {
        let status: Int
        let headers: HTTPHeaders
        let body: String
    }

    func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Response {
        try await self.send(.GET, path, headers, body: nil)
    }

    func post(_ path: String, form: String, _ headers: [(String, String)] = []) async throws -> Response {
        try await self.send(.POST, path, headers + [("Content-Type", "application/x-www-form-urlencoded")], body: form)
    }

    func post(_ path: String, json: String, _ headers: [(String, String)] = []) async throws -> Response {
        try await self.send(.POST, path, headers + [("Content-Type", "application/json")], body: json)
    }

    private func send(_ method: HTTPMethod, _ path: String, _ headers: [(String, String)], body: String?) async throws -> Response
    {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(self.port)\(path)")
        request.method = method
        request.headers = HTTPHeaders(headers)
        if !request.headers.contains(name: "User-Agent") {
            request.headers.add(name: "User-Agent", value: Self.userAgent)
        }
        if !request.headers.contains(name: "Accept") { request.headers.add(name: "Accept", value: "text/html,*/*;q=0.8") }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await self.client.execute(request, timeout: .seconds(60))
        let content = try await response.body.collect(upTo: 1 << 20)
        return Response(status: Int(response.status.code), headers: response.headers, body: String(buffer: content))
    }
}
#endif
