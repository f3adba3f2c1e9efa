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

/// A stream and its consumer, as the brokers describe them.
struct StreamStatus: Sendable {
    let stream: JetStreamAPI.StreamInfo.State
    let consumer: JetStreamAPI.ConsumerInfo

    func lag(now: Date = Date()) -> StreamLag {
        let format = Date.ISO8601FormatStyle.iso8601.year().month().day().time(includingFractionalSeconds: true)
        let first = self.stream.messages > 0 ? try? Date(self.stream.firstTs, strategy: format) : nil
        return StreamLag(
            waiting: self.consumer.numPending,
            unacknowledged: self.consumer.numAckPending,
            oldestAge: max(0, first.map { now.timeIntervalSince($0) } ?? 0)
        )
    }
}

extension BrokerConnection {
    /// Returns what the brokers say of a stream and its consumer.
    ///
    /// - Throws: ``BrokerFailure``.
    func status(of stream: String) async throws(BrokerFailure) -> StreamStatus {
        StreamStatus(
            stream: try await self.info(JetStreamAPI.StreamInfo.self, "STREAM.INFO.\(stream)").state,
            consumer: try await self.info(JetStreamAPI.ConsumerInfo.self, "CONSUMER.INFO.\(stream).\(FleetNames.consumer)")
        )
    }
}
#endif
