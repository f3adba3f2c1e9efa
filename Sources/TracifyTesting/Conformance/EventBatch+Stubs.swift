//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
public import Tracify

extension EventBatch {
    /// Creates a batch of valid events, for tests of a sink: page views, and an order in every fourth place.
    ///
    /// Equal arguments give equal batches.
    ///
    /// - Parameters:
    ///   - count: The number of events, at least 1.
    ///   - number: A number that is part of the events' IDs, URLs and order IDs, so that no two batches with different numbers have
    ///     an event in common.
    /// - Throws: `ValidationError` about `count` when it is less than 1.
    public init(stubs count: Int, number: Int = 0) throws {
        guard let batch = EventBatch(try (0..<Swift.max(0, count)).map { try EventBatch.stub(number, $0) }) else {
            throw ValidationError(field: "count", code: .outOfRange, allowed: "at least 1 event")
        }
        self = batch
    }

    /// The beginning of the path of every stub's URL.
    static let stubPath = "/conformance/"

    private static func stub(_ number: Int, _ index: Int) throws -> EncodedEvent {
        let orderID = index % 4 == 3 ? "stub-\(number)-\(index)" : nil
        let order = try orderID.map { try Order(id: $0, currency: .eur, amount: Amount("49.90")) }
        let event = try Event(
            order.map { .purchase($0) } ?? .pageView,
            customerSiteID: CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"),
            url: PageURL("https://shop.example\(self.stubPath)\(number)/\(index)"),
            origin: Origin("https://shop.example"),
            identity: IdentityData(
                email: nil,
                session: AnonymizedHash(String(repeating: "2", count: 64)),
                address: AnonymizedHash(String(repeating: "3", count: 64)),
                userAgent: AnonymizedHash(String(repeating: "4", count: 64))
            ),
            date: Date(timeIntervalSince1970: 1_718_973_397)
        )
        let low = 1 << 63 | UInt64(truncatingIfNeeded: number) << 24 | UInt64(index)
        return EncodedEvent(
            id: EventID(high: 0x0190_3A8D_9C88_7000, low: low),
            type: event.type,
            date: event.date,
            json: EventEncoder().encode(event)[...],
            orderID: orderID
        )
    }
}
