//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if FlyingFox
import AsyncHTTPClient
import FlyingFox
import FlyingSocks
import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Tracify
import TracifyFlyingFox

/// Tests over real sockets, with an observer that records its calls.
@Suite(.timeLimit(.minutes(15)))
struct TracifyHTTPHandlerTests {
    private func routes() -> RoutedHTTPHandler {
        var routes = RoutedHTTPHandler()
        routes.appendRoute("GET /page") { _ in
            HTTPResponse(
                statusCode: .ok,
                headers: [.contentType: "text/html", HTTPHeader("Cache-Control"): "private"],
                body: Data("<p>\(Visit.current == nil ? "nobody" : "a visit")</p>".utf8)
            )
        }
        routes.appendRoute("GET /fails") { _ in throw SomeFailure() }
        routes.appendRoute("GET /odd") { _ in HTTPResponse(statusCode: HTTPStatusCode(42, phrase: "Odd")) }
        return routes
    }

    private struct SomeFailure: Error {}

    /// Runs a server on a loopback address while `body` sends requests to it.
    private func serving(
        _ address: some FlyingSocks.SocketAddress,
        _ observer: Recorder,
        _ body: (_ send: (HTTPClientRequest) async throws -> (status: UInt, body: String), _ port: UInt16) async throws -> Void
    ) async throws {
        let handler = TracifyHTTPHandler(observer, wrapping: self.routes())
        let server = HTTPServer(address: address, logger: .disabled, handler: handler)
        let run = Task { try? await server.run() }
        try await server.waitUntilListening(timeout: 60)
        let port: UInt16 =
            switch await server.listeningAddress {
            case .ip4(_, let port), .ip6(_, let port): port
            default: 0
            }
        let client = AsyncHTTPClient.HTTPClient()
        do {
            try await body(
                { request in
                    let response = try await client.execute(request, timeout: .seconds(60))
                    return (response.status.code, String(buffer: try await response.body.collect(upTo: 1 << 20)))
                },
                port
            )
        } catch {
            try await client.shutdown()
            run.cancel()
            throw error
        }
        try await client.shutdown()
        await server.stop()
        await run.value
    }

    @Test func reportsResponseAndLeavesItUnchanged() async throws {
        let observer = Recorder()
        try await self.serving(.inet(ip4: "127.0.0.1", port: 0), observer) { send, port in
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/page?a=1&b=%41%2F+")
            request.headers = ["User-Agent": "Mozilla/5.0", "Referer": "https://a.example/", "Host": "shop.example:8080"]
            let result = try await send(request)
            #expect(result == (200, "<p>a visit</p>"))
        }
        let completed = try #require(observer.completed.first)
        #expect(observer.completed.count == 1)
        #expect(completed.request.method == .get)
        #expect(completed.request.scheme == "http")
        #expect(completed.request.authority == "shop.example:8080")
        #expect(completed.request.path == "/page?a=1&b=%41%2F+")
        #expect(completed.request.headerFields[.userAgent] == "Mozilla/5.0")
        #expect(completed.request.headerFields[.referer] == "https://a.example/")
        #expect(completed.peer == .ip(IPAddress(ipv4: 0x7F00_0001)))
        #expect(completed.response.status == .ok)
        #expect(completed.response.headerFields[.contentType] == "text/html")
    }

    @Test func reportsIPv4PeerOfIPv6Socket() async throws {
        let observer = Recorder()
        try await self.serving(.inet6(port: 0), observer) { send, port in
            _ = try await send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/page"))
            _ = try await send(HTTPClientRequest(url: "http://[::1]:\(port)/page"))
        }
        #expect(observer.completed.map(\.peer) == [.ip(IPAddress(ipv4: 0x7F00_0001)), .ip(IPAddress(ipv6: 0, 1))])
    }

    @Test func rethrowsErrorsAndReportsTheirStatus() async throws {
        let observer = Recorder()
        try await self.serving(.inet(ip4: "127.0.0.1", port: 0), observer) { send, port in
            let fails = try await send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/fails"))
            #expect(fails.status == 500)
            let nowhere = try await send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/nowhere"))
            #expect(nowhere.status == 404)
        }
        #expect(observer.completed.map(\.response.status) == [.internalServerError, .notFound])
    }

    /// A client may send any number of fields.
    ///
    /// FlyingFox accepts them all, and swift-http-types stops the process at 65,536.
    @Test func limitsNumberOfReportedFields() async throws {
        let observer = Recorder()
        let handler = TracifyHTTPHandler(observer, wrapping: ClosureHTTPHandler { _ in HTTPResponse(statusCode: .ok) })
        var headers: [HTTPHeader: String] = [:]
        for index in 0..<70_000 { headers[HTTPHeader("h\(index)")] = "x" }
        let request = FlyingFox.HTTPRequest(
            method: .GET,
            version: .http11,
            path: "/",
            query: [],
            headers: headers,
            body: Data()
        )
        #expect(try await handler.handleRequest(request).statusCode == .ok)
        #expect(observer.completed.map(\.request.headerFields.count) == [1000])
    }

    /// A method or a status that HTTP does not define must not stop the server, and is not a page view.
    @Test func invalidHTTPIsNotReportedAsPage() async throws {
        let observer = Recorder()
        let handler = TracifyHTTPHandler(
            observer,
            wrapping: ClosureHTTPHandler { _ in
                HTTPResponse(statusCode: HTTPStatusCode(Int.max, phrase: "Odd"), headers: [HTTPHeader("no name"): "a"])
            }
        )
        let request = FlyingFox.HTTPRequest(
            method: HTTPMethod("G ET\u{0}"),
            version: .http11,
            path: "/",
            query: [],
            headers: [HTTPHeader("b\u{0}d"): "x", HTTPHeader("Referer"): "a\r\nb"],
            body: Data()
        )
        _ = try await handler.handleRequest(request)
        let completed = try #require(observer.completed.first)
        #expect(completed.request.method != .get)
        #expect(completed.response.status == .internalServerError)
        #expect(completed.peer == .unknown)
        #expect(completed.request.headerFields.count == 1)
        #expect(completed.response.headerFields.isEmpty)
    }
}

private final class Recorder: RequestObserver {
    struct Completed: Sendable {
        let request: HTTPTypes.HTTPRequest
        let peer: PeerAddress?
        let response: HTTPTypes.HTTPResponse
    }

    private struct State {
        var peers: [Date: PeerAddress] = [:]
        var completed: [Completed] = []
    }

    private let state = Mutex(State())

    var completed: [Completed] { self.state.withLock { $0.completed } }

    func visit(for request: HTTPTypes.HTTPRequest, from peer: PeerAddress) -> Visit {
        self.state.withLock { state in
            let visit = Visit(request, from: peer, at: Date(timeIntervalSince1970: Double(state.peers.count)))
            state.peers[visit.date] = peer
            return visit
        }
    }

    func requestCompleted(_ request: HTTPTypes.HTTPRequest, response: HTTPTypes.HTTPResponse, visit: Visit) {
        self.state.withLock { $0.completed.append(Completed(request: request, peer: $0.peers[visit.date], response: response)) }
    }
}
#endif
