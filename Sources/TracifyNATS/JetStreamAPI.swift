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

/// The messages of JetStream's API, as its reference describes them.
enum JetStreamAPI {
    struct Stream: Encodable {
        let name: String
        let subjects: [String]
        let retention: String
        let storage = "file"
        let discard: String
        let discardNewPerSubject: Bool?
        let maxMsgsPerSubject: Int
        let maxBytes: Int
        let maxAge: Int64
        let numReplicas: Int
        let duplicateWindow: Int64

        private enum CodingKeys: String, CodingKey {
            case name, subjects, retention, storage, discard
            case discardNewPerSubject = "discard_new_per_subject"
            case maxMsgsPerSubject = "max_msgs_per_subject"
            case maxBytes = "max_bytes"
            case maxAge = "max_age"
            case numReplicas = "num_replicas"
            case duplicateWindow = "duplicate_window"
        }
    }

    struct ConsumerRequest: Encodable {
        let streamName: String
        let config: Consumer

        private enum CodingKeys: String, CodingKey {
            case config
            case streamName = "stream_name"
        }
    }

    struct Consumer: Encodable {
        let durableName: String
        let description: String?
        let deliverPolicy = "all"
        let ackPolicy = "explicit"
        let ackWait: Int64
        let maxDeliver = -1
        let maxAckPending: Int
        let replayPolicy = "instant"

        private enum CodingKeys: String, CodingKey {
            case description
            case durableName = "durable_name"
            case deliverPolicy = "deliver_policy"
            case ackPolicy = "ack_policy"
            case ackWait = "ack_wait"
            case maxDeliver = "max_deliver"
            case maxAckPending = "max_ack_pending"
            case replayPolicy = "replay_policy"
        }
    }

    /// The part of a response that says whether a request failed.
    struct Response: Decodable {
        struct Failure: Decodable {
            let errCode: Int?
            let description: String?

            private enum CodingKeys: String, CodingKey {
                case description
                case errCode = "err_code"
            }
        }

        let error: Failure?
    }

    struct ConsumerInfo: Decodable {
        struct Config: Decodable {
            let description: String?
            let maxAckPending: Int

            private enum CodingKeys: String, CodingKey {
                case description
                case maxAckPending = "max_ack_pending"
            }
        }

        struct Floor: Decodable {
            let streamSequence: UInt64

            private enum CodingKeys: String, CodingKey {
                case streamSequence = "stream_seq"
            }
        }

        let config: Config
        let numPending: Int
        let numAckPending: Int
        /// All messages up to it are acknowledged.
        let ackFloor: Floor

        private enum CodingKeys: String, CodingKey {
            case config
            case numPending = "num_pending"
            case numAckPending = "num_ack_pending"
            case ackFloor = "ack_floor"
        }
    }

    struct StreamInfo: Decodable {
        struct State: Decodable {
            let messages: Int
            let firstSequence: UInt64
            let firstTime: String

            private enum CodingKeys: String, CodingKey {
                case messages
                case firstSequence = "first_seq"
                case firstTime = "first_ts"
            }
        }

        let state: State
    }

    /// The code for a stream that does not exist.
    static let streamNotFound = 10_059
}
#endif
