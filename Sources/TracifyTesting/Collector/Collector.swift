//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
package import NIOCore
import NIOHTTP1
import NIOPosix
public import ServiceLifecycle
import Synchronization
public import Tracify

/// A fake Tracify endpoint over real HTTP, with a page that shows the events it received.
///
/// For tests, demonstrations and development. It checks the token and every event against the contract, responds as the endpoint
/// would, and fails on demand: see ``reply(with:)``.
///
/// | route | response |
/// |---|---|
/// | `POST /api/v1/events` | as Tracify's |
/// | `GET /events` | the received events as JSON |
/// | `GET /` | a page that shows events, visitors, deliveries and faults as they come |
///
/// The page and its data are only for pages that the collector itself serves: see ``CollectorConfiguration/pageHosts``.
///
/// It serves from ``start(configuration:)`` on. In a service group it is stopped after the tracker that delivers to it: put it first.
public final class Collector: Sendable {
    /// The settings of a collector.
    public typealias Configuration = CollectorConfiguration

    /// The URL of the server, without a path: `http://127.0.0.1:49152`.
    public let url: String
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let store: CollectorStore

    private init(url: String, group: MultiThreadedEventLoopGroup, channel: any Channel, store: CollectorStore) {
        self.url = url
        self.group = group
        self.channel = channel
        self.store = store
    }

    /// Starts a collector.
    ///
    /// - Parameter configuration: The address, the limits and the rules.
    /// - Returns: The running collector.
    /// - Throws: The system's error when it cannot listen on the address.
    public static func start(configuration: Configuration = Configuration()) async throws -> Collector {
        try await self.start(configuration: configuration, scheme: "http") { _ in }
    }

    /// Starts a collector behind other handlers, such as TLS, which `prepare` adds to a connection's pipeline.
    package static func start(
        configuration: Configuration,
        scheme: String,
        prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> Collector {
        let store = CollectorStore(configuration: configuration)
        // A thread of its own: to check a large batch takes long, and would hold up the server that the collector is for.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try prepare(channel)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(CollectorHandler(store: store))
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        return Collector(
            url: "\(scheme)://\(host):\(channel.localAddress?.port ?? configuration.port)",
            group: group,
            channel: channel,
            store: store
        )
    }

    /// The URL of the events API, for an HTTP sink.
    public var endpoint: String { self.url + "/api/v1/events" }

    /// The accepted events that are still kept, in the order they arrived.
    public var events: [Event] { self.store.events }

    /// Returns the accepted events of one type, in the order they arrived.
    public func events(of type: EventType) -> [Event] {
        self.events.filter { $0.type == type }
    }

    /// The bodies of all requests to the events API, whatever the response.
    public var bodies: [[UInt8]] { self.store.exchanges.filter(\.isRead).map(\.body) }

    /// The requests to the events API with their responses, in the order they arrived; as many as bodies are kept.
    public var exchanges: [CollectorExchange] { self.store.exchanges }

    /// The deviations from the contract.
    public var deviations: [EventValidator.Deviation] { self.store.deviations }

    /// The number of requests to the events API, whatever the response.
    public var requestCount: Int { self.store.requestCount }

    /// Waits until at least `count` events, of one type if it is given, have been accepted.
    ///
    /// - Parameters:
    ///   - count: The number of events.
    ///   - type: The type; any when `nil`.
    /// - Returns: All accepted events of the type.
    /// - Throws: `CancellationError` when the task is cancelled. There is no timeout: use the test's own time limit.
    public func waitForEvents(_ count: Int, of type: EventType? = nil) async throws -> [Event] {
        try await self.store.waitForEvents(count, of: type)
    }

    /// Sets the responses to the next requests to the events API, one after the other.
    ///
    /// Later ones are as Tracify's again.
    public func reply(with replies: CollectorReply...) {
        self.store.script(replies)
    }

    /// Sets the response to every request to the events API once those of ``reply(with:)`` are used up: a destination that stays down.
    ///
    /// - Parameter reply: The response; ``CollectorReply/asTracify`` ends it.
    public func replyAlways(with reply: CollectorReply) {
        self.store.replyAlways(with: reply)
    }

    /// Shows the health of a tracker, and the requests that it skipped, on the page.
    ///
    /// The tracker keeps skipped requests by its configuration's `maximumSkippedRequests`.
    ///
    /// - Parameters:
    ///   - tracker: The tracker, of the same process. It replaces one of an earlier call.
    ///   - shop: The address of the application, for a link.
    public func observe(_ tracker: Tracker, shop: String? = nil) {
        self.store.observe(CollectorStore.Observed(tracker: tracker, shop: shop))
    }

    /// Stops the server and closes all connections.
    ///
    /// Another collector can listen on the same port at once.
    public func stop() async {
        try? await self.channel.close().get()
        // Also those that are accepted and not active yet.
        await self.store.closeConnections()
        try? await self.group.shutdownGracefully()
    }
}

extension Collector: Service {
    /// Serves until the service group shuts down or the task is cancelled.
    public func run() async throws {
        try? await gracefulShutdown()
        await self.stop()
    }
}

/// Runs `body` with a collector, and stops it afterward.
///
/// - Parameters:
///   - configuration: The address, the limits and the rules.
///   - isolation: The caller's isolation.
///   - body: The work with the collector.
/// - Returns: The result of `body`.
/// - Throws: The error of `body`, or the system's when the collector cannot listen.
public func withCollector<Result>(
    configuration: Collector.Configuration = Collector.Configuration(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (Collector) async throws -> sending Result
) async throws -> sending Result {
    let collector = try await Collector.start(configuration: configuration)
    do {
        let result = try await body(collector)
        await collector.stop()
        return result
    } catch {
        await collector.stop()
        throw error
    }
}
#endif
