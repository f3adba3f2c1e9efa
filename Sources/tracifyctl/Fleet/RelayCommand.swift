//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool && NATS
import ArgumentParser
import ServiceLifecycle
import Tracify
import TracifyConfiguration
import TracifyHTTP
import TracifyNATS
import UnixSignals

/// Delivers the events of a fleet.
struct RelayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "Delivers the events that servers publish to NATS JetStream to Tracify.",
        discussion: """
            Any number of relays may run at the same time. An event is acknowledged when Tracify has accepted it, and a server is told of each \
            order. What Tracify rejects goes to the stream of dead letters. The streams are those of 'tracifyctl fleet setup'.

            The settings are those of the app: TRACIFY_NATS_…, the endpoint or environment, the token, batches and retries. Events keep the \
            IDs of their sites, so TRACIFY_CUSTOMER_SITE_ID is not needed.

            EXAMPLES
              TRACIFY_NATS_SERVERS=tls://broker.example.com TRACIFY_ENVIRONMENT=production tracifyctl relay
              tracifyctl relay --env-file relay.env --status 10

            With --status, a JSON object is written to standard output after each such number of seconds, with the members delivered, rate \
            (events per second since the last one), dead_letters, health, and for each lane waiting, unacknowledged and oldest_seconds. It \
            stops with Ctrl-C or SIGTERM, and gives back what it has not delivered.
            """
    )

    @OptionGroup var sources: SettingOptions

    @Option(help: "The URL of the endpoint, instead of that of the settings.")
    var endpoint: String?

    @Option(name: .customLong("status"), help: "The seconds between two lines of status, 1 to 3600. Default: none.")
    var statusInterval: Int?

    func validate() throws {
        if let interval = self.statusInterval, !(1...3600).contains(interval) {
            throw UsageError("--status must be from 1 to 3600")
        }
    }

    func run() async throws {
        var settings = try self.sources.load()
        if settings["TRACIFY_CUSTOMER_SITE_ID"] == nil {
            settings.set("TRACIFY_CUSTOMER_SITE_ID", "00000000-0000-0000-0000-000000000000", source: "tracifyctl")
        }
        let destination = try Destination(settings, endpoint: self.endpoint)
        let brokers = try JetStreamConfiguration(config: destination.settings.config)
        let configuration = try Tracker.Configuration(config: destination.settings.config)
        let sink = try HTTPSink(configuration: try destination.configuration())
        let logger = ToolLogger.notices
        let tracker = try Tracker(configuration: configuration, sink: sink, logger: logger)
        let relay = try JetStreamRelay(configuration: brokers, tracker: tracker, retry: configuration.retry, logger: logger)
        var services: [any Service] = [tracker, relay]
        if let statusInterval { services.append(RelayStatus(tracker: tracker, relay: relay, interval: .seconds(statusInterval))) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: ToolLogger.errors
            )
        )
        try await group.run()
    }
}

/// Writes lines of status.
private struct RelayStatus: Service {
    let tracker: Tracker
    let relay: JetStreamRelay
    let interval: Duration

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            var last = (delivered: 0, time: clock.now)
            while true {
                try await clock.sleep(for: self.interval)
                let statistics = self.tracker.statistics
                let delivered = statistics.delivered()
                let now = clock.now
                let seconds = last.time.duration(to: now) / .seconds(1)
                let lags = await self.relay.lags()
                let line = JSONValue.object([
                    "delivered": .integer(delivered),
                    "rate": .integer(Int((Double(delivered - last.delivered) / seconds).rounded())),
                    "dead_letters": .integer(statistics.rejected()),
                    "health": .array(self.tracker.health.problems.map { .string($0.code.description) }),
                    "orders": lags[.orders].map(Self.lag),
                    "observations": lags[.observations].map(Self.lag),
                ])
                last = (delivered, now)
                var output = Output()
                try output.line(line.line)
                try output.flush()
            }
        }
    }

    private static func lag(_ lag: StreamLag) -> JSONValue {
        .object([
            "waiting": .integer(lag.waiting), "unacknowledged": .integer(lag.unacknowledged),
            "oldest_seconds": .integer(Int(lag.oldestAge)),
        ])
    }
}
#endif
