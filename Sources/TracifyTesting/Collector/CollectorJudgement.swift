//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Tracify

/// The response to a request by the contract.
struct CollectorJudgement: Sendable {
    private let configuration: CollectorConfiguration
    private let validator: EventValidator

    init(configuration: CollectorConfiguration) {
        self.configuration = configuration
        self.validator = EventValidator(urlParameters: configuration.urlParameters)
    }

    /// The response to a client with a wrong endpoint.
    static let wrongPath = Self.answer(404, "there is no such path; the endpoint is POST /api/v1/events")

    /// Returns the response to a request, and what is wrong with its events.
    func judge(
        token: String?,
        body: [UInt8]?,
        _ document: JSONValue?
    ) -> (CollectorReply, [EventValidator.Deviation]) {
        guard let token, !token.isEmpty, self.configuration.token.map({ $0 == token }) ?? true else {
            return (Self.answer(401, "the token is missing or not known"), [])
        }
        guard let body else { return (Self.answer(413, "the body is too long"), []) }
        guard Self.documents(document).count <= self.configuration.maximumBatchSize else {
            return (Self.answer(413, "more than \(self.configuration.maximumBatchSize) events"), [])
        }
        let deviations =
            document.map { self.validator.validate($0) as [EventValidator.Deviation] } ?? self.validator.validate(body)
        guard deviations.isEmpty else {
            return (.rejected(deviations.prefix(5).map(\.description).joined(separator: "; ")), deviations)
        }
        let events = (try? EventDecoder().decode(body)) ?? []
        if let reason = events.lazy.compactMap(self.configuration.judge).first {
            return (.rejected(reason), [])
        }
        return (.accepted, [])
    }

    static func documents(_ body: JSONValue?) -> [JSONValue] {
        if case .array(let events)? = body?[key: "events"] { events } else { [] }
    }

    static func types(_ body: JSONValue) -> [EventType: Int] {
        Self.documents(body).compactMap { $0[key: "type"]?.string.flatMap(EventType.init) }
            .reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    private static func answer(_ status: Int, _ reason: String) -> CollectorReply {
        .status(status, headers: CollectorReply.json, body: String(decoding: CollectorReply.rejection(reason), as: UTF8.self))
    }
}
#endif
