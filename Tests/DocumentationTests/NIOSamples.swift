//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration
import Configuration
import HTTPTypes
import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix
import ServiceLifecycle
import Tracify
import TracifyConfiguration
import TracifyNIO
import UnixSignals

// sample begin
struct NIOService: Service {
    let tracker: Tracker

    func run() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let quiescing = ServerQuiescingHelper(group: group)
        _ = try await ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandlers(
                        HTTP1ToHTTPServerCodec(secure: false),
                        TracifyChannelHandler(self.tracker),
                        ShopHandler(self.tracker)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 8080)
            .get()

        // The service ends when the last connection has closed, so that its orders reach the tracker.
        let connections = group.any().makePromise(of: Void.self)
        try await withGracefulShutdownHandler {
            try await connections.futureResult.get()
        } onGracefulShutdown: {
            quiescing.initiateShutdown(promise: connections)
        }
    }
}
// sample end

// sample begin
final class ShopHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let tracker: Tracker

    init(_ tracker: Tracker) {
        self.tracker = tracker
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = self.unwrapInboundIn(data) else { return }
        // The task inherits `Visit.current`.
        let report = context.eventLoop.makeFutureWithTask { [tracker = self.tracker] in
            let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
            await tracker.reportOrder(order)
        }
        report.assumeIsolated()
            .whenComplete { _ in
                let response = HTTPResponse(status: .ok, headerFields: [.contentLength: "0"])
                context.write(self.wrapOutboundOut(.head(response)), promise: nil)
                context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
            }
    }
}
// sample end

private func group() async throws {
    // sample begin
    let tracker = try Tracker(config: ConfigReader(provider: EnvironmentVariablesProvider()))

    let group = ServiceGroup(
        services: [tracker, NIOService(tracker: tracker)],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: Logger(label: "shop")
    )
    try await group.run()
    // sample end
}

private func docComments(_ tracker: Tracker, port: Int) async throws {
    // sample begin
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let pipeline = channel.pipeline.syncOperations
                try pipeline.configureHTTPServerPipeline()
                try pipeline.addHandlers(
                    HTTP1ToHTTPServerCodec(secure: false),
                    TracifyChannelHandler(tracker),
                    ShopHandler(tracker)
                )
            }
        }
        .bind(host: "127.0.0.1", port: port)
        .get()
    // sample end
    try await server.closeFuture.get()
}

private func asyncChannel(
    _ tracker: Tracker,
    _ channel: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>,
    _ request: HTTPRequest,
    _ answer: (HTTPRequest) async throws -> Void
) async throws {
    // sample begin
    let visit = tracker.visit(for: request, from: PeerAddress(channel.channel.remoteAddress))
    try await Visit.$current.withValue(visit) { try await answer(request) }
    // sample end
}
#endif
