import HTTPTypes
public import NIOCore
public import NIOHTTPTypes
public import Tracify

/// Reports every answered request of a connection to an observer. For servers that are made of SwiftNIO alone.
///
/// It stands directly behind the codec that makes HTTP types, `HTTP1ToHTTPServerCodec` or, in a stream's channel,
/// `HTTP2FramePayloadToHTTPServerCodec`:
///
/// ```swift
/// let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
///     .childChannelInitializer { channel in
///         channel.eventLoop.makeCompletedFuture {
///             let pipeline = channel.pipeline.syncOperations
///             try pipeline.configureHTTPServerPipeline()
///             try pipeline.addHandlers(HTTP1ToHTTPServerCodec(secure: false), TracifyHandler(tracker), ShopHandler(tracker))
///         }
///     }
///     .bind(host: "127.0.0.1", port: port)
///     .get()
/// ```
///
/// Requests, responses and errors pass through untouched, and a body's parts at no cost in memory. A request is reported once the
/// head of its final response has been handed on, so a streamed response is not waited for. What is closed before is not
/// reported, nor is what stands in front of the handler answers by itself, such as `HTTPServerProtocolErrorHandler`.
///
/// ## The visit in a handler
///
/// ``Tracify/Visit/current`` is the request's visit while its head and its end are passed on, in the handlers behind this one and
/// in a `Task` that they start there. While a part of its body is passed on there is none, as that would cost memory for each part.
///
/// A task that reads a `NIOAsyncChannel` is not called by the handler and makes the visit itself, which costs as little:
///
/// ```swift
/// let visit = tracker.visit(for: request, from: PeerAddress(channel.channel.remoteAddress))
/// try await Visit.$current.withValue(visit) { try await answer(request) }
/// ```
///
/// ## Pairing
///
/// Responses answer requests in the order these came, as HTTP has it. Informational heads answer nothing, except 101, which is
/// its request's last answer; after it, or once a `CONNECT` has succeeded, the connection speaks something else and whatever passes
/// is not looked at. A response that no request waits for, such as one to a connection that idles, answers none that comes later;
/// nor does a head that is written before the response before it has got its end. Of the requests that wait at the same time, only
/// the first sixteen are held: more come only without `HTTPServerPipelineHandler`, and those are not reported.
public final class TracifyHandler<Observer: RequestObserver>: ChannelDuplexHandler, RemovableChannelHandler {
    /// Parts of requests.
    public typealias InboundIn = HTTPRequestPart
    /// The same parts.
    public typealias InboundOut = HTTPRequestPart
    /// Parts of responses.
    public typealias OutboundIn = HTTPResponsePart
    /// The same parts.
    public typealias OutboundOut = HTTPResponsePart

    private let observer: Observer
    /// The connection's other end, once there has been a request. A channel has no address yet when its handlers are added.
    private var peer: PeerAddress?
    private var unanswered = UnansweredRequests()
    /// The visit of the request whose end has not come yet.
    private var arriving: Visit?
    /// Whether the end of a response, of whichever request or none, is still to be written.
    private var isAnswering = false
    /// Whether what passes is no HTTP any more, nor need be made of its parts.
    private var hasSwitched = false

    /// Creates the handler of one connection or stream.
    ///
    /// - Parameter observer: Who is told: a ``Tracify/Tracker``, or a test's own.
    public init(_ observer: Observer) {
        self.observer = observer
    }

    /// Hands a request's part on, its head and its end with the visit as ``Tracify/Visit/current``.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let visit = self.visit(ofPart: data, context) else { return context.fireChannelRead(data) }
        Visit.$current.withValue(visit) { context.fireChannelRead(data) }
    }

    /// Hands a response's part on, and reports the request if it was its final head.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.hasSwitched else { return context.write(data, promise: promise) }
        switch self.unwrapOutboundIn(data) {
        case .head(let response):
            // All is settled before it is handed on: from there, other handlers may call back.
            let answered = self.requestAnswered(with: response)
            context.write(data, promise: promise)
            if let answered { self.observer.requestAnswered(answered.request, of: answered.visit, with: response) }
        case .body:
            context.write(data, promise: promise)
        case .end:
            self.isAnswering = false
            context.write(data, promise: promise)
        }
    }

    /// Forgets what has not been answered, as nobody is there to see an answer.
    public func channelInactive(context: ChannelHandlerContext) {
        self.forgetRequests()
        context.fireChannelInactive()
    }

    /// Forgets what has not been answered, as the answer will not pass here.
    public func handlerRemoved(context: ChannelHandlerContext) {
        self.forgetRequests()
    }

    private func forgetRequests() {
        self.unanswered.removeAll()
        self.arriving = nil
    }

    /// The visit that a part is handed on with.
    private func visit(ofPart data: NIOAny, _ context: ChannelHandlerContext) -> Visit? {
        guard !self.hasSwitched else { return nil }
        switch self.unwrapInboundIn(data) {
        case .head(let request):
            let peer = self.peer ?? PeerAddress(context.channel.remoteAddress)
            self.peer = peer
            let visit = self.observer.visit(for: request, from: peer)
            self.unanswered.append(.init(request: request, visit: visit))
            self.arriving = visit
            return visit
        case .body:
            return nil
        case .end:
            defer { self.arriving = nil }
            return self.arriving
        }
    }

    /// Takes note of a response's head.
    ///
    /// - Returns: The request that it answers, if any.
    private func requestAnswered(with response: HTTPResponse) -> UnansweredRequests.Entry? {
        let isSwitching = response.status == .switchingProtocols
        guard !self.isAnswering, isSwitching || response.status.kind != .informational else { return nil }
        self.isAnswering = true
        let answered = self.unanswered.removeFirst()
        let hasConnected = answered?.request.method == .connect && response.status.kind == .successful
        if isSwitching || hasConnected {
            self.hasSwitched = true
            self.forgetRequests()
        }
        return answered
    }
}

@available(*, unavailable)
extension TracifyHandler: Sendable {}
