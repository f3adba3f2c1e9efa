import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// A server's own handler: answers every path with a page, and some in a way of their own.
final class PageHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    /// Answered at its head, whatever body may come.
    static let refused = "/refused"
    /// Answered after early hints.
    static let hinted = "/hinted"
    /// Answered when the connection is gone already.
    static let tooLate = "/too-late"

    /// The end of every page.
    static let pageEnd = "</p>"

    private let closed: AsyncStream<Void>.Continuation?
    private var path = ""

    /// - Parameter closed: Told when the connection is gone.
    init(closed: AsyncStream<Void>.Continuation? = nil) {
        self.closed = closed
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let request):
            self.path = request.path ?? ""
            if request.headerFields[.expect] == "100-continue" { self.writeHead(.continue, context) }
            if self.path == PageHandler.refused { self.answer(.contentTooLarge, context) }
        case .body:
            break
        case .end:
            switch self.path {
            case PageHandler.refused, PageHandler.tooLate: break
            case PageHandler.hinted:
                self.writeHead(.earlyHints, context)
                self.answer(.ok, context)
            default: self.answer(.ok, context)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if self.path == PageHandler.tooLate { self.answer(.ok, context) }
        self.closed?.yield()
        context.fireChannelInactive()
    }

    private func answer(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
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
