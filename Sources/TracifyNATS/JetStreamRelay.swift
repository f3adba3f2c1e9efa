//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
public import Logging
import Metrics
public import ServiceLifecycle
public import Tracify

/// Delivers the events of a fleet from NATS JetStream through a tracker.
///
/// `tracifyctl relay` runs one. Any number may run at the same time, as the brokers give each event to one of them.
///
/// ```swift
/// let relay = try JetStreamRelay(configuration: .init(servers: servers), tracker: tracker, logger: logger)
/// let group = ServiceGroup(services: [tracker, relay], logger: logger)
/// ```
///
/// An event is acknowledged when the tracker's sink has accepted it, and the server that published an order is told. Events keep the IDs of
/// their sites. What Tracify rejects goes to the stream of dead letters.
public final class JetStreamRelay: Service {
    /// A connection for the lag alone, because a request may wait for seconds.
    private let watcher: BrokerConnection
    private let lanes: [(outbox: JetStreamOutbox, relay: OutboxRelay, connection: BrokerConnection, metrics: RelayMetrics)]
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// The pause between two looks at a stream without events.
    private static let interval = Duration.milliseconds(100)

    /// Creates a relay.
    ///
    /// Its batches and retries are those of the tracker.
    ///
    /// - Parameters:
    ///   - configuration: The brokers.
    ///   - tracker: The tracker through which it delivers; name it first in the service group.
    ///   - retry: The pauses before a broker gives an event again that this relay has given back.
    ///   - logger: The logger.
    ///   - clock: The clock of time limits, and of the pause between two looks at the lag.
    /// - Throws: `ValidationError` about a setting.
    public init(
        configuration: JetStreamConfiguration,
        tracker: Tracker,
        retry: RetryConfiguration = RetryConfiguration(),
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock()
    ) throws(ValidationError) {
        try configuration.validate()
        self.watcher = BrokerConnection(configuration, logger: logger)
        self.clock = clock
        self.logger = logger
        var lanes: [(JetStreamOutbox, OutboxRelay, BrokerConnection, RelayMetrics)] = []
        for lane in DeliveryLane.allCases {
            // Each lane has a connection of its own, so that page views never hold up an order.
            let connection = BrokerConnection(configuration, logger: logger)
            let outbox = JetStreamOutbox(lane, connection, configuration, retry: retry, clock: clock)
            var settings = OutboxConfiguration()
            settings.lane = lane
            settings.keepsSiteIDs = true
            settings.hasDeadLetters = true
            settings.interval = Self.interval
            settings.lease = FleetConfiguration.acknowledgementWait
            lanes.append(
                (outbox, try OutboxRelay(outbox, tracker: tracker, configuration: settings), connection, RelayMetrics(lane))
            )
        }
        self.lanes = lanes
    }

    /// Delivers until the service group shuts down or the task is cancelled, and then gives back what it has fetched.
    ///
    /// - Throws: `TrackerError` when it runs already.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in self.lanes { group.addTask { try await lane.relay.run() } }
            let watch = Task { await self.watch() }
            defer { watch.cancel() }
            try await group.waitForAll()
        }
        for connection in self.lanes.map(\.connection) + [self.watcher] { await connection.close() }
    }

    /// Returns how much waits in the streams, by lane; nothing while the brokers do not respond.
    public func lags() async -> [DeliveryLane: StreamLag] {
        var lags: [DeliveryLane: StreamLag] = [:]
        for lane in self.lanes { lags[lane.outbox.lane] = try? await self.watcher.status(of: lane.outbox.stream).lag() }
        return lags
    }

    /// Publishes how much waits in the streams, and repairs their consumers, every ten seconds.
    private func watch() async {
        var watches = self.lanes.map { ConsumerWatch(stream: $0.outbox.stream, logger: self.logger) }
        while !Task.isCancelled {
            for (index, lane) in self.lanes.enumerated() {
                // While the brokers do not respond, the gauges keep their last value.
                guard let status = try? await self.watcher.status(of: lane.outbox.stream) else { continue }
                lane.metrics.publish(status.lag())
                await watches[index].look(status, self.watcher, clock: self.clock)
            }
            guard (try? await self.clock.sleep(for: .seconds(10))) != nil else { return }
        }
    }
}

/// The metrics of one lane of a relay.
struct RelayMetrics: Sendable {
    private let waiting: Gauge
    private let inFlight: Gauge
    private let age: Gauge

    init(_ lane: DeliveryLane) {
        let labels = [("lane", lane.rawValue)]
        self.waiting = Gauge(label: "tracify.relay.waiting", dimensions: labels)
        self.inFlight = Gauge(label: "tracify.relay.unacknowledged", dimensions: labels)
        self.age = Gauge(label: "tracify.relay.oldest.age", dimensions: labels)
    }

    func publish(_ lag: StreamLag) {
        self.waiting.record(lag.waiting)
        self.inFlight.record(lag.unacknowledged)
        self.age.record(lag.oldestAge)
    }
}
#endif
