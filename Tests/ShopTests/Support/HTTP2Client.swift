#if Configuration && TestKit
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix

/// One connection that speaks HTTP/2 without TLS, to a server that is known to.
struct HTTP2Client {
    private typealias Stream = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private let channel: any Channel
    private let streams: NIOHTTP2Handler.AsyncStreamMultiplexer<Void>

    struct NoAnswer: Error {}

    /// All handlers are there before the connection is, and before each stream: a frame that came earlier would be lost.
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
            // A server may answer before it has read everything, and then reads no more: whoever still writes waits in vain.
            async let _: Void = Self.write(head, body, to: outbound)
            var answer: HTTPResponseHead?
            var content = ByteBuffer()
            reading: for try await part in inbound {
                switch part {
                case .head(let head): answer = head
                case .body(var chunk): content.writeBuffer(&chunk)
                case .end: break reading
                }
            }
            guard let answer else { throw NoAnswer() }
            return (answer, content)
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
