//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
public import Logging
public import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Creates the streams and consumers of a fleet.
public struct FleetSetup: Sendable {
    /// What was done to a stream.
    public enum Outcome: String, Sendable, Hashable {
        /// It was created.
        case created
        /// It was there, and has the settings now.
        case updated
    }

    /// An answer of the brokers that ended the setup.
    public struct Failure: Error, CustomStringConvertible {
        /// What failed, and what to do, in one line.
        public let description: String
    }

    private let configuration: JetStreamConfiguration
    private let fleet: FleetConfiguration
    private let logger: Logger

    /// Creates a setup.
    ///
    /// - Parameters:
    ///   - configuration: The brokers.
    ///   - fleet: The streams.
    ///   - logger: The logger.
    /// - Throws: `ValidationError` about a setting.
    public init(configuration: JetStreamConfiguration, fleet: FleetConfiguration, logger: Logger) throws(ValidationError) {
        try configuration.validate()
        try fleet.validate()
        self.configuration = configuration
        self.fleet = fleet
        self.logger = logger
    }

    /// Creates the streams and their consumers, or gives those that are there these settings. It may be repeated.
    ///
    /// - Returns: What was done to each stream, by its name.
    /// - Throws: ``Failure``.
    public func run() async throws(Failure) -> [(stream: String, outcome: Outcome)] {
        let connection = BrokerConnection(self.configuration, logger: self.logger)
        do throws(BrokerFailure) {
            try await connection.waitUntilConnected()
            var outcomes: [(stream: String, outcome: Outcome)] = []
            for stream in self.streams {
                outcomes.append((stream.name, try await self.set(stream, connection)))
            }
            let names = FleetNames(prefix: self.configuration.prefix)
            for lane in DeliveryLane.allCases { try await self.setConsumer(of: names.stream(of: lane), connection) }
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
                // An order is refused as long as it is in the stream, so that a server may ask for its receipt again and again.
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

/// How much waits in a stream.
struct StreamLag: Sendable, Equatable {
    /// The number of events that no relay has fetched.
    let waiting: Int
    /// The number of events that relays have fetched and not acknowledged.
    let unacknowledged: Int
    /// The age of the oldest event, in seconds; 0 without any.
    let oldestAge: Double
}

extension JetStreamOutbox {
    /// Returns how much waits in the stream.
    ///
    /// - Throws: ``BrokerFailure``.
    func lag(now: Date = Date()) async throws(BrokerFailure) -> StreamLag {
        let consumer = try await self.connection.info(
            JetStreamAPI.ConsumerInfo.self,
            "CONSUMER.INFO.\(self.stream).\(FleetNames.consumer)"
        )
        let state = try await self.connection.info(JetStreamAPI.StreamInfo.self, "STREAM.INFO.\(self.stream)").state
        let first = try? Date(state.firstTime, strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true))
        let age = state.messages > 0 ? first.map { now.timeIntervalSince($0) } ?? 0 : 0
        return StreamLag(waiting: consumer.numPending, unacknowledged: consumer.numAckPending, oldestAge: max(0, age))
    }
}

extension BrokerConnection {
    /// Sends a request of JetStream's API.
    ///
    /// - Throws: ``BrokerFailure``.
    func call(_ operation: String, _ request: some Encodable & Sendable) async throws(BrokerFailure) {
        guard let payload = try? JSONEncoder().encode(request) else { throw BrokerFailure(NATS_INVALID_ARG) }
        try Self.check(self.request("$JS.API.\(operation)", Array(payload)))
    }

    /// Returns the information that JetStream's API gives.
    ///
    /// - Throws: ``BrokerFailure``.
    func info<Info: Decodable>(_ type: Info.Type, _ operation: String) async throws(BrokerFailure) -> Info {
        let response = try self.request("$JS.API.\(operation)", [])
        try Self.check(response)
        guard let info = try? JSONDecoder().decode(type, from: Data(response)) else {
            throw BrokerFailure(NATS_PROTOCOL_ERROR, text: "JetStream's answer to \(operation) cannot be read")
        }
        return info
    }

    private static func check(_ response: [UInt8]) throws(BrokerFailure) {
        guard let failure = try? JSONDecoder().decode(JetStreamAPI.Response.self, from: Data(response)) else {
            throw BrokerFailure(NATS_PROTOCOL_ERROR, text: "JetStream's answer cannot be read")
        }
        guard let error = failure.error else { return }
        throw BrokerFailure(NATS_ERR, code: error.errCode ?? 0, text: error.description ?? "JetStream refused the request")
    }
}
#endif
