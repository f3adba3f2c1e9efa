//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2
import NIOPosix
import Testing
import Tracify
import TracifyNIO

/// HTTP/2 in cleartext over real sockets: each stream has its own handler.
@Suite(.timeLimit(.minutes(15)))
struct HTTP2ServerTests {
    private let observer = Recorder()

    @Test func reportsConcurrentStreams() async throws {
        let paths = (0..<8).map { "/\($0)" } + [PageHandler.refused, PageHandler.hinted]
        try await withServer(http2Server(self.observer) { PageHandler() }) { address in
            try await HTTP2Client.connected(to: address) { client in
                try await withThrowingTaskGroup(of: String.self) { group in
                    // No request ends before all have begun, so all wait for their responses at the same time.
                    let (begun, begins) = AsyncStream.makeStream(of: Void.self)
                    var gates: [AsyncStream<Void>.Continuation] = []
                    for path in paths {
                        let (gate, opens) = AsyncStream.makeStream(of: Void.self)
                        gates.append(opens)
                        group.addTask {
                            try await HTTP2Client.get(path, on: client.openStream()) {
                                begins.yield()
                                for await _ in gate {}
                            }
                        }
                    }
                    var begunRequests = begun.makeAsyncIterator()
                    for _ in paths { await begunRequests.next() }
                    for gate in gates { gate.finish() }
                    for try await page in group { #expect(page.hasSuffix(PageHandler.pageEnd)) }
                }
            }
        }
        let expected = Set(paths.map { "\($0) \($0 == PageHandler.refused ? 413 : 200)" })
        #expect(Set(self.observer.responses) == expected)
        #expect(self.observer.responses.count == paths.count)
        #expect(self.observer.areVisitsOwn)
        let peers = Set(self.observer.completed.map(\.peer))
        #expect(peers == [PeerAddress(text: "127.0.0.1")])
    }

    @Test func doesNotReportResetStream() async throws {
        let (closings, closed) = AsyncStream.makeStream(of: Void.self)
        try await withServer(http2Server(self.observer) { PageHandler(closed: closed) }) { address in
            try await HTTP2Client.connected(to: address) { client in
                let stream = try await client.openStream()
                try await stream.executeThenClose { _, outbound in
                    try await outbound.write(.head(HTTP2Client.request(PageHandler.tooLate)))
                    // The body is never sent; returning resets the stream.
                }
                for await _ in closings { break }
                _ = try await HTTP2Client.get("/a", on: client.openStream())
            }
        }
        #expect(self.observer.received == [PageHandler.tooLate, "/a"])
        #expect(self.observer.responses == ["/a 200"])
    }
}

/// Returns an initializer for HTTP/2 connections with prior knowledge, whose streams use the handler.
func http2Server<Observer: RequestObserver>(
    _ observer: Observer,
    _ handler: @escaping @Sendable () -> any ChannelHandler
) -> @Sendable (any Channel) -> EventLoopFuture<Void> {
    { channel in
        channel
            .configureHTTP2Pipeline(
                mode: .server,
                connectionConfiguration: .init(),
                streamConfiguration: .init()
            ) { stream in
                stream.eventLoop.makeCompletedFuture {
                    try stream.pipeline.syncOperations
                        .addHandlers(HTTP2FramePayloadToHTTPServerCodec(), TracifyChannelHandler(observer), handler())
                }
            }
            .map { _ in }
    }
}

struct HTTP2Client: Sendable {
    typealias Stream = NIOAsyncChannel<HTTPResponsePart, HTTPRequestPart>

    private let multiplexer: NIOHTTP2Handler.AsyncStreamMultiplexer<Void>

    /// Connects, and closes when `body` has returned.
    static func connected(to address: SocketAddress, _ body: (HTTP2Client) async throws -> Void) async throws {
        let (channel, multiplexer) = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(to: address) { channel in
                channel.configureAsyncHTTP2Pipeline(mode: .client) { $0.eventLoop.makeSucceededVoidFuture() }
                    .map { (channel, $0) }
            }
        do {
            try await body(HTTP2Client(multiplexer: multiplexer))
            try await channel.close()
        } catch {
            try? await channel.close()
            throw error
        }
    }

    func openStream() async throws -> Stream {
        try await self.multiplexer.openStream { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTPClientCodec())
                return try Stream(wrappingChannelSynchronously: channel)
            }
        }
    }

    static func request(_ path: String) -> HTTPRequest {
        HTTPRequest(
            method: .get,
            scheme: "https",
            authority: "shop.example",
            path: path,
            headerFields: [.userAgent: "Mozilla/5.0", .accept: "text/html"]
        )
    }

    /// Sends a request on the stream, and waits for `pause` before its end.
    ///
    /// - Returns: The body of the response.
    static func get(_ path: String, on stream: Stream, pause: () async -> Void = {}) async throws -> String {
        try await stream.executeThenClose { inbound, outbound in
            try await outbound.write(.head(self.request(path)))
            await pause()
            try await outbound.write(.end(nil))
            var text = ""
            for try await part in inbound {
                if case .body(let buffer) = part { text += String(buffer: buffer) }
                if case .end = part { break }
            }
            return text
        }
    }
}
