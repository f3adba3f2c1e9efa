//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing

/// A shop of this package and the version of HTTP that the test uses.
struct ShopStack: CustomTestStringConvertible {
    enum Version: String {
        case http1 = "HTTP/1.1"
        case http2 = "HTTP/2"
    }

    let program: String
    let version: Version

    var testDescription: String { "\(self.program) over \(self.version.rawValue)" }

    /// All combinations of shops and versions.
    static let all: [ShopStack] = {
        var all: [ShopStack] = []
        #if Hummingbird
        all += [ShopStack(program: "hummingbird-shop", version: .http1), ShopStack(program: "hummingbird-shop", version: .http2)]
        #endif
        all += [ShopStack(program: "nio-shop", version: .http1), ShopStack(program: "nio-shop", version: .http2)]
        #if FlyingFox
        all.append(ShopStack(program: "flyingfox-shop", version: .http1))
        #endif
        #if Vapor
        all.append(ShopStack(program: "vapor-shop", version: .http1))
        #endif
        return all
    }()

    /// Starts the shop, runs `body` with one connection to it, and shuts it down as a deployment does.
    ///
    /// - Returns: The exit status of the shop.
    func run(_ variables: [String: String], _ body: (_ send: (Request) async throws -> Response) async throws -> Void)
        async throws
        -> Int32
    {
        let defaults = ["PORT": "0", "LOG_LEVEL": "critical", "HTTP2": self.version == .http2 ? "true" : "false"]
        let shop = try await ShopProcess.start(self.program, variables.merging(defaults) { given, _ in given })
        do {
            switch self.version {
            case .http1: try await self.overHTTP1(shop.url, body)
            case .http2: try await self.overHTTP2(shop.port, body)
            }
        } catch {
            await shop.kill()
            throw error
        }
        return await shop.terminate()
    }

    private func overHTTP1(_ url: String, _ body: (_ send: (Request) async throws -> Response) async throws -> Void) async throws
    {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1
        let client = HTTPClient(configuration: configuration)
        do {
            try await body { outgoing in
                var request = HTTPClientRequest(url: url + outgoing.path)
                request.method = outgoing.method
                request.headers = outgoing.headers
                if let text = outgoing.body { request.body = .bytes(ByteBuffer(string: text)) }
                let response = try await client.execute(request, timeout: .seconds(60))
                let content = try await response.body.collect(upTo: 1 << 20)
                return Response(status: Int(response.status.code), body: String(buffer: content))
            }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func overHTTP2(_ port: Int, _ body: (_ send: (Request) async throws -> Response) async throws -> Void) async throws {
        let client = try await HTTP2Client.connect(to: port)
        try await body { outgoing in
            var head = HTTPRequestHead(version: .http2, method: outgoing.method, uri: outgoing.path, headers: outgoing.headers)
            if !head.headers.contains(name: "Host") { head.headers.add(name: "Host", value: "127.0.0.1:\(port)") }
            if let body = outgoing.body { head.headers.add(name: "Content-Length", value: "\(body.utf8.count)") }
            let response = try await client.send(head, body: outgoing.body.map { ByteBuffer(string: $0) })
            return Response(status: Int(response.head.status.code), body: String(buffer: response.body))
        }
        try await client.close()
    }
}

/// A request of the test's client.
struct Request {
    var method = HTTPMethod.GET
    var path: String
    var headers: HTTPHeaders = [:]
    var body: String?
}

/// The response that the client received.
struct Response {
    let status: Int
    let body: String
}
#endif
