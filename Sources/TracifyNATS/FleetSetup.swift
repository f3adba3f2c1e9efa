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
    /// - Returns: What was done to each stream, by its name.
    /// - Throws: ``Failure``.
    public func run() async throws(Failure) -> [(stream: String, outcome: Outcome)] {
        let connection = BrokerConnection(self.configuration, logger: self.logger)
        do throws(BrokerFailure) {
            try await connection.waitUntilConnected()
            var outcomes: [(stream: String, outcome: Outcome)] = []
            for stream in self.streams {
                let outcome = try await self.onceReady { () async throws(BrokerFailure) in try await self.set(stream, connection)
                }
                outcomes.append((stream.name, outcome))
            }
            let names = FleetNames(prefix: self.configuration.prefix)
            for lane in DeliveryLane.allCases {
                try await self.onceReady { () async throws(BrokerFailure) in
                    try await self.setConsumer(of: names.stream(of: lane), connection)
                }
            }
            await connection.close()
            return outcomes
        } catch {
            await connection.close()
            throw Failure(description: "\(error)")
        }
    }

    /// Repeats a call while the brokers have no leader yet.
    private func onceReady<Value: Sendable>(_ call: () async throws(BrokerFailure) -> Value) async throws(BrokerFailure) -> Value
    {
        for _ in 0..<60 {
            do {
                return try await call()
            } catch  where error.isTransient {
                guard (try? await self.clock.sleep(for: .milliseconds(500))) != nil else { throw error }
            }
        }
        return try await call()
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
            try await connection.call("STREAM.CREATE.\(stream.name)", stream)
            return .created
        } catch  where error.code == JetStreamAPI.streamNameInUse {
            try await connection.call("STREAM.UPDATE.\(stream.name)", stream)
            return .updated
        }
    }

    private func setConsumer(of stream: String, _ connection: BrokerConnection) async throws(BrokerFailure) {
        let consumer = JetStreamAPI.Consumer(
            durableName: FleetNames.consumer,
            ackWait: FleetConfiguration.acknowledgementWait.nanoseconds,
            maxAckPending: self.fleet.maximumUnacknowledged
        )
        let request = JetStreamAPI.ConsumerRequest(streamName: stream, config: consumer)
        try await connection.call("CONSUMER.DURABLE.CREATE.\(stream).\(FleetNames.consumer)", request)
    }
}
#endif
