//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import Tracify
import TracifyVapor
import Vapor

/// Tests over real sockets, with an observer that records its calls.
@Suite(.timeLimit(.minutes(15)))
struct TracifyMiddlewareTests {
    @Test func reportsResponseAndLeavesItUnchanged() async throws {
        let observer = Recorder()
        try await withApplication { application in
            application.middleware.use(TracifyMiddleware(observer))
            application.get("page") { _ in
                Response(headers: ["Content-Type": "text/html", "X-Twice": "1", "x-twice": "2"], body: "<p>a page</p>")
            }
        } visit: { url in
            let headers: HTTPHeaders = ["User-Agent": "Mozilla/5.0", "X-Forwarded-For": "1.1.1.1", "x-forwarded-for": "2.2.2.2"]
            let result = try await send(.GET, url + "/page?a=1&b=%20;c", headers)
            #expect(result.status == 200)
            #expect(result.body == "<p>a page</p>")
            #expect(result.headers["X-Twice"] == ["1", "2"])
            let completed = try #require(observer.completed.first)
            #expect(completed.request.method == .get)
            #expect(completed.request.scheme == "http")
            #expect(completed.request.authority.map { "http://\($0)" } == url)
            #expect(completed.request.path == "/page?a=1&b=%20;c")
            #expect(completed.request.headerFields[.userAgent] == "Mozilla/5.0")
            let forwarded = try #require(HTTPField.Name("X-Forwarded-For"))
            #expect(completed.request.headerFields[values: forwarded] == ["1.1.1.1", "2.2.2.2"])
            #expect(completed.response.status == .ok)
            #expect(completed.response.headerFields[.contentType] == "text/html")
        }
        #expect(observer.completed.count == 1)
        #expect(observer.peers == [.ip(IPAddress(ipv4: 0x7F00_0001))])
    }

    @Test func rethrowsErrorsAndReportsTheirStatus() async throws {
        let observer = Recorder()
        try await withApplication { application in
            application.middleware.use(TracifyMiddleware(observer))
            application.get("fails") { _ async throws -> String in throw Abort(.conflict, reason: "no") }
        } visit: { url in
            let result = try await send(.GET, url + "/fails")
            #expect(result.status == 409)
            #expect(result.body.contains("no"))
            #expect(try await send(.GET, url + "/nowhere").status == 404)
        }
        #expect(observer.peers.count == 2)
        #expect(observer.completed.map(\.response.status) == [.conflict, .notFound])
    }

    /// Vapor runs no middleware of a group for a path without a route.
    @Test func groupDoesNotReportPathWithoutRoute() async throws {
        let observer = Recorder()
        try await withApplication { application in
            application.grouped(TracifyMiddleware(observer)).get("page") { _ async in "a page" }
        } visit: { url in
            let nowhere = try await send(.GET, url + "/nowhere")
            #expect(nowhere.status == 404)
            let page = try await send(.GET, url + "/page")
            #expect(page.status == 200)
        }
        #expect(observer.completed.map(\.request.path) == ["/page"])
    }

    /// A middleware between the two changes the request.
    @Test func attachedTwiceReportsRequestOfClient() async throws {
        let observer = Recorder()
        try await withApplication { application in
            application.middleware.use(TracifyMiddleware(observer))
            application.middleware.use(RequestIDMiddleware())
            application.middleware.use(TracifyMiddleware(observer))
            application.get("page") { request async in request.headers.first(name: "X-Request-ID") ?? "" }
        } visit: { url in
            let page = try await send(.GET, url + "/page?a=1")
            #expect(page.body == "1")
        }
        #expect(observer.completed.count == 2)
        #expect(observer.completed.first?.request == observer.completed.last?.request)
    }

    /// The target on the socket, and as it is reported.
    @Test(arguments: [
        ("/page?a=DE%20|%20Sale", "/page?a=DE%20%7C%20Sale"), ("/page?a[]=b%2520c", "/page?a%5B%5D=b%2520c"),
        ("/page?a=b%2520c", "/page?a=b%2520c"), ("/page?a=b%20c%2520d", "/page?a=b%20c%2520d"),
        ("/page?a=caf%C3%A9%2520c", "/page?a=caf%C3%A9%2520c"), ("/page?a=100%|b%20c", "/page?a=100%%7Cb%20c"),
    ])
    func undoesDoubleEscapes(target: String, reported: String) async throws {
        let observer = Recorder()
        try await withRunningApplication { application in
            application.middleware.use(TracifyMiddleware(observer))
            application.get("page") { _ async in "a page" }
        } body: { application in
            let address = try #require(application.http.server.shared.localAddress)
            // A client of HTTP would escape the target itself.
            let response = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(to: address) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
                .executeThenClose { inbound, outbound in
                    try await outbound.write(
                        ByteBuffer(string: "GET \(target) HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
                    )
                    var text = ""
                    for try await part in inbound { text += String(buffer: part) }
                    return text
                }
            #expect(response.hasPrefix("HTTP/1.1 200 OK"))
        }
        #expect(observer.completed.map(\.request.path) == [reported])
    }

    /// A method or a status that HTTP does not define must not stop the server, and is not a page view.
    @Test func invalidHTTPIsNotReportedAsPage() async throws {
        let observer = Recorder()
        try await withRunningApplication { application in
            application.middleware.use(TracifyMiddleware(observer))
            application.on(.RAW(value: "G ET"), "odd") { _ in Response(status: .custom(code: 1000, reasonPhrase: "Odd")) }
            application.get("odd") { _ in
                Response(status: .custom(code: .max, reasonPhrase: "O\r\ndd"), headers: ["no name": "a", "b": "c\r\nd"])
            }
        } body: { application in
            for method in [HTTPMethod.GET, .RAW(value: "G ET")] {
                let request = Request(application: application, method: method, url: "/odd", on: application.eventLoopGroup.any())
                _ = try await application.responder.current.respond(to: request).get()
            }
        }
        #expect(observer.completed.map(\.response.status) == [.internalServerError])
        #expect(observer.completed.first?.response.headerFields.contains { $0.name.rawName == "b" && $0.value == "c  d" } == true)
        #expect(observer.peers == [.unknown])
    }

    @Test(arguments: ["async", "future"])
    func providesVisitInEveryKindOfHandler(kind: String) async throws {
        try await withApplication { application in
            application.middleware.use(application.sessions.middleware)
            application.middleware.use(TracifyMiddleware(Recorder()))
            application.post("async") { request async in
                await Task.yield()
                return Self.text(Visit.current?.date == request.visit?.date, request)
            }
            application.post("future") { request in
                request.eventLoop.scheduleTask(in: .milliseconds(1)) {}.futureResult
                    .map { Self.text(Visit.current == nil, request) }
            }
        } visit: { url in
            let first = try await send(.POST, url + "/" + kind)
            #expect(first.body == "as documented")
            // In the second request, the preceding middleware waits for the session, and the handler for a body in several parts.
            let cookie = try #require(first.headers.first(name: "set-cookie"))
            let second = try await send(.POST, url + "/" + kind, ["Cookie": cookie], body: String(repeating: "x", count: 15_000))
            #expect(second.body == "as documented")
        }
    }

    private static func text(_ isAsDocumented: Bool, _ request: Request) -> String {
        request.session.data["been"] = "here"
        return isAsDocumented && request.visit != nil ? "as documented" : "not so"
    }
}
private struct RequestIDMiddleware: Middleware {
    func respond(to request: Request, chainingTo next: any Responder) -> EventLoopFuture<Response> {
        request.headers.add(name: "X-Request-ID", value: "1")
        return next.respond(to: request)
    }
}
#endif
