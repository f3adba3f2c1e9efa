//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
public import Logging
public import Tracify

/// Creates the streams and consumers of a fleet.
public struct FleetSetup: Sendable {
    /// What was done to a stream.
    public enum Outcome: String, Sendable, Hashable {
        /// It was created.
        case created
        /// It was there, and has the settings now.
        case updated
        /// It was deleted with all its events, and created.
        case recreated
    }

    /// The failure of a setup.
    public struct Failure: Error, CustomStringConvertible {
        /// What failed, and what to do, in one line.
        public let description: String
    }

    private let configuration: JetStreamConfiguration
    private let fleet: FleetConfiguration
    private let logger: Logger
    private let clock: any Clock<Duration>

    /// Creates a setup.
    ///
    /// - Parameters:
    ///   - configuration: The brokers.
    ///   - fleet: The streams.
    ///   - logger: The logger.
    ///   - clock: The clock by which it waits for brokers that have just been started.
    /// - Throws: `ValidationError` about a setting.
    public init(
        configuration: JetStreamConfiguration,
        fleet: FleetConfiguration,
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock()
    ) throws(ValidationError) {
        try configuration.validate()
        try fleet.validate()
        self.configuration = configuration
        self.fleet = fleet
        self.logger = logger
        self.clock = clock
    }

    /// Creates the streams and their consumers, or gives those that are there these settings.
    ///
    /// It may be repeated.
    ///
    /// Brokers that have just been started are given half a minute to form their cluster.
    ///
    /// To recreate a stream helps when it has no leader for minutes although all brokers run, which may be left of a power failure of all
    /// of them. Orders lose nothing by it, as their servers publish them again; page views that are in the stream are lost.
    ///
    /// - Parameter lanes: The lanes whose streams are deleted first, with the events in them.
    /// - Returns: What was done to each stream, by its name.
    /// - Throws: ``Failure``.
    public func run(recreating lanes: Set<DeliveryLane> = []) async throws(Failure) -> [(stream: String, outcome: Outcome)] {
        let connection = BrokerConnection(self.configuration, logger: self.logger)
        do throws(BrokerFailure) {
            try await connection.waitUntilConnected()
            let names = FleetNames(prefix: self.configuration.prefix)
            let deleted = Set(lanes.map(names.stream))
            // Without a leader, a stream is deleted and no one says so.
            for stream in deleted { _ = try? await connection.call("STREAM.DELETE.\(stream)") }
            var outcomes: [(stream: String, outcome: Outcome)] = []
            for stream in self.streams {
                let outcome = try await connection.onceReady(clock: self.clock) { () async throws(BrokerFailure) in
                    try await self.set(stream, connection)
                }
                outcomes.append((stream.name, deleted.contains(stream.name) && outcome == .created ? .recreated : outcome))
            }
            for lane in DeliveryLane.allCases {
                try await connection.onceReady(clock: self.clock) { () async throws(BrokerFailure) in
                    let limit = self.fleet.maximumUnacknowledged
                    try await connection.createConsumer(of: names.stream(of: lane), maximumUnacknowledged: limit)
                }
            }
            await connection.close()
            return outcomes
        } catch {
            await connection.close()
            throw Failure(description: "\(error)")
        }
    }

    private var streams: [JetStreamAPI.Stream] {
        let names = FleetNames(prefix: self.configuration.prefix)
        let window = self.fleet.deduplicationWindow.nanoseconds
        return [
            JetStreamAPI.Stream(
                name: names.stream(of: .orders),
                subjects: names.subjects(of: .orders),
                retention: "workqueue",
                discard: "new",
                // An order is refused as long as it is in the stream, so that a server may publish it again for its receipt.
                discardNewPerSubject: true,
                maxMsgsPerSubject: 1,
                maxBytes: self.fleet.maximumOrderBytes,
                maxAge: 0,
                numReplicas: self.fleet.replicas,
                duplicateWindow: window
            ),
            JetStreamAPI.Stream(
                name: names.stream(of: .observations),
                subjects: names.subjects(of: .observations),
                retention: "workqueue",
                discard: "new",
                discardNewPerSubject: nil,
                maxMsgsPerSubject: -1,
                maxBytes: self.fleet.maximumObservationBytes,
                maxAge: self.fleet.observationRetention.nanoseconds,
                numReplicas: self.fleet.replicas,
                duplicateWindow: window
            ),
            JetStreamAPI.Stream(
                name: names.deadLetters,
                subjects: [names.deadLetterSubjects],
                retention: "limits",
                discard: "old",
                discardNewPerSubject: nil,
                maxMsgsPerSubject: -1,
                maxBytes: self.fleet.maximumOrderBytes,
                maxAge: self.fleet.deadLetterRetention.nanoseconds,
                numReplicas: self.fleet.replicas,
                duplicateWindow: window
            ),
        ]
    }

    private func set(_ stream: JetStreamAPI.Stream, _ connection: BrokerConnection) async throws(BrokerFailure) -> Outcome {
        do {
            // First, because a broker also says that it has created a stream which was there with the same settings.
            try await connection.call("STREAM.UPDATE.\(stream.name)", stream)
            return .updated
        } catch  where error.code == JetStreamAPI.streamNotFound {
            try await connection.call("STREAM.CREATE.\(stream.name)", stream)
            return .created
        }
    }
}
#endif
