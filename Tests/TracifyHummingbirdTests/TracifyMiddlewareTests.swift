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
import TracifyTesting

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

    /// The landing's parameters are those of the session, although the handler throws its redirect.
    @Test func keepsLandingOfThrownRedirect() async throws {
        let sink = InMemorySink()
        let siteID = try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")
        let tracker = try Tracker(configuration: .init(customerSiteID: siteID), sink: sink)
        let router = Router(context: TracifyRequestContext.self)
        router.add(middleware: TracifyMiddleware(tracker))
        router.get("/go") { _, _ -> String in throw HTTPError(.seeOther, headers: [.location: "/page"]) }
        router.get("/page") { _, _ in Response(status: .ok, headers: [.contentType: "text/html"]) }
        let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await withTracker(tracker) { _ in
            try await application.test(.live) { client in
                let headers: HTTPFields = [.userAgent: "Mozilla/5.0 (X11; Linux x86_64)", .accept: "text/html"]
                try await client.execute(uri: "/go?utm_source=mail", method: .get, headers: headers) { response in
                    #expect(response.status == .seeOther)
                }
                try await client.execute(uri: "/page", method: .get, headers: headers)
            }
        }
        #expect(tracker.statistics.skipped(.status) == 1)
        #expect(sink.events.map { $0.parameters.map(\.value) } == [["mail"]])
    }

    #if TestKit
    /// The client of `.router` has no socket, so its requests have no peer.
    @Test func countsPageViewsOfTheInProcessClient() async throws {
        try await withTestTracker { tracker, events in
            let router = Router(context: TracifyRequestContext.self)
            router.add(middleware: TracifyMiddleware(tracker))
            router.get("/tea") { _, _ in Response(status: .ok, headers: [.contentType: "text/html"]) }
            try await Application(router: router)
                .test(.router) { client in
                    _ = try await client.execute(uri: "/tea?utm_source=news", method: .get, headers: .navigation)
                }
            try await events.expect(.pageView("/tea", parameters: ["utm_source": "news"]))
        }
    }
    #endif

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
