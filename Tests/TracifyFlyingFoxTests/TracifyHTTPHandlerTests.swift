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

/// Over real sockets, with an observer that writes down what it is told.
@Suite(.timeLimit(.minutes(5)))
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

    /// Serves on an address of the loopback, and gives `body` a way to ask.
    private func serving(
        _ address: some FlyingSocks.SocketAddress,
        _ observer: Recorder,
        _ body: (_ ask: (HTTPClientRequest) async throws -> (status: UInt, body: String), _ port: UInt16) async throws -> Void
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

    @Test func tellsOfTheAnswerAndLeavesItAlone() async throws {
        let observer = Recorder()
        try await self.serving(.inet(ip4: "127.0.0.1", port: 0), observer) { ask, port in
            var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/page?a=1&b=%41%2F+")
            request.headers = ["User-Agent": "Mozilla/5.0", "Referer": "https://a.example/", "Host": "shop.example:8080"]
            let answer = try await ask(request)
            #expect(answer == (200, "<p>a visit</p>"))
        }
        let answered = try #require(observer.answered.first)
        #expect(observer.answered.count == 1)
        #expect(answered.request.method == .get)
        #expect(answered.request.scheme == "http")
        #expect(answered.request.authority == "shop.example:8080")
        #expect(answered.request.path == "/page?a=1&b=%41%2F+")
        #expect(answered.request.headerFields[.userAgent] == "Mozilla/5.0")
        #expect(answered.request.headerFields[.referer] == "https://a.example/")
        #expect(answered.peer == .ip(IPAddress(ipv4: 0x7F00_0001)))
        #expect(answered.response.status == .ok)
        #expect(answered.response.headerFields[.contentType] == "text/html")
    }

    @Test func anIPv4ClientOfAnIPv6SocketIsAnIPv4Client() async throws {
        let observer = Recorder()
        try await self.serving(.inet6(port: 0), observer) { ask, port in
            _ = try await ask(HTTPClientRequest(url: "http://127.0.0.1:\(port)/page"))
            _ = try await ask(HTTPClientRequest(url: "http://[::1]:\(port)/page"))
        }
        #expect(observer.answered.map(\.peer) == [.ip(IPAddress(ipv4: 0x7F00_0001)), .ip(IPAddress(ipv6: 0, 1))])
    }

    @Test func anErrorPassesThroughAndIsNoAnswer() async throws {
        let observer = Recorder()
        try await self.serving(.inet(ip4: "127.0.0.1", port: 0), observer) { ask, port in
            let fails = try await ask(HTTPClientRequest(url: "http://127.0.0.1:\(port)/fails"))
            #expect(fails.status == 500)
            let nowhere = try await ask(HTTPClientRequest(url: "http://127.0.0.1:\(port)/nowhere"))
            #expect(nowhere.status == 404)
        }
        #expect(observer.answered.isEmpty)
    }

    /// A client may send as many fields as it likes: FlyingFox takes them all, and swift-http-types ends the program at 65,536.
    @Test func anyNumberOfFieldsIsAnswered() async throws {
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
        #expect(observer.answered.map(\.request.headerFields.count) == [1000])
    }

    /// A method or a status that HTTP does not know must not stop the server, and is no page.
    @Test func whatIsNoHTTPIsNoPage() async throws {
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
        let answered = try #require(observer.answered.first)
        #expect(answered.request.method != .get)
        #expect(answered.response.status == .internalServerError)
        #expect(answered.peer == .unknown)
        #expect(answered.request.headerFields.count == 1)
        #expect(answered.response.headerFields.isEmpty)
    }
}

private final class Recorder: RequestObserver {
    struct Answered: Sendable {
        let request: HTTPTypes.HTTPRequest
        let peer: PeerAddress?
        let response: HTTPTypes.HTTPResponse
    }

    private struct State {
        var peers: [Date: PeerAddress] = [:]
        var answered: [Answered] = []
    }

    private let state = Mutex(State())

    var answered: [Answered] { self.state.withLock { $0.answered } }

    func visit(for request: HTTPTypes.HTTPRequest, from peer: PeerAddress) -> Visit {
        self.state.withLock { state in
            let visit = Visit(request, from: peer, at: Date(timeIntervalSince1970: Double(state.peers.count)))
            state.peers[visit.date] = peer
            return visit
        }
    }

    func requestCompleted(_ request: HTTPTypes.HTTPRequest, response: HTTPTypes.HTTPResponse, visit: Visit) {
        self.state.withLock { $0.answered.append(Answered(request: request, peer: $0.peers[visit.date], response: response)) }
    }
}
#endif
