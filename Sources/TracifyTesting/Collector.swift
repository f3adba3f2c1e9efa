#if TestKit
package import NIOCore
import NIOHTTP1
import NIOPosix
public import ServiceLifecycle
import Synchronization
public import Tracify

/// A server that takes events as Tracify does, over real HTTP, and shows what it got.
///
/// For tests, demonstrations and development. It checks the token and every event against the contract, answers as the endpoint
/// would, and fails on demand: see ``reply(with:)``.
///
/// | route | answers |
/// |---|---|
/// | `POST /api/v1/events` | as Tracify does |
/// | `GET /events` | what came, as JSON |
/// | `GET /` | what came, as a page that keeps itself up to date |
///
/// It serves from ``start(configuration:)`` on. In a service group it is stopped after what delivers to it: put it first.
public final class Collector: Sendable {
    /// The settings of a collector.
    public typealias Configuration = CollectorConfiguration

    /// The address at which it serves, without a path: `http://127.0.0.1:49152`.
    public let url: String
    private let channel: any Channel
    private let store: CollectorStore

    private init(url: String, channel: any Channel, store: CollectorStore) {
        self.url = url
        self.channel = channel
        self.store = store
    }

    /// Begins to serve.
    ///
    /// - Parameter configuration: Where to listen, and what to take.
    /// - Throws: The system's error when the address cannot be listened at.
    public static func start(configuration: Configuration = Configuration()) async throws -> Collector {
        try await self.start(configuration: configuration, scheme: "http") { _ in }
    }

    /// Begins to serve behind other handlers, such as TLS.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen, and what to take.
    ///   - scheme: The scheme of ``url``.
    ///   - prepare: Adds the handlers to a connection's pipeline.
    package static func start(
        configuration: Configuration,
        scheme: String,
        prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> Collector {
        let store = CollectorStore(configuration: configuration)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try prepare(channel)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(CollectorHandler(store: store))
                }
            }
            .bind(host: configuration.host, port: configuration.port)
            .get()
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        return Collector(
            url: "\(scheme)://\(host):\(channel.localAddress?.port ?? configuration.port)",
            channel: channel,
            store: store
        )
    }

    /// The URL of the events API, to be given to an HTTP sink.
    public var endpoint: String { self.url + "/api/v1/events" }

    /// The events that were taken and are still kept, in the order they came.
    public var events: [Event] { self.store.events }

    /// The events of one type, in the order they came.
    public func events(of type: EventType) -> [Event] {
        self.events.filter { $0.type == type }
    }

    /// The bodies of all requests to the events API, whatever was answered, as they came.
    public var bodies: [[UInt8]] { self.store.exchanges.filter(\.isRead).map(\.body) }

    /// The requests to the events API with what was answered to each, in the order they came; as many as bodies are kept.
    public var exchanges: [CollectorExchange] { self.store.exchanges }

    /// What was not as the contract has it.
    public var deviations: [EventValidator.Deviation] { self.store.deviations }

    /// How many requests to the events API came, whatever was answered.
    public var requestCount: Int { self.store.requestCount }

    /// Waits until at least `count` events, of one type if it is given, have been taken.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - type: Of which type; of any when `nil`.
    /// - Returns: All events of the type that there are then.
    /// - Throws: `CancellationError` when the task is cancelled. There is no time-out: use the test's own time limit.
    public func waitForEvents(_ count: Int, of type: EventType? = nil) async throws -> [Event] {
        try await self.store.waitForEvents(count, of: type)
    }

    /// Answers the next requests to the events API as told, one after the other, and then as Tracify would again.
    public func reply(with replies: CollectorReply...) {
        self.store.script(replies)
    }

    /// Answers every request to the events API as told, once those of ``reply(with:)`` are used up, until told otherwise: a far
    /// end that stays down.
    ///
    /// - Parameter reply: What to answer; ``CollectorReply/asTracify`` ends it.
    public func replyAlways(with reply: CollectorReply) {
        self.store.replyAlways(with: reply)
    }

    /// Stops serving and closes all connections. Another collector can listen at the same port at once.
    public func stop() async {
        try? await self.channel.close().get()
        // Also those that were accepted and have not shown themselves yet.
        await self.store.closeConnections()
    }
}

extension Collector: Service {
    /// Serves until the service group shuts down or the task is cancelled.
    public func run() async throws {
        try? await gracefulShutdown()
        await self.stop()
    }
}

/// Runs `body` with a collector that is stopped afterwards.
///
/// - Parameters:
///   - configuration: Where to listen, and what to take.
///   - body: What to do with it.
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
