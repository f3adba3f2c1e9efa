//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Testing
import Tracify
import TracifyNIO

/// HTTP/1.1 over real sockets, with a client that writes raw bytes.
@Suite(.timeLimit(.minutes(15)))
struct HTTP1ServerTests {
    private let observer = Recorder()

    private func initializer(
        withPipeliningAssistance: Bool = true,
        _ handler: @escaping @Sendable () -> any ChannelHandler
    ) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
        let observer = self.observer
        return { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: withPipeliningAssistance)
                try pipeline.addHandlers(HTTP1ToHTTPServerCodec(secure: false), TracifyChannelHandler(observer), handler())
            }
        }
    }

    @Test func reportsRequestsOfKeepAliveConnection() async throws {
        try await withServer(self.initializer { PageHandler() }) { address in
            try await RawClient.connected(to: address) { client in
                for path in ["/a?b=1", "/refused", "/hinted", "/c"] {
                    try await client.write("GET \(path) HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                    _ = try await client.read(of: PageHandler.pageEnd)
                }
            }
        }
        #expect(self.observer.responses == ["/a?b=1 200", "/refused 413", "/hinted 200", "/c 200"])
        #expect(self.observer.areVisitsOwn)
        let peers = Set(self.observer.completed.map(\.peer))
        #expect(peers == [PeerAddress(text: "127.0.0.1")])
    }

    @Test func pairsPipelinedRequests() async throws {
        try await withServer(self.initializer { PageHandler() }) { address in
            try await RawClient.connected(to: address) { client in
                try await client.write(
                    """
                    GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n\
                    POST /b HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\n\r\nb=1\
                    POST /refused HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 3\r\n\r\nc=1\
                    GET /hinted HTTP/1.1\r\nHost: shop.example\r\n\r\n\
                    GET /d HTTP/1.1\r\nHost: shop.example\r\n\r\n
                    """
                )
                let responses = try await client.read(5, of: PageHandler.pageEnd)
                #expect(responses.contains("HTTP/1.1 103 "))
            }
        }
        #expect(self.observer.responses == ["/a 200", "/b 200", "/refused 413", "/hinted 200", "/d 200"])
        #expect(self.observer.areVisitsOwn)
    }

    @Test func pairsPipelinedRequestsWithoutAssistance() async throws {
        let initializer = self.initializer(withPipeliningAssistance: false) { BatchHandler() }
        try await withServer(initializer) { address in
            try await RawClient.connected(to: address) { client in
                let paths = ["/a", "/b", "/c"]
                try await client.write(paths.map { "GET \($0) HTTP/1.1\r\nHost: shop.example\r\n\r\n" }.joined())
                _ = try await client.read(3, of: BatchHandler.end)
            }
        }
        #expect(self.observer.responses == ["/a 201", "/b 202", "/c 203"])
        #expect(self.observer.areVisitsOwn)
    }

    @Test func ignoresContinueResponse() async throws {
        try await withServer(self.initializer { PageHandler() }) { address in
            try await RawClient.connected(to: address) { client in
                try await client.write(
                    "POST /a HTTP/1.1\r\nHost: shop.example\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
                )
                #expect(try await client.read(of: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
                try await client.write("a=1")
                #expect(try await client.read(of: PageHandler.pageEnd).hasPrefix("HTTP/1.1 200 "))
            }
        }
        #expect(self.observer.responses == ["/a 200"])
    }

    @Test func doesNotReportResponsesOfPrecedingHandlers() async throws {
        try await withServer(self.initializer { PageHandler() }) { address in
            try await RawClient.connected(to: address) { client in
                try await client.write("GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\nthis is no request\r\n\r\n")
                _ = try await client.read(of: PageHandler.pageEnd)
                #expect(try await client.read(of: "\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
            }
        }
        #expect(self.observer.responses == ["/a 200"])
    }

    @Test func doesNotReportResponseAfterDisconnect() async throws {
        let (closings, closed) = AsyncStream.makeStream(of: Void.self)
        try await withServer(self.initializer { PageHandler(closed: closed) }) { address in
            try await RawClient.connected(to: address) { client in
                try await client.write("GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                _ = try await client.read(of: PageHandler.pageEnd)
                try await client.write("GET \(PageHandler.tooLate) HTTP/1.1\r\nHost: shop.example\r\n\r\n")
            }
            for await _ in closings { break }
        }
        #expect(self.observer.responses == ["/a 200"])
    }

    @Test func reportsUnixSocketPeer() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString.prefix(8)).sock").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let address = try SocketAddress(unixDomainSocketPath: path)
        try await withServer(bindingTo: address, self.initializer { PageHandler() }) { _ in
            try await RawClient.connected(to: address) { client in
                try await client.write("GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                _ = try await client.read(of: PageHandler.pageEnd)
            }
        }
        #expect(self.observer.completed.map(\.peer) == [.unixSocket])
    }

    @Test func supportsUpgradeByPrecedingHandler() async throws {
        let observer = self.observer
        let initializer: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                let handlers: [any RemovableChannelHandler] = [
                    HTTP1ToHTTPServerCodec(secure: false), TracifyChannelHandler(observer), PageHandler(),
                ]
                let removable = NIOLoopBound(handlers, eventLoop: channel.eventLoop)
                try pipeline.configureHTTPServerPipeline(
                    withServerUpgrade: (
                        [EchoUpgrader()],
                        { context in
                            let pipeline = context.pipeline.syncOperations
                            for handler in removable.value { pipeline.removeHandler(handler, promise: nil) }
                        }
                    )
                )
                try pipeline.addHandlers(handlers)
            }
        }
        try await withServer(initializer) { address in
            try await RawClient.connected(to: address) { client in
                try await client.write("GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n")
                _ = try await client.read(of: PageHandler.pageEnd)
            }
            try await RawClient.connected(to: address) { client in
                try await client.write(
                    "GET /echo HTTP/1.1\r\nHost: shop.example\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n"
                )
                #expect(try await client.read(of: "\r\n\r\n").hasPrefix("HTTP/1.1 101 "))
                try await client.write("no HTTP!")
                #expect(try await client.read(of: "!") == "no HTTP!")
            }
        }
        #expect(self.observer.responses == ["/a 200"])
    }
}

/// A handler that responds to three requests at once, with different statuses.
private final class BatchHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    static let end = "done"
    private var count = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = self.unwrapInboundIn(data) else { return }
        self.count += 1
        guard self.count == 3 else { return }
        for code in 201...203 {
            let fields: HTTPFields = [.contentLength: "\(BatchHandler.end.utf8.count)"]
            let head = HTTPResponse(status: .init(code: code), headerFields: fields)
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            context.write(self.wrapOutboundOut(.body(ByteBuffer(string: BatchHandler.end))), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}

private final class EchoUpgrader: HTTPServerProtocolUpgrader {
    let supportedProtocol = "echo"
    let requiredUpgradeHeaders: [String] = []

    func buildUpgradeResponse(
        channel: any Channel,
        upgradeRequest: HTTPRequestHead,
        initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        channel.eventLoop.makeSucceededFuture(initialResponseHeaders)
    }

    func upgrade(context: ChannelHandlerContext, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Void> {
        context.eventLoop.makeCompletedFuture { try context.pipeline.syncOperations.addHandler(EchoHandler()) }
    }
}

private final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(data, promise: nil)
    }
}
