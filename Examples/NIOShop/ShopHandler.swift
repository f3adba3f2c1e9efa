#if Configuration && TestKit
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import ShopKit

/// Reads a request to its end, lets the shop answer it in a task, and writes the answer.
final class ShopHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    /// The longest body that the shop reads.
    private static let maximumBodyBytes = 64 * 1024

    private let shop: Shop
    private var head: HTTPRequest?
    private var body = ByteBuffer()
    private var isTooLong = false

    init(_ shop: Shop) {
        self.shop = shop
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let request):
            self.head = request
            self.body.clear()
            self.isTooLong = false
        case .body(var part):
            self.isTooLong = self.isTooLong || self.body.readableBytes + part.readableBytes > Self.maximumBodyBytes
            if !self.isTooLong { self.body.writeBuffer(&part) }
        case .end:
            guard let request = self.head else { return }
            self.head = nil
            guard !self.isTooLong else { return self.write(ShopResponse(status: 413), context) }
            let (shop, body) = (self.shop, Array(buffer: self.body))
            // The task has the `Visit.current` of this call.
            context.eventLoop.makeFutureWithTask { await shop.answer(request, body) }
                .assumeIsolated()
                .whenSuccess { self.write($0, context) }
        }
    }

    /// What is left of a connection whose peer broke it, or broke the protocol.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func write(_ response: ShopResponse, _ context: ChannelHandlerContext) {
        var head = HTTPResponse(status: .init(code: response.status))
        for (name, value) in response.headers {
            guard let name = HTTPField.Name(name) else { continue }
            head.headerFields.append(HTTPField(name: name, value: value))
        }
        head.headerFields[.contentLength] = "\(response.body.count)"
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(ByteBuffer(bytes: response.body))), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}
#endif
