import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing
import TracifyNIO

/// What passes the handler, and what becomes of the requests when the connection ends.
struct PassageTests {
    @Test func whatIsClosedBeforeItsAnswerIsNotReported() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        try connection.request("/b")
        try connection.answer()
        connection.channel.pipeline.fireChannelInactive()
        try connection.answer(.notFound)
        #expect(connection.observer.answers == ["/a 200"])
        #expect(connection.observer.arrived == ["/a", "/b"])
    }

    @Test func aHalfClosedConnectionStillGetsItsAnswer() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        try connection.answer()
        #expect(connection.observer.answers == ["/a 200"])
    }

    @Test func aHandlerThatIsRemovedForgets() throws {
        let connection = try EmbeddedConnection()
        try connection.request("/socket")
        try connection.channel.pipeline.syncOperations.removeHandler(connection.handler).wait()
        try connection.answer(.switchingProtocols)
        #expect(connection.observer.answers == [])
        #expect(try connection.writtenStatuses() == [101])
    }

    @Test func anUpgradeMayRemoveTheHandlerWhileItIsCalled() throws {
        let connection = try EmbeddedConnection(behind: [Upgrader()])
        try connection.request("/socket")
        try connection.channel.writeInbound(ByteBuffer(string: "in"))
        #expect(connection.observer.answers == ["/socket 101"])
        #expect(try connection.writtenStatuses() == [101])
    }

    @Test func errorsPass() throws {
        struct Oops: Error {}
        let connection = try EmbeddedConnection()
        try connection.request("/a")
        connection.channel.pipeline.fireErrorCaught(Oops())
        #expect(throws: Oops.self) { try connection.channel.throwIfErrorCaught() }
        // What the application makes of an error that it was told of is the answer that the client gets.
        try connection.answer(.badRequest)
        #expect(connection.observer.answers == ["/a 400"])
    }

    @Test func aFailedWriteIsItsWritersToKnow() throws {
        let connection = try EmbeddedConnection(inFront: [WriteRefuser()])
        try connection.request("/a")
        #expect(throws: WriteRefuser.Refusal.self) { try connection.answerHead(.ok) }
    }

    @Test func partsPassUntouched() throws {
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
        // The very bytes, not a copy of them.
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

/// Answers 101 and takes the handlers of HTTP away, itself too, as one does for a WebSocket.
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

private final class WriteRefuser: ChannelOutboundHandler {
    typealias OutboundIn = HTTPResponsePart

    struct Refusal: Error {}

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.fail(Refusal())
    }
}
