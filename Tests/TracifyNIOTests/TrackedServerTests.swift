//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix
import Testing
import Tracify
import TracifyNIO

/// Servers with a tracker, tested from the socket to the event.
@Suite(.timeLimit(.minutes(15)))
struct TrackedServerTests {
    private let sink = InMemorySink()
    private let tracker: Tracker

    init() throws {
        var configuration = Tracker.Configuration(
            customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")
        )
        configuration.batches.interval = .milliseconds(1)
        configuration.shutdown.cancellationDeadline = .seconds(60)
        self.tracker = try Tracker(configuration: configuration, sink: self.sink)
    }

    /// Runs the tracker while `body` runs, and until all events are delivered.
    private func withTracker(_ body: () async throws -> Void) async throws {
        let running = Task { [tracker] in try await tracker.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    /// Starts the server that the handler's documentation shows.
    private func server(port: Int) async throws -> any Channel {
        let tracker = self.tracker
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandlers(
                        HTTP1ToHTTPServerCodec(secure: false),
                        TracifyChannelHandler(tracker),
                        ShopHandler(tracker)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
        return server
    }

    @Test func tracksVisitOnEventLoop() async throws {
        try await self.withTracker {
            let server = try await self.server(port: 0)
            let address = try #require(server.localAddress)
            try await RawClient.connected(to: address) { client in
                for request in ["GET /products/mug?utm_source=fb", "POST /cart", "POST /checkout"] {
                    try await client.write(
                        "\(request) HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\nAccept: text/html\r\n"
                            + "Content-Length: 0\r\n\r\n"
                    )
                    #expect(try await client.read(of: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
                }
            }
            try await server.close()
        }
        // A tracker that delivers only at shutdown sends orders first.
        let seen = self.sink.events.map { "\($0.type.rawValue) \($0.url.text)" }
        #expect(
            seen.sorted() == [
                // Forms without a `Referer` come from an unknown page of the site.
                "addtocart http://shop.example/", "pageview http://shop.example/products/mug", "purchase http://shop.example/",
            ]
        )
        try self.expectOneVisitor()
    }

    @Test func tracksVisitInTaskWithAsyncChannel() async throws {
        let tracker = self.tracker
        try await self.withTracker {
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.configureHTTPServerPipeline()
                        try pipeline.addHandlers(HTTP1ToHTTPServerCodec(secure: false), TracifyChannelHandler(tracker))
                        return try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(wrappingChannelSynchronously: channel)
                    }
                }
            let address = try #require(server.channel.localAddress)
            try await server.executeThenClose { connections in
                async let client: Void = RawClient.connected(to: address) { client in
                    try await client.write("POST /checkout HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0\r\n")
                    try await client.write("Content-Length: 0\r\n\r\n")
                    #expect(try await client.read(of: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
                }
                for try await connection in connections {
                    try await self.serveOrder(connection)
                    break
                }
                try await client
            }
        }
        #expect(self.sink.events.map(\.type) == [.purchase])
        try self.expectOneVisitor()
    }

    private func serveOrder(_ channel: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>) async throws {
        try await channel.executeThenClose { inbound, outbound in
            for try await case .head(let request) in inbound {
                let visit = self.tracker.visit(for: request, from: PeerAddress(channel.channel.remoteAddress))
                try await Visit.$current.withValue(visit) {
                    try await self.tracker.orderPlaced(Order(id: "1001", currency: .eur, amount: Amount("49.90")))
                }
                try await outbound.write(.head(HTTPResponse(status: .ok, headerFields: [.contentLength: "0"])))
                try await outbound.write(.end(nil))
            }
        }
    }

    @Test func tracksPagesOverHTTP2() async throws {
        let tracker = self.tracker
        try await self.withTracker {
            try await withServer(http2Server(tracker) { PageHandler() }) { address in
                try await HTTP2Client.connected(to: address) { client in
                    for path in ["/a", PageHandler.hinted, PageHandler.refused] {
                        _ = try await HTTP2Client.get(path, on: client.openStream())
                    }
                }
            }
        }
        #expect(self.sink.events.map(\.type) == [.pageView, .pageView])
        #expect(self.sink.events.map(\.url.text).sorted() == ["https://shop.example/a", "https://shop.example/hinted"])
        #expect(tracker.statistics.skipped(.status) == 1)
        try self.expectOneVisitor()
    }

    @Test func upgradeIsNoPageView() throws {
        let channel = EmbeddedChannel(handlers: [TracifyChannelHandler(self.tracker)])
        let fields: HTTPFields = [.userAgent: "Mozilla/5.0", .upgrade: "websocket"]
        let request = HTTPRequest(method: .get, scheme: "http", authority: "shop.example", path: "/", headerFields: fields)
        try channel.writeInbound(HTTPRequestPart.head(request))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .switchingProtocols)))
        #expect(self.tracker.statistics.captured() == 0)
        #expect(self.tracker.statistics.skipped(.status) == 1)
    }

    /// Expects that every event belongs to the socket's peer.
    private func expectOneVisitor() throws {
        let identities = Set(self.sink.events.map(\.identity))
        let address = AnonymizedHash(hashing: "127.0.0.1")
        #expect(identities.map(\.address) == [address])
    }
}
