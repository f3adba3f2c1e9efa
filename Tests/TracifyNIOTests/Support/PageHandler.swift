//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// A server's handler that responds to every path with a page, and to some paths specially.
final class PageHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    /// A path whose response is sent at the request head.
    static let refused = "/refused"
    /// A path whose response follows early hints.
    static let hinted = "/hinted"
    /// A path whose response is written after the connection closed.
    static let tooLate = "/too-late"

    /// The end of each page.
    static let pageEnd = "</p>"

    private let closed: AsyncStream<Void>.Continuation?
    private var path = ""

    /// - Parameter closed: Receives an element when the connection closes.
    init(closed: AsyncStream<Void>.Continuation? = nil) {
        self.closed = closed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let request):
            self.path = request.path ?? ""
            if request.headerFields[.expect] == "100-continue" { self.writeHead(.continue, context) }
            if self.path == PageHandler.refused { self.respond(.contentTooLarge, context) }
        case .body:
            break
        case .end:
            switch self.path {
            case PageHandler.refused, PageHandler.tooLate: break
            case PageHandler.hinted:
                self.writeHead(.earlyHints, context)
                self.respond(.ok, context)
            default: self.respond(.ok, context)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if self.path == PageHandler.tooLate { self.respond(.ok, context) }
        self.closed?.yield()
        context.fireChannelInactive()
    }

    private func respond(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
        let page = ByteBuffer(string: "<p>\(self.path)\(PageHandler.pageEnd)")
        let fields: HTTPFields = [.contentType: "text/html", .contentLength: "\(page.readableBytes)"]
        context.write(self.wrapOutboundOut(.head(HTTPResponse(status: status, headerFields: fields))), promise: nil)
        context.write(self.wrapOutboundOut(.body(page)), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    private func writeHead(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
        context.writeAndFlush(self.wrapOutboundOut(.head(HTTPResponse(status: status))), promise: nil)
    }
}
