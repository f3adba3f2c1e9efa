//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes
public import NIOCore
public import NIOHTTPTypes
public import Tracify

/// A channel handler that reports the requests of a connection to an observer, for servers on SwiftNIO without a framework.
///
/// Add it directly after the codec that produces HTTP types: `HTTP1ToHTTPServerCodec` or, in the channel of a stream,
/// `HTTP2FramePayloadToHTTPServerCodec`.
///
/// ```swift
/// let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
///     .childChannelInitializer { channel in
///         channel.eventLoop.makeCompletedFuture {
///             let pipeline = channel.pipeline.syncOperations
///             try pipeline.configureHTTPServerPipeline()
///             try pipeline.addHandlers(
///                 HTTP1ToHTTPServerCodec(secure: false),
///                 TracifyChannelHandler(tracker),
///                 ShopHandler(tracker)
///             )
///         }
///     }
///     .bind(host: "127.0.0.1", port: port)
///     .get()
/// ```
///
/// Requests, responses and errors pass through unchanged, and the parts of a body without an allocation. A request is reported
/// when the head of its final response has been passed on, so a streamed response does not delay the report. A request whose
/// connection or stream is closed before that is not reported. Neither is a request to which an earlier handler responds, such
/// as `HTTPServerProtocolErrorHandler`.
///
/// ## The visit in a handler
///
/// `Visit.current` is the request's visit while the head and the end of the request are passed on: in the handlers
/// after this one, and in a `Task` that they create there. While a part of the body is passed on, it is not set, because that
/// would allocate for each part.
///
/// A task that reads from a `NIOAsyncChannel` is not called by this handler. It creates the visit itself, at the same cost:
///
/// ```swift
/// let visit = tracker.visit(for: request, from: PeerAddress(channel.channel.remoteAddress))
/// try await Visit.$current.withValue(visit) { try await answer(request) }
/// ```
///
/// ## Pairing
///
/// Responses belong to the requests in the order of arrival (RFC 9112, section 9.3.2):
///
/// - An informational head does not complete a request, except 101, which is the request's final response.
/// - After 101 or a successful `CONNECT`, the connection carries another protocol, and the handler ignores what passes.
/// - A response for which no request waits, such as one on an idle connection, does not complete a later request. Neither does a
///   head that is written before the end of the previous response.
/// - At most sixteen waiting requests are stored. More occur only without `HTTPServerPipelineHandler`, and these are not
///   reported.
public final class TracifyChannelHandler<Observer: RequestObserver>: ChannelDuplexHandler, RemovableChannelHandler {
    /// The parts of requests.
    public typealias InboundIn = HTTPRequestPart
    /// The parts of requests, unchanged.
    public typealias InboundOut = HTTPRequestPart
    /// The parts of responses.
    public typealias OutboundIn = HTTPResponsePart
    /// The parts of responses, unchanged.
    public typealias OutboundOut = HTTPResponsePart

    private let observer: Observer
    /// The peer of the connection, set by the first request.
    ///
    /// A channel has no remote address yet when its handlers are added.
    private var peer: PeerAddress?
    private var pending = PendingRequests()
    /// The visit of the request whose end has not arrived yet.
    private var incomingVisit: Visit?
    /// Whether the end of a response is still to be written, whether or not a request waits for it.
    private var isResponding = false
    /// Whether the connection no longer carries HTTP, so that what passes must not be unwrapped as parts.
    private var hasSwitchedProtocols = false

    /// Creates the handler of a connection or a stream.
    ///
    /// - Parameter observer: The observer: a `Tracker`, or a test's own.
    public init(_ observer: Observer) {
        self.observer = observer
    }

    /// Passes a request's part on, its head and its end with the visit as `Visit.current`.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let visit = self.visit(ofPart: data, context) else { return context.fireChannelRead(data) }
        Visit.$current.withValue(visit) { context.fireChannelRead(data) }
    }

    /// Passes a response's part on, and reports the request when the part is its final head.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.hasSwitchedProtocols else { return context.write(data, promise: promise) }
        switch self.unwrapOutboundIn(data) {
        case .head(let response):
            // The state is updated before the head is passed on, because other handlers may call back from there.
            let completed = self.completeRequest(with: response)
            context.write(data, promise: promise)
            if let completed { self.observer.requestCompleted(completed.request, response: response, visit: completed.visit) }
        case .body:
            context.write(data, promise: promise)
        case .end:
            self.isResponding = false
            context.write(data, promise: promise)
        }
    }

    /// Discards the waiting requests, whose responses cannot be delivered any more.
    public func channelInactive(context: ChannelHandlerContext) {
        self.discardRequests()
        context.fireChannelInactive()
    }

    /// Discards the waiting requests, whose responses do not pass through this handler any more.
    public func handlerRemoved(context: ChannelHandlerContext) {
        self.discardRequests()
    }

    private func discardRequests() {
        self.pending.removeAll()
        self.incomingVisit = nil
    }

    /// Returns the visit with which a part is passed on; `nil` for none.
    private func visit(ofPart data: NIOAny, _ context: ChannelHandlerContext) -> Visit? {
        guard !self.hasSwitchedProtocols else { return nil }
        switch self.unwrapInboundIn(data) {
        case .head(let request):
            let peer = self.peer ?? PeerAddress(context.channel.remoteAddress)
            self.peer = peer
            let visit = self.observer.visit(for: request, from: peer)
            self.pending.append(.init(request: request, visit: visit))
            self.incomingVisit = visit
            return visit
        case .body:
            return nil
        case .end:
            defer { self.incomingVisit = nil }
            return self.incomingVisit
        }
    }

    /// Updates the pairing with a response's head.
    ///
    /// - Parameter response: The head.
    /// - Returns: The request that the head completes, if any.
    private func completeRequest(with response: HTTPResponse) -> PendingRequests.Entry? {
        let isSwitching = response.status == .switchingProtocols
        guard !self.isResponding, isSwitching || response.status.kind != .informational else { return nil }
        self.isResponding = true
        let completed = self.pending.removeFirst()
        let hasConnected = completed?.request.method == .connect && response.status.kind == .successful
        if isSwitching || hasConnected {
            self.hasSwitchedProtocols = true
            self.discardRequests()
        }
        return completed
    }
}

@available(*, unavailable)
extension TracifyChannelHandler: Sendable {}
