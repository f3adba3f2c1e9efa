//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Logging
import Testing

@testable import Tracify

/// A user agent that is only the client's address has the address's hash, which can have one class only.
@Suite(.timeLimit(.minutes(15)))
struct AddressAsUserAgentTests {
    @Test(arguments: ["203.0.113.77", "2001:db8::1"], [false, true])
    func skipsViewsAndDeliversOrdersAsWithoutUserAgent(_ address: String, countsCrawlers: Bool) async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(
            configuration: .stub { $0.capture.countsCrawlers = countsCrawlers },
            sink: sink,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let request = Browsing.request(userAgent: address)
        let visit = tracker.visit(for: request, from: PeerAddress(text: address))
        try await running(tracker) {
            tracker.requestCompleted(request, response: Browsing.page, visit: visit)
            tracker.productViewed(by: visit)
            tracker.itemsAddedToCart([try .stub()], by: visit)
            try await tracker.orderPlaced(.stub(), by: visit)
            try await tracker.conversionCompleted(.stub(), by: visit)
        }
        #expect(tracker.statistics.skipped(.noUserAgent) == 3)
        #expect(sink.events.map(\.type) == [.purchase, .conversion])
        for event in sink.events { #expect(event.identity == Self.identity(address)) }
        #expect(EventValidator().validate(EventEncoder().encode(sink.events)) == [])
    }

    @Test func createsEventOfVisitByHand() throws {
        let address = try #require(IPAddress("203.0.113.77"))
        let visit = Visit(address: address, userAgent: "203.0.113.77", url: try PageURL("https://shop.example/"))
        #expect(try visit.event(.purchase(.stub())).identity == Self.identity("203.0.113.77"))
    }

    /// An earlier state of this package stored the same hash twice.
    @Test func createsEventOfStoredVisit() throws {
        let address = try #require(IPAddress("203.0.113.77"))
        let visit = Visit(address: address, userAgent: "203.0.113.77", url: try PageURL("https://shop.example/"))
        let expected = Self.identity("203.0.113.77")
        let stored = String(decoding: try JSONEncoder().encode(visit), as: UTF8.self)
            .replacing(expected.userAgent.description, with: expected.address.description)
        let decoded = try JSONDecoder().decode(Visit.self, from: Data(stored.utf8))
        #expect(try decoded.event(.purchase(.stub())).identity == expected)
    }

    /// Only the whole header counts: a browser may name an address.
    @Test func keepsUserAgentThatContainsAddress() throws {
        let request = Browsing.request(userAgent: "Mozilla/5.0 203.0.113.77")
        #expect(try resolve(request).identity.userAgent == AnonymizedHash(hashing: "Mozilla/5.0 203.0.113.77"))
    }

    private static func identity(_ address: String) -> IdentityData {
        IdentityData(
            session: AnonymizedHash(hashing: "\(address)|"),
            address: AnonymizedHash(hashing: address),
            userAgent: AnonymizedHash(hashing: "")
        )
    }
}
