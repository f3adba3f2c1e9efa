//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How much waits in a stream.
public struct StreamLag: Sendable, Hashable {
    /// The number of events that no relay has fetched.
    public let waiting: Int
    /// The number of events that relays have fetched and not acknowledged.
    public let unacknowledged: Int
    /// The age of the oldest event, in seconds; 0 without any.
    public let oldestAge: Double
}

extension BrokerConnection {
    /// Returns how much waits in a stream.
    ///
    /// - Throws: ``BrokerFailure``.
    func lag(of stream: String, now: Date = Date()) async throws(BrokerFailure) -> StreamLag {
        let consumer = try await self.info(JetStreamAPI.ConsumerInfo.self, "CONSUMER.INFO.\(stream).\(FleetNames.consumer)")
        let state = try await self.info(JetStreamAPI.StreamInfo.self, "STREAM.INFO.\(stream)").state
        let first = try? Date(state.firstTime, strategy: .iso8601.year().month().day().time(includingFractionalSeconds: true))
        let age = state.messages > 0 ? first.map { now.timeIntervalSince($0) } ?? 0 : 0
        return StreamLag(waiting: consumer.numPending, unacknowledged: consumer.numAckPending, oldestAge: max(0, age))
    }
}
#endif
