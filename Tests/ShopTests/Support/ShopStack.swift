#if Configuration && TestKit
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing

/// A shop that is built here, and a version of HTTP to talk to it.
struct ShopStack: CustomTestStringConvertible {
    enum Version: String {
        case http1 = "HTTP/1.1"
        case http2 = "HTTP/2"
    }

    let program: String
    let version: Version

    var testDescription: String { "\(self.program) over \(self.version.rawValue)" }

    /// All of them.
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

    /// Starts the shop, lets `body` ask it over one connection, ends it as a deployment would, and waits until it is gone.
    ///
    /// - Returns: Its exit status.
    func run(_ variables: [String: String], _ body: (_ ask: (Ask) async throws -> Answer) async throws -> Void) async throws
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

    private func overHTTP1(_ url: String, _ body: (_ ask: (Ask) async throws -> Answer) async throws -> Void) async throws {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1
        let client = HTTPClient(configuration: configuration)
        do {
            try await body { ask in
                var request = HTTPClientRequest(url: url + ask.path)
                request.method = ask.method
                request.headers = ask.headers
                if let text = ask.body { request.body = .bytes(ByteBuffer(string: text)) }
                let response = try await client.execute(request, timeout: .seconds(60))
                let content = try await response.body.collect(upTo: 1 << 20)
                return Answer(status: Int(response.status.code), body: String(buffer: content))
            }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func overHTTP2(_ port: Int, _ body: (_ ask: (Ask) async throws -> Answer) async throws -> Void) async throws {
        let client = try await HTTP2Client.connect(to: port)
        try await body { ask in
            var head = HTTPRequestHead(version: .http2, method: ask.method, uri: ask.path, headers: ask.headers)
            if !head.headers.contains(name: "Host") { head.headers.add(name: "Host", value: "127.0.0.1:\(port)") }
            if let body = ask.body { head.headers.add(name: "Content-Length", value: "\(body.utf8.count)") }
            let answer = try await client.send(head, body: ask.body.map { ByteBuffer(string: $0) })
            return Answer(status: Int(answer.head.status.code), body: String(buffer: answer.body))
        }
        try await client.close()
    }
}

/// A request.
struct Ask {
    var method = HTTPMethod.GET
    var path: String
    var headers: HTTPHeaders = [:]
    var body: String?
}

/// What came back.
struct Answer {
    let status: Int
    let body: String
}
#endif
