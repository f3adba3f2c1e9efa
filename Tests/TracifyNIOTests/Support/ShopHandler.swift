//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Tracify

/// A shop on the event loop, which uses the current visit of each request.
final class ShopHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let tracker: Tracker
    private var path = ""

    init(_ tracker: Tracker) {
        self.tracker = tracker
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let request): self.path = request.path ?? ""
        case .body: break
        case .end: self.respond(context)
        }
    }

    private func respond(_ context: ChannelHandlerContext) {
        let response = HTTPResponse(status: .ok, headerFields: [.contentType: "text/html", .contentLength: "0"])
        let tracker = self.tracker
        switch self.path {
        case "/cart":
            tracker.itemsAddedToCart([])
            self.write(response, context)
        case "/checkout":
            context.eventLoop
                .makeFutureWithTask {
                    try await tracker.orderPlaced(Order(id: "1001", currency: .eur, amount: Amount("49.90")))
                }
                .assumeIsolated()
                .whenComplete { result in
                    if case .success = result { self.write(response, context) } else { context.close(promise: nil) }
                }
        default:
            self.write(response, context)
        }
    }

    private func write(_ response: HTTPResponse, _ context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(.head(response)), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}
