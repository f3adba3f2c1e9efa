//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import CNATS
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension BrokerConnection {
    /// Sends a request of JetStream's API, without content if there is none, and returns the response.
    ///
    /// - Throws: ``BrokerFailure``.
    @discardableResult
    func call(_ operation: String, _ request: (some Encodable & Sendable)? = nil as String?) async throws(BrokerFailure) -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let payload = try? request.map({ try encoder.encode($0) }) ?? Data() else { throw BrokerFailure(NATS_INVALID_ARG) }
        let response = try Data(self.request("$JS.API.\(operation)", Array(payload)))
        if let error = try Self.decode(JetStreamAPI.Response.self, response, operation).error {
            throw BrokerFailure(NATS_ERR, code: error.errCode ?? 0, text: error.description ?? "JetStream refused the request")
        }
        return response
    }

    /// Returns the information that JetStream's API gives.
    ///
    /// - Throws: ``BrokerFailure``.
    func info<Info: Decodable>(_ type: Info.Type, _ operation: String) async throws(BrokerFailure) -> Info {
        try Self.decode(type, await self.call(operation), operation)
    }

    /// Repeats a call while the brokers have no leader yet.
    ///
    /// - Throws: ``BrokerFailure``, of the last call after half a minute.
    func onceReady<Value: Sendable>(
        clock: any Clock<Duration>,
        _ call: () async throws(BrokerFailure) -> Value
    ) async throws(BrokerFailure) -> Value {
        for _ in 0..<60 {
            do {
                return try await call()
            } catch  where error.isTransient {
                guard (try? await clock.sleep(for: .milliseconds(500))) != nil else { throw error }
            }
        }
        return try await call()
    }

    /// Creates the consumer from which all relays fetch, or gives it these settings.
    ///
    /// - Throws: ``BrokerFailure``.
    func createConsumer(
        of stream: String,
        maximumUnacknowledged: Int,
        description: String? = nil
    ) async throws(BrokerFailure) {
        let consumer = JetStreamAPI.Consumer(
            durableName: FleetNames.consumer,
            description: description,
            ackWait: FleetConfiguration.acknowledgementWait.nanoseconds,
            maxAckPending: maximumUnacknowledged
        )
        let request = JetStreamAPI.ConsumerRequest(streamName: stream, config: consumer)
        try await self.call("CONSUMER.DURABLE.CREATE.\(stream).\(FleetNames.consumer)", request)
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type,
        _ response: Data,
        _ operation: String
    ) throws(BrokerFailure) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let value = try? decoder.decode(type, from: response) else {
            throw BrokerFailure(NATS_PROTOCOL_ERROR, text: "JetStream's response to \(operation) cannot be read")
        }
        return value
    }
}
#endif
