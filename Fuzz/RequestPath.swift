//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Logging
import Tracify

/// A tracker that observes requests, and the promises that it keeps for each of them.
struct RequestPath {
    private let tracker: Tracker
    private let validator: EventValidator

    /// The longest time that a request may spend in the tracker on its own task.
    private static let limit = Duration.milliseconds(1)
    private static let customerSiteID = CustomerSiteID(UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)))
    private static let page = HTTPResponse(status: .ok, headerFields: [.contentType: "text/html"])
    private static let redirect = HTTPResponse(status: .found)

    init(_ change: (inout CaptureConfiguration) throws -> Void = { _ in }) throws {
        var configuration = Tracker.Configuration(customerSiteID: Self.customerSiteID)
        try change(&configuration.capture)
        self.validator = EventValidator(urlParameters: configuration.capture.urlParameters)
        self.tracker = try Tracker(
            configuration: configuration,
            sink: InMemorySink(),
            logger: Logger(label: "fuzz", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// Observes a request as an adapter does, then creates its event as the exporter does.
    func observe(_ request: HTTPRequest, from peer: PeerAddress) throws {
        self.measure {
            self.tracker.requestCompleted(request, response: Self.page, visit: self.tracker.visit(for: request, from: peer))
        }
        let visit = self.tracker.visit(for: request, from: peer)
        self.measure { self.tracker.requestCompleted(request, response: Self.redirect, visit: visit) }
        try self.check(visit)
    }

    /// Requires that the body takes less than the limit.
    ///
    /// The clock is the thread's CPU time, and a slow run is repeated: a preempted thread and a first run, which creates what
    /// later ones share, are no finding. The limit holds although sanitizer and coverage make the code several times slower.
    private func measure(_ body: () -> Void) {
        var least = Duration.seconds(1)
        for _ in 0..<4 where least > Self.limit {
            let start = Self.threadTime()
            body()
            least = min(least, Self.threadTime() - start)
        }
        require(least <= Self.limit, "a request's task waits at most \(Self.limit), not \(least)")
    }

    private static func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Requires that the visit's stored form is stable, and that an event of it is valid and decodes to an equal one.
    private func check(_ visit: Visit) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let stored = try? encoder.encode(visit) else { return }
        let decoded = try JSONDecoder().decode(Visit.self, from: stored)
        require(try encoder.encode(decoded) == stored, "a stored visit stays the same")
        guard visit.hasConsent else { return }
        let parts = try JSONDecoder().decode(StoredVisit.self, from: stored)
        try WireTarget.check(parts.event(customerSiteID: Self.customerSiteID), self.validator)
    }
}

/// The stored form of a visit, which is public, so this file does not depend on how a visit is represented.
private struct StoredVisit: Decodable {
    struct Parameter: Decodable {
        let name: String
        let value: String
    }

    let url: String
    let origin: String
    let referer: String?
    let parameters: [Parameter]
    let datetime: Double
    let identity: IdentityData

    func event(customerSiteID: CustomerSiteID) throws -> Event {
        try Event(
            .pageView,
            customerSiteID: customerSiteID,
            url: PageURL(self.url, keepsQuery: true),
            origin: Origin(self.origin),
            identity: self.identity,
            date: Date(timeIntervalSince1970: self.datetime),
            referer: self.referer.map { try Referer($0, keepsQuery: true) },
            parameters: self.parameters.map { try URLParameter(name: $0.name, value: $0.value) }
        )
    }
}
