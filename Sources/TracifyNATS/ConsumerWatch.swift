//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import Logging
import Tracify

/// Notices that a consumer is past events that are still in its stream, and makes the consumer anew.
///
/// When brokers lose the newest events of a stream, they may keep what its consumer has noted of them. The stream then gives the numbers of
/// the lost events to new ones, and the consumer takes these for delivered.
struct ConsumerWatch {
    private let stream: String
    private let logger: Logger
    private var oldest: UInt64?
    private var looks = 0

    /// After so many looks without a change: an acknowledged event leaves the stream a little later than the consumer notes it.
    static let patience = 6

    init(stream: String, logger: Logger) {
        self.stream = stream
        self.logger = logger
    }

    /// Looks at a stream, and repairs its consumer if that has skipped the same event for long.
    mutating func look(_ status: StreamStatus, _ connection: BrokerConnection, clock: any Clock<Duration>) async {
        let first = status.stream.firstSeq
        let oldest = status.stream.messages > 0 && first <= status.consumer.ackFloor.streamSeq ? first : nil
        self.looks = oldest != nil && oldest == self.oldest ? self.looks + 1 : 0
        self.oldest = oldest
        guard let oldest, self.looks >= Self.patience else { return }
        self.looks = 0
        // All relays read it, so that an event that a broker cannot delete is given out a second time, and not a third.
        let mark = "repaired at \(oldest)"
        guard status.consumer.config.description != mark else {
            self.logger.error(
                "The brokers keep events that are delivered: recreate the stream with tracifyctl fleet setup --recreate",
                metadata: ["stream": "\(self.stream)"]
            )
            return
        }
        do throws(BrokerFailure) {
            try await connection.call("CONSUMER.DELETE.\(self.stream).\(FleetNames.consumer)")
            let (stream, limit) = (self.stream, status.consumer.config.maxAckPending)
            try await connection.onceReady(clock: clock) { () async throws(BrokerFailure) in
                try await connection.createConsumer(of: stream, maximumUnacknowledged: limit, description: mark)
            }
            self.logger.warning("The brokers skipped events, and give them out now", metadata: ["stream": "\(self.stream)"])
        } catch {
            self.logger.error("The brokers skip events", metadata: ["stream": "\(self.stream)", "reason": "\(error)"])
        }
    }
}
#endif
