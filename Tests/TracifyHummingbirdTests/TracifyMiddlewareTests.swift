//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Synchronization
import Testing
import Tracify
import TracifyHummingbird

/// Tests over real sockets, with an observer that records its calls.
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

    @Test func reportsResponseAndLeavesItUnchanged() async throws {
        let observer = Recorder()
        try await self.application(observer)
            .test(.live) { client in
                try await client.execute(uri: "/page?a=1", method: .get, headers: [.userAgent: "Mozilla/5.0"]) { response in
                    #expect(response.status == .ok)
                    #expect(response.headers[.cacheControl] == "private")
                    #expect(String(buffer: response.body) == "<p>a visit</p>")
                }
            }
        let completed = observer.completed
        #expect(completed.map(\.path) == ["/page?a=1"])
        #expect(completed.map(\.status) == [.ok])
        #expect(completed.map(\.peer) == [.ip(IPAddress(ipv4: 0x7F00_0001))])
    }

    @Test func rethrowsErrorsAndReportsTheirStatus() async throws {
        let observer = Recorder()
        try await self.application(observer)
            .test(.live) { client in
                try await client.execute(uri: "/fails", method: .get) { response in
                    #expect(response.status == .conflict)
                    #expect(String(buffer: response.body).contains("no"))
                }
            }
        #expect(observer.completed.map(\.status) == [.conflict])
    }

    @Test func reportsNoResponseOtherThanNotFoundWithoutRoute() async throws {
        let observer = Recorder()
        try await self.application(observer)
            .test(.live) { client in
                try await client.execute(uri: "/nowhere", method: .get) { response in
                    #expect(response.status == .notFound)
                }
            }
        #expect(observer.completed.allSatisfy { $0.status == .notFound })
    }
}

private final class Recorder: RequestObserver {
    struct Completed: Sendable {
        let path: String?
        let peer: PeerAddress?
        let status: HTTPResponse.Status
    }

    private struct State {
        var peers: [String: PeerAddress] = [:]
        var completed: [Completed] = []
    }

    private let state = Mutex(State())

    var completed: [Completed] { self.state.withLock { $0.completed } }

    func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        self.state.withLock { $0.peers[request.path ?? ""] = peer }
        return Visit(request, from: peer)
    }

    func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: Visit) {
        self.state.withLock { state in
            let peer = state.peers[request.path ?? ""]
            state.completed.append(Completed(path: request.path, peer: peer, status: response.status))
        }
    }
}
#endif
