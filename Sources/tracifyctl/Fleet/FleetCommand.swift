//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool && NATS
import ArgumentParser
import Tracify
import TracifyConfiguration
import TracifyNATS

/// Prepares the brokers of a fleet.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Prepares NATS JetStream for a fleet of servers.",
        subcommands: [FleetSetupCommand.self]
    )
}

/// Creates the streams and consumers of a fleet.
struct FleetSetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Creates the streams and consumers, or gives those that are there these settings.",
        discussion: """
            It may be repeated. The brokers are those of TRACIFY_NATS_….

            EXAMPLES
              TRACIFY_NATS_SERVERS=nats://127.0.0.1:4222 tracifyctl fleet setup --replicas 1
              tracifyctl fleet setup --env-file relay.env --order-bytes 10737418240
              tracifyctl fleet setup --recreate observations

            A power failure of all brokers may leave a stream without a leader. If it has none for minutes although all brokers run, \
            recreate it. Orders lose nothing by it, as their servers publish them again; page views that are in the stream are lost.
            """
    )

    @OptionGroup var sources: SettingOptions

    @Option(help: "The number of brokers that have each event: 1, 3 or 5.")
    var replicas = 3

    @Option(help: "The bytes that orders on their way may take on the disk of each broker.")
    var orderBytes = FleetConfiguration().maximumOrderBytes

    @Option(help: "The bytes that page views, product views and add-to-carts on their way may take.")
    var observationBytes = FleetConfiguration().maximumObservationBytes

    @Option(help: "The hours after which a page view that no relay has delivered is deleted.")
    var observationHours = 72

    @Option(help: "The days after which a dead letter is deleted.")
    var deadLetterDays = 30

    @Option(help: "The seconds in which a stream ignores a repeated event, by its ID.")
    var deduplicationSeconds = 120

    @Option(
        help: "A stream that is deleted with its events and created again: orders or observations. May be repeated.",
        transform: { name in
            guard let lane = DeliveryLane(rawValue: name) else { throw UsageError("--recreate must be orders or observations") }
            return lane
        }
    )
    var recreate: [DeliveryLane] = []

    func run() async throws {
        let settings = try self.sources.load()
        let brokers = try JetStreamConfiguration(config: settings.config)
        var fleet = FleetConfiguration()
        fleet.replicas = self.replicas
        fleet.maximumOrderBytes = self.orderBytes
        fleet.maximumObservationBytes = self.observationBytes
        fleet.observationRetention = .seconds(self.observationHours * 3600)
        fleet.deadLetterRetention = .seconds(self.deadLetterDays * 86_400)
        fleet.deduplicationWindow = .seconds(self.deduplicationSeconds)
        let setup = try FleetSetup(configuration: brokers, fleet: fleet, logger: ToolLogger.errors)
        var output = Output()
        do throws(FleetSetup.Failure) {
            for (stream, outcome) in try await setup.run(recreating: Set(self.recreate)) {
                try? output.line("\(stream): \(outcome.rawValue)")
            }
        } catch {
            throw ToolError("The fleet is not set up: \(error).")
        }
        try output.flush()
    }
}
#endif
