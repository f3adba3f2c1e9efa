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
            throw BrokerFailure(NATS_PROTOCOL_ERROR, text: "JetStream's response to \(operation) cannot be read")
        }
        return info
    }

    private static func check(_ response: [UInt8]) throws(BrokerFailure) {
        guard let failure = try? JSONDecoder().decode(JetStreamAPI.Response.self, from: Data(response)) else {
            throw BrokerFailure(NATS_PROTOCOL_ERROR, text: "JetStream's response cannot be read")
        }
        guard let error = failure.error else { return }
        throw BrokerFailure(NATS_ERR, code: error.errCode ?? 0, text: error.description ?? "JetStream refused the request")
    }
}
#endif
