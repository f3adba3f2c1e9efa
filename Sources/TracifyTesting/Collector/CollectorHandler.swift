//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import NIOHTTP1
import Tracify
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The channel handler of a connection to a collector.
final class CollectorHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let store: CollectorStore
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLong = false
    /// When the head of the request was read.
    private var start = NIODeadline.now()
    private var stream: LiveStream?

    init(store: CollectorStore) {
        self.store = store
    }

    func channelActive(context: ChannelHandlerContext) {
        guard self.store.add(context.channel) else { return context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.store.remove(context.channel)
        if let stream = self.stream.take() {
            stream.stop()
            self.store.removeStream()
        }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            if self.isForEvents(head), self.store.cutsOff() { return self.reset(context) }
            self.head = head
            self.start = .now()
            self.body.removeAll(keepingCapacity: true)
            self.isTooLong = false
        case .body(let buffer):
            guard self.head != nil else { return }
            if self.body.count + buffer.readableBytes > self.store.configuration.maximumBodyBytes {
                self.isTooLong = true
            } else {
                self.body.append(contentsOf: buffer.readableBytesView)
            }
        case .end:
            guard let head = self.head else { return }
            self.head = nil
            self.answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The client disconnected, or does not speak HTTP.
        context.close(promise: nil)
    }

    private func isForEvents(_ head: HTTPRequestHead) -> Bool {
        head.method == .POST && head.uri.splitOnce(at: "?").0 == "/api/v1/events"
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let (path, query) = head.uri.splitOnce(at: "?")
        if path == "/api/v1/events" {
            return head.method == .POST ? self.receive(head, context) : self.write(405, [], [], head, context)
        }
        guard let route = CollectorRoute(rawValue: String(path)) else {
            guard head.method == .POST else { return self.write(404, [], [], head, context) }
            return self.receive(head, context, isEndpoint: false)
        }
        guard head.method == route.method else { return self.write(405, [], [], head, context) }
        let pageGuard = PageGuard(names: self.store.configuration.pageHosts)
        guard route.method == .GET ? pageGuard.allows(head) : pageGuard.allowsChange(head) else {
            let reason = "The page and its data are only for `localhost`, addresses and the names in `pageHosts`.\n"
            return self.write(403, LivePage.headersOfData, Array(reason.utf8), head, context)
        }
        switch route {
        case .page:
            let (headers, html) = LivePage.response()
            self.write(200, headers, html, head, context)
        case .events:
            self.write(200, CollectorReply.json + LivePage.headersOfData, self.store.json(), head, context)
        case .feed: self.startStream(head, context)
        case .faults:
            let terms = query.split(separator: "&")
            guard let kind = terms.first.flatMap({ CollectorFault(rawValue: String($0)) }) else {
                return self.write(400, [], [], head, context)
            }
            self.store.inject(kind, always: terms.contains("always"))
            self.write(204, [], [], head, context)
        }
    }

    private func receive(_ head: HTTPRequestHead, _ context: ChannelHandlerContext, isEndpoint: Bool = true) {
        let token = head.headers.first(name: "tracify-token")
        let body = self.isTooLong ? nil : self.body
        let (reply, number) = self.store.receive(token: token, body: body, isEndpoint: isEndpoint)
        guard reply.delay > .zero else { return self.perform(reply.behavior, number, head, context) }
        let bound = NIOLoopBound((context, self), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(reply.delay)) {
            let (context, handler) = bound.value
            if context.channel.isActive { handler.perform(reply.behavior, number, head, context) }
        }
    }

    /// Begins a stream of server-sent events, which ends with the connection.
    private func startStream(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard self.stream == nil, self.store.addStream() else { return self.write(503, [], [], head, context) }
        let fields = HTTPHeaders([("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")] + LivePage.headersOfData)
        let response = HTTPResponseHead(version: .http1_1, status: .ok, headers: fields)
        context.writeAndFlush(self.wrapOutboundOut(.head(response)), promise: nil)
        let stream = LiveStream(store: self.store)
        self.stream = stream
        stream.start(context)
    }

    private func perform(
        _ behavior: CollectorReply.Behavior,
        _ number: Int,
        _ head: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        self.store.respond(to: number, after: .nanoseconds((NIODeadline.now() - self.start).nanoseconds))
        switch behavior {
        case .answer(let status, let headers, let body, let declaredLength):
            self.write(status, headers, body, head, context, declaredLength: declaredLength)
        case .judge, .hang:
            // No response; the client's own timeout ends it.
            break
        case .reset, .resetBeforeBody:
            self.reset(context)
        case .drip:
            self.drip(context)
        }
    }

    private func write(
        _ status: Int,
        _ headers: [(String, String)],
        _ body: [UInt8],
        _ request: HTTPRequestHead,
        _ context: ChannelHandlerContext,
        declaredLength: Int? = nil
    ) {
        var fields = HTTPHeaders(headers)
        fields.replaceOrAdd(name: "Content-Length", value: "\(declaredLength ?? body.count)")
        fields.replaceOrAdd(name: "Cache-Control", value: "no-store")
        let head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        guard declaredLength == nil else {
            // The rest is never sent.
            context.flush()
            context.close(promise: nil)
            return
        }
        guard !request.isKeepAlive else { return context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil) }
        // A close at once would drop what the socket has not taken yet, which a long body is.
        let channel = context.channel
        context.writeAndFlush(self.wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    private func drip(_ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "50000"])
        context.writeAndFlush(self.wrapOutboundOut(.head(head)), promise: nil)
        let bound = NIOLoopBound((context, self), eventLoop: context.eventLoop)
        context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { task in
            let (context, handler) = bound.value
            guard context.channel.isActive else { return task.cancel() }
            context.writeAndFlush(handler.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: " ")))), promise: nil)
        }
    }

    /// Closes the connection with a reset, as a server that crashed.
    private func reset(_ context: ChannelHandlerContext) {
        if let channel = context.channel as? any SocketOptionProvider {
            let channelToClose = NIOLoopBound(context, eventLoop: context.eventLoop)
            channel.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                .whenComplete { _ in
                    channelToClose.value.close(promise: nil)
                }
        } else {
            context.close(promise: nil)
        }
    }
}

/// The routes of the page and its data.
enum CollectorRoute: String {
    case page = "/"
    case events = "/events"
    case feed = "/feed"
    case faults = "/faults"

    var method: HTTPMethod { self == .faults ? .POST : .GET }
}

extension String {
    /// Returns the parts before and after the first occurrence of a character; an empty second part when there is none.
    fileprivate func splitOnce(at separator: Character) -> (Substring, Substring) {
        guard let index = self.firstIndex(of: separator) else { return (self[...], "") }
        return (self[..<index], self[self.index(after: index)...])
    }
}
#endif
