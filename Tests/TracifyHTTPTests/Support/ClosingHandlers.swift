//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import Synchronization
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A thread-safe counter.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { self.count.load(ordering: .relaxed) }

    @discardableResult
    func increment() -> Int { self.count.add(1, ordering: .relaxed).newValue }
}

/// Ends a connection when a request arrives after a number of responses, as a server whose idle timeout ends at that moment.
final class IdleClosingHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    enum End { case close, reset, closeAfterOneByte }

    private let responseLimit: Int
    private let end: End
    private var responses = 0
    private var isEnding = false

    private init(responseLimit: Int, _ end: End) {
        self.responseLimit = responseLimit
        self.end = end
    }

    /// Returns the function that adds a handler to a connection's pipeline; connections beyond the limit get no response.
    static func installer(
        after responseLimit: Int,
        _ end: End,
        _ connections: Counter,
        connectionLimit: Int = .max
    ) -> @Sendable (any Channel) throws -> Void {
        { channel in
            let limit = connections.increment() > connectionLimit ? 0 : responseLimit
            try channel.pipeline.syncOperations.addHandler(IdleClosingHandler(responseLimit: limit, end))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isEnding else { return }
        guard self.responses >= self.responseLimit else { return context.fireChannelRead(data) }
        self.isEnding = true
        switch self.end {
        case .close:
            context.close(promise: nil)
        case .closeAfterOneByte:
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(self.wrapOutboundOut(.byteBuffer(ByteBuffer(string: "H"))))
                // Its half only: to close while a part of the request is unread resets the connection, and the byte may be lost.
                .whenComplete { _ in bound.value.close(mode: .output, promise: nil) }
        case .reset:
            guard let channel = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            channel.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in bound.value.close(promise: nil) }
        }
    }

    func flush(context: ChannelHandlerContext) {
        // The collector flushes once, at the end of a response.
        self.responses += 1
        context.flush()
    }
}

/// Closes a connection after its first response.
final class CloseAfterResponseHandler: ChannelOutboundHandler {
    typealias OutboundIn = IOData

    func flush(context: ChannelHandlerContext) {
        context.flush()
        context.close(promise: nil)
    }
}
#endif
