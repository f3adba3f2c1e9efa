//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import Synchronization

/// Holds back what connections receive until a number of connections received something, so that their requests overlap.
final class Gate: Sendable {
    private struct State {
        var arrivals = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let count: Int
    private let state = Mutex(State())

    init(_ count: Int) {
        self.count = count
    }

    /// Adds the gate to a connection's pipeline.
    func install(on channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(GateHandler(self))
    }

    /// Calls `resume` once the gate is open; in order for each connection, because the calls are made with the lock.
    fileprivate func pass(isFirst: Bool, _ resume: @escaping @Sendable () -> Void) {
        self.state.withLock { state in
            if isFirst { state.arrivals += 1 }
            state.waiting.append(resume)
            guard state.arrivals >= self.count else { return }
            for resume in state.waiting { resume() }
            state.waiting = []
        }
    }
}

private final class GateHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let gate: Gate
    private var isFirst = true

    init(_ gate: Gate) {
        self.gate = gate
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bound = NIOLoopBound((context, self.unwrapInboundIn(data)), eventLoop: context.eventLoop)
        self.gate.pass(isFirst: self.isFirst) {
            bound.eventLoop.execute {
                let (context, buffer) = bound.value
                context.fireChannelRead(NIOAny(buffer))
                context.fireChannelReadComplete()
            }
        }
        self.isFirst = false
    }
}
#endif
