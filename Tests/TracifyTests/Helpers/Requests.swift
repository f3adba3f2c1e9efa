//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

extension PeerAddress {
    /// The client of a stub request.
    static let stub = PeerAddress(text: "203.0.113.77")
}

/// Returns a page request as a browser sends it, with the given differences.
func makeRequest(
    _ target: String? = "/",
    method: HTTPRequest.Method = .get,
    scheme: String? = "https",
    authority: String? = "shop.example",
    accept: String? = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    _ fields: [(name: String, value: String)] = [("User-Agent", "Mozilla/5.0")]
) throws -> HTTPRequest {
    var request = HTTPRequest(method: method, scheme: scheme, authority: authority, path: target)
    request.headerFields[.accept] = accept
    for field in fields {
        request.headerFields.append(HTTPField(name: try #require(HTTPField.Name(field.name)), value: field.value))
    }
    return request
}

/// The parts of a visit that become part of an event, for comparison.
struct VisitParts: Hashable {
    let url: PageURL
    let origin: Origin
    let referer: Referer?
    let parameters: [URLParameter]
    let date: Date
    let identity: IdentityData
}

/// Resolves a request as the exporter does.
func resolve(
    _ request: HTTPRequest,
    from peer: PeerAddress = .stub,
    configuration: CaptureConfiguration = CaptureConfiguration(),
    email: String? = nil,
    at date: Date = .pageExample
) throws -> VisitParts {
    var visit = Visit(request, from: peer, at: date)
    if let email { visit = visit.with(email: email) }
    return try visit.resolved(by: CaptureRules(configuration))
}

/// Returns the record of a request as it waits in the queue.
func makeRecord(
    _ request: HTTPRequest,
    from peer: PeerAddress = .stub,
    configuration: CaptureConfiguration = CaptureConfiguration()
) throws -> RequestRecord {
    RequestRecord(request, from: peer, try CaptureRules(configuration))
}

extension Visit {
    func resolved(by rules: CaptureRules = .default) throws -> VisitParts {
        var cache = IdentityCache(capacity: 2)
        let visit = try self.resolve(with: &cache, by: rules)
        return VisitParts(
            url: visit.url,
            origin: visit.origin,
            referer: visit.referer,
            parameters: visit.parameters,
            date: visit.date,
            identity: visit.identity
        )
    }

    /// Returns the event of the visit, as the exporter creates it.
    func event(_ detail: Event.Detail) throws -> Event {
        var cache = IdentityCache(capacity: 2)
        let site = try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")
        return try self.resolve(with: &cache, by: .default).event(detail, customerSiteID: site)
    }
}
