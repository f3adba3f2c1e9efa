//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix

/// A connection for HTTP/2 in cleartext with prior knowledge.
struct HTTP2Client {
    private typealias Stream = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private let channel: any Channel
    private let streams: NIOHTTP2Handler.AsyncStreamMultiplexer<Void>

    struct NoResponse: Error {}

    /// All handlers are added before the connection and each stream become active.
    ///
    /// An earlier frame would be lost.
    static func connect(to port: Int) async throws -> HTTP2Client {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.configureAsyncHTTP2Pipeline(mode: .client) { stream in
                    stream.eventLoop.makeSucceededVoidFuture()
                }
                .map { HTTP2Client(channel: channel, streams: $0) }
            }
    }

    func close() async throws {
        try await self.channel.close()
    }

    func send(_ head: HTTPRequestHead, body: ByteBuffer?) async throws -> (head: HTTPResponseHead, body: ByteBuffer) {
        let stream = try await self.streams.openStream { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .http))
                return try Stream(wrappingChannelSynchronously: channel)
            }
        }
        return try await stream.executeThenClose { inbound, outbound in
            // A server may respond before it has read the complete request and then stop reading, so the write runs concurrently.
            async let _: Void = Self.write(head, body, to: outbound)
            var response: HTTPResponseHead?
            var content = ByteBuffer()
            reading: for try await part in inbound {
                switch part {
                case .head(let head): response = head
                case .body(var chunk): content.writeBuffer(&chunk)
                case .end: break reading
                }
            }
            guard let response else { throw NoResponse() }
            return (response, content)
        }
    }

    private static func write(
        _ head: HTTPRequestHead,
        _ body: ByteBuffer?,
        to outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async {
        try? await outbound.write(.head(head))
        if let body { try? await outbound.write(.body(.byteBuffer(body))) }
        try? await outbound.write(.end(nil))
    }
}
#endif
