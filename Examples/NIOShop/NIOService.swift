//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypesHTTP1
import NIOHTTPTypesHTTP2
import NIOPosix
import ServiceLifecycle
import ShopKit
import TracifyNIO

/// The shop on SwiftNIO alone: the channel handlers of each connection, including the tracker's.
struct NIOService: Service {
    private let setup: ShopSetup
    private let onListening: @Sendable (_ port: Int) -> Void

    /// The time for requests in flight at shutdown.
    private static let deadline = TimeAmount.seconds(10)

    init(_ setup: ShopSetup, onListening: @escaping @Sendable (_ port: Int) -> Void) {
        self.setup = setup
        self.onListening = onListening
    }

    func run() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let quiescing = ServerQuiescingHelper(group: group)
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if self.setup.settings.isHTTP2 {
                        try self.configureHTTP2(pipeline, on: channel)
                    } else {
                        try pipeline.configureHTTPServerPipeline()
                        try self.addHandlers(behind: HTTP1ToHTTPServerCodec(secure: false), to: pipeline)
                    }
                }
            }
            .bind(host: self.setup.settings.host, port: self.setup.settings.port)
            .get()
        self.onListening(server.localAddress?.port ?? self.setup.settings.port)

        // On graceful shutdown the server accepts no new connections, and closes each existing one when its requests are completed.
        // `run` waits for these connections. Returning when the listening socket closes would lose orders in flight.
        let connections = group.any().makePromise(of: Void.self)
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await server.closeFuture.get()
                try await connections.futureResult.get()
            } onCancel: {
                server.close(promise: nil)
                connections.succeed()
            }
        } onGracefulShutdown: {
            quiescing.initiateShutdown(promise: connections)
            // A client that never completes its request must not delay the shutdown.
            group.any().scheduleTask(in: Self.deadline) { connections.succeed() }
        }
    }

    /// Adds the handlers of a connection or stream, which include the tracker's.
    private func addHandlers(behind codec: some ChannelHandler, to pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandlers(codec, TracifyChannelHandler(self.setup.tracker), ShopHandler(self.setup.shop))
    }

    private func configureHTTP2(_ pipeline: ChannelPipeline.SynchronousOperations, on channel: any Channel) throws {
        // Sends GOAWAY at shutdown, and waits for open streams.
        let manager = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: .minutes(1), maxAge: nil, maxGraceTime: .seconds(10), keepalive: nil)
        )
        _ = try pipeline.configureHTTP2Pipeline(
            mode: .server,
            connectionConfiguration: .init(),
            streamConfiguration: .init(),
            streamDelegate: manager.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try self.addHandlers(behind: HTTP2FramePayloadToHTTPServerCodec(), to: stream.pipeline.syncOperations)
            }
        }
        try pipeline.addHandler(manager)
    }
}
#endif
