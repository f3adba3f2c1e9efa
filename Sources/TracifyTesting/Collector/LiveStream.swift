//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import NIOHTTP1

/// A stream of server-sent events (WHATWG HTML, section 9.2) that keeps a page up to date.
///
/// It looks for news four times a second, so that a thousand events a second cost one message each time. What the page has not read yet is
/// not added to.
final class LiveStream {
    private static let interval = TimeAmount.milliseconds(250)
    /// Without a message, a comment is sent each 15 seconds, so that a proxy does not close the connection.
    private static let ticksUntilComment = 60

    private let store: CollectorStore
    private var cursor = LiveFeed.Cursor()
    private var idleTicks = 0
    private var task: RepeatedTask?

    init(store: CollectorStore) {
        self.store = store
    }

    /// Begins the stream; the head of the response has been written.
    func start(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((context, self), eventLoop: context.eventLoop)
        self.task = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: LiveStream.interval) { task in
            let (context, stream) = bound.value
            guard context.channel.isActive else { return task.cancel() }
            stream.send(context)
        }
    }

    func stop() {
        self.task?.cancel()
        self.task = nil
    }

    private func send(_ context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        var buffer: ByteBuffer
        if let message = LiveFeed.message(of: self.store, &self.cursor) {
            buffer = context.channel.allocator.buffer(capacity: message.count + 16)
            buffer.writeString("data: ")
            buffer.writeBytes(message)
            buffer.writeString("\n\n")
            self.idleTicks = 0
        } else {
            self.idleTicks += 1
            guard self.idleTicks >= LiveStream.ticksUntilComment else { return }
            self.idleTicks = 0
            buffer = ByteBuffer(string: ":\n\n")
        }
        context.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(buffer))), promise: nil)
    }
}
#endif
