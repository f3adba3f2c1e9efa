#if Configuration && TestKit
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix

/// One connection that speaks HTTP/2 without TLS, to a server that is known to.
struct HTTP2Client {
    private let channel: any Channel
    private let streams: NIOHTTP2Handler.StreamMultiplexer

    struct NoAnswer: Error {}

    static func connect(to port: Int) async throws -> HTTP2Client {
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
        let streams =
            try await channel.configureHTTP2Pipeline(
                mode: .client,
                connectionConfiguration: .init(),
                streamConfiguration: .init(),
                streamDelegate: nil,
                inboundStreamInitializer: { $0.eventLoop.makeSucceededVoidFuture() }
            )
            .get()
        return HTTP2Client(channel: channel, streams: streams)
    }

    func close() async throws {
        try await self.channel.close()
    }

    func send(_ head: HTTPRequestHead, body: ByteBuffer?) async throws -> (head: HTTPResponseHead, body: ByteBuffer) {
        typealias Stream = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
        let stream = try await self.streams
            .createStreamChannel { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .http))
                }
            }
            .get()
        let asyncStream = try await stream.eventLoop
            .submit {
                try Stream(wrappingChannelSynchronously: stream)
            }
            .get()
        return try await asyncStream.executeThenClose { inbound, outbound in
            try await outbound.write(.head(head))
            if let body { try await outbound.write(.body(.byteBuffer(body))) }
            try await outbound.write(.end(nil))
            var answer: HTTPResponseHead?
            var content = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let head): answer = head
                case .body(var chunk): content.writeBuffer(&chunk)
                case .end:
                    guard let answer else { throw NoAnswer() }
                    return (answer, content)
                }
            }
            throw NoAnswer()
        }
    }
}
#endif
