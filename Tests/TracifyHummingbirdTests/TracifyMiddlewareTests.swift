#if Hummingbird
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import Tracify
import TracifyHummingbird

/// Over real sockets, with an observer that writes down what it is told.
struct TracifyMiddlewareTests {
    private func application(_ observer: Recorder) -> some ApplicationProtocol {
        let router = Router(context: TracifyRequestContext.self)
        router.add(middleware: TracifyMiddleware(observer))
        router.get("/page") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/html", .cacheControl: "private"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "<p>\(Visit.current == nil ? "nobody" : "a visit")</p>"))
            )
        }
        router.get("/fails") { _, _ -> String in throw HTTPError(.conflict, message: "no") }
        return Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    }

    @Test func tellsOfTheAnswerAndLeavesItAlone() async throws {
        let observer = Recorder()
        try await self.application(observer)
            .test(.live) { client in
                try await client.execute(uri: "/page?a=1", method: .get, headers: [.userAgent: "Mozilla/5.0"]) { response in
                    #expect(response.status == .ok)
                    #expect(response.headers[.cacheControl] == "private")
                    #expect(String(buffer: response.body) == "<p>a visit</p>")
                }
            }
        let answered = observer.answered
        #expect(answered.map(\.path) == ["/page?a=1"])
        #expect(answered.map(\.status) == [.ok])
        #expect(answered.map(\.peer) == [.ip(IPAddress(ipv4: 0x7F00_0001))])
    }

    @Test func anErrorPassesThroughAndIsNoAnswer() async throws {
        let observer = Recorder()
        try await self.application(observer)
            .test(.live) { client in
                try await client.execute(uri: "/fails", method: .get) { response in
                    #expect(response.status == .conflict)
                    #expect(String(buffer: response.body).contains("no"))
                }
            }
        #expect(observer.answered.isEmpty)
    }

    @Test func aPathWithoutARouteIsNoAnswerOfAHandler() async throws {
        let observer = Recorder()
        try await self.application(observer)
            .test(.live) { client in
                try await client.execute(uri: "/nowhere", method: .get) { response in
                    #expect(response.status == .notFound)
                }
            }
        #expect(observer.answered.allSatisfy { $0.status == .notFound })
    }
}

private final class Recorder: RequestObserver {
    struct Answered: Sendable {
        let path: String?
        let peer: PeerAddress?
        let status: HTTPResponse.Status
    }

    private struct State {
        var peers: [String: PeerAddress] = [:]
        var answered: [Answered] = []
    }

    private let state = Mutex(State())

    var answered: [Answered] { self.state.withLock { $0.answered } }

    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        self.state.withLock { $0.peers[request.path ?? ""] = peer }
        return Visit(request, from: peer)
    }

    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: Visit) {
        self.state.withLock { state in
            let peer = state.peers[request.path ?? ""]
            state.answered.append(Answered(path: request.path, peer: peer, status: response.status))
        }
    }
}
#endif
