//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing
import TracifyNIO

/// The handler passes messages and errors through unchanged, and discards pending requests when the connection ends.
struct PassThroughTests {
    @Test func doesNotReportRequestsOfClosedConnection() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        try connection.request("/b")
        try connection.respond()
        connection.channel.pipeline.fireChannelInactive()
        try connection.respond(.notFound)
        #expect(connection.observer.responses == ["/a 200"])
        #expect(connection.observer.received == ["/a", "/b"])
    }

    @Test func reportsResponseOnHalfClosedConnection() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        try connection.respond()
        #expect(connection.observer.responses == ["/a 200"])
    }

    @Test func doesNotReportAfterRemoval() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/socket")
        try connection.channel.pipeline.syncOperations.removeHandler(connection.handler).wait()
        try connection.respond(.switchingProtocols)
        #expect(connection.observer.responses == [])
        #expect(try connection.writtenStatuses() == [101])
    }

    @Test func supportsRemovalDuringUpgrade() throws {
        let connection = try EmbeddedConnection(behind: [Upgrader()])
        try connection.request("/socket")
        try connection.channel.writeInbound(ByteBuffer(string: "in"))
        #expect(connection.observer.responses == ["/socket 101"])
        #expect(try connection.writtenStatuses() == [101])
    }

    @Test func passesErrorsOn() throws {
        struct SomeFailure: Error {}
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        connection.channel.pipeline.fireErrorCaught(SomeFailure())
        #expect(throws: SomeFailure.self) { try connection.channel.throwIfErrorCaught() }
        // The application's response to the error is the response that the client receives.
        try connection.respond(.badRequest)
        #expect(connection.observer.responses == ["/a 400"])
    }

    @Test func failedWriteFailsPromiseOfWriter() throws {
        let connection = try EmbeddedConnection(inFront: [FailingWriteHandler()])
        try connection.request("/a")
        #expect(throws: FailingWriteHandler.WriteFailure.self) { try connection.respondHead(.ok) }
    }

    @Test func passesPartsUnchanged() throws {
        let inFront = Probe()
        let behind = Probe()
        let connection = try EmbeddedConnection(behind: [behind], inFront: [inFront])
        let pipeline = connection.channel.pipeline.syncOperations
        let request = HTTPRequest(method: .post, scheme: "http", authority: "shop.example", path: "/")
        let response = HTTPResponse(status: .ok, headerFields: [.eTag: "x"])
        let body = ByteBuffer(string: "text")
        let requestParts: [HTTPRequestPart] = [.head(request), .body(body), .body(body), .end([.eTag: "x"])]
        let responseParts: [HTTPResponsePart] = [.head(response), .body(body), .body(body), .end([.eTag: "x"])]
        for part in requestParts { pipeline.fireChannelRead(NIOAny(part)) }
        for part in responseParts { pipeline.writeAndFlush(NIOAny(part), promise: nil) }
        #expect(behind.read == requestParts)
        #expect(inFront.written == responseParts)
        // The same storage, not a copy.
        let address = body.address
        let addresses = behind.read.compactMap(\.body).map(\.address) + inFront.written.compactMap(\.body).map(\.address)
        #expect(addresses == [address, address, address, address])
    }
}

extension ByteBuffer {
    fileprivate var address: UnsafeRawPointer? { self.withUnsafeReadableBytes { $0.baseAddress } }
}

extension HTTPRequestPart {
    fileprivate var body: ByteBuffer? {
        if case .body(let body) = self { body } else { nil }
    }
}

extension HTTPResponsePart {
    fileprivate var body: ByteBuffer? {
        if case .body(let body) = self { body } else { nil }
    }
}

private final class Probe: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    var read: [HTTPRequestPart] = []
    var written: [HTTPResponsePart] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.read.append(self.unwrapInboundIn(data))
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.written.append(self.unwrapOutboundIn(data))
        context.write(data, promise: promise)
    }
}

/// A handler that responds with 101 and removes the HTTP handlers, as an upgrade to WebSocket does.
private final class Upgrader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = self.unwrapInboundIn(data) else { return }
        let pipeline = context.pipeline.syncOperations
        context.writeAndFlush(self.wrapOutboundOut(.head(HTTPResponse(status: .switchingProtocols))), promise: nil)
        if let handler = try? pipeline.handler(type: TracifyChannelHandler<Recorder>.self) {
            pipeline.removeHandler(handler, promise: nil)
        }
        pipeline.removeHandler(self, promise: nil)
    }
}

private final class FailingWriteHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPResponsePart

    struct WriteFailure: Error {}

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.fail(WriteFailure())
    }
}
