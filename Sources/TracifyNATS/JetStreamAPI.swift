//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
/// The messages of JetStream's API, as its reference describes them; its names are these in snake case.
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
    }

    struct ConsumerRequest: Encodable {
        let streamName: String
        let config: Consumer
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
    }

    /// The part of a response that says whether a request failed.
    struct Response: Decodable {
        struct Failure: Decodable {
            let errCode: Int?
            let description: String?
        }

        let error: Failure?
    }

    struct ConsumerInfo: Decodable {
        struct Config: Decodable {
            let description: String?
            let maxAckPending: Int
        }

        struct Floor: Decodable {
            let streamSeq: UInt64
        }

        let config: Config
        let numPending: Int
        let numAckPending: Int
        /// All messages up to it are acknowledged.
        let ackFloor: Floor
    }

    struct StreamInfo: Decodable {
        struct State: Decodable {
            let messages: Int
            let firstSeq: UInt64
            let firstTs: String
        }

        let state: State
    }

    /// The code for a stream that does not exist.
    static let streamNotFound = 10_059
}
#endif
