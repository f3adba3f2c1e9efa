//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import HTTPTypes
import NIOCore
import NIOHTTPTypes
import ShopKit

/// A handler that reads a request to its end, runs the shop in a task, and writes the response.
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
            // The task inherits `Visit.current` from this call.
            context.eventLoop.makeFutureWithTask { await shop.answer(request, body) }
                .assumeIsolated()
                .whenSuccess { self.write($0, context) }
        }
    }

    /// Closes the connection after an I/O or protocol error.
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
