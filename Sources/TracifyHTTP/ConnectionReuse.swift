//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import NIOCore
import NIOHTTP1
import NIOSSL
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The error of a request on a reused connection that the peer closed before the first byte of a response.
///
/// Servers and load balancers close connections that were idle for a while, at the moment when the next request may be on its way
/// (RFC 9112, section 9.3.1). Such a close says nothing about the destination's health.
struct ReusedConnectionClosed: Error {}

/// Tells whether a request failed because its reused connection was closed.
///
/// AsyncHTTPClient repeats no request, and its errors do not tell a reused connection from a new one. This observes a connection from
/// both sides of the HTTP encoder, and replaces the error.
final class ConnectionReuse {
    private var requestCount = 0
    private var isWaitingForFirstByte = false

    /// Begins to observe a connection of AsyncHTTPClient.
    static func observe(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let reuse = ConnectionReuse()
            let pipeline = channel.pipeline.syncOperations
            // Without the encoder, which another version of AsyncHTTPClient may not have, requests are not repeated.
            guard let encoder = try? pipeline.handler(type: HTTPRequestEncoder.self) else { return }
            try pipeline.addHandler(BytesHandler(reuse), position: .before(encoder))
            try pipeline.addHandler(RequestHandler(reuse), position: .after(encoder))
        }
    }

    fileprivate func requestBegins() {
        self.requestCount += 1
        self.isWaitingForFirstByte = true
    }

    fileprivate func bytesArrive() {
        self.isWaitingForFirstByte = false
    }

    /// Whether a request is in flight that can be repeated when the connection ends.
    fileprivate var isRepeatable: Bool { self.requestCount > 1 && self.isWaitingForFirstByte }

    /// Returns the error that the client is told instead of `error`.
    fileprivate func replacement(for error: any Error) -> any Error {
        self.isRepeatable && ConnectionReuse.isClose(error) ? ReusedConnectionClosed() : error
    }

    private static func isClose(_ error: any Error) -> Bool {
        switch error {
        case let error as IOError: [ECONNRESET, EPIPE, ECONNABORTED].contains(error.errnoCode)
        case let error as ChannelError: error == .ioOnClosedChannel || error == .eof || error == .alreadyClosed
        case let error as NIOSSLError: error == .uncleanShutdown
        default: false
        }
    }
}

/// Observes where requests begin.
private final class RequestHandler: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let reuse: ConnectionReuse

    init(_ reuse: ConnectionReuse) {
        self.reuse = reuse
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = self.unwrapOutboundIn(data) { self.reuse.requestBegins() }
        context.write(data, promise: promise)
    }
}

/// Observes the bytes of responses and the end of the connection, after TLS.
private final class BytesHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let reuse: ConnectionReuse

    init(_ reuse: ConnectionReuse) {
        self.reuse = reuse
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.reuse.bytesArrive()
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if self.reuse.isRepeatable { context.fireErrorCaught(ReusedConnectionClosed()) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.fireErrorCaught(self.reuse.replacement(for: error))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let promise, self.reuse.isRepeatable else { return context.write(data, promise: promise) }
        // A failed write completes its promise before the pipeline learns of the error.
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated()
            .whenComplete { result in
                promise.completeWith(result.mapError { self.reuse.replacement(for: $0) })
            }
        context.write(data, promise: written)
    }
}
