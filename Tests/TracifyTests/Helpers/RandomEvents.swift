//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

extension Event {
    /// Returns an event with hostile texts in every text field.
    static func random(using generator: inout SplitMix64) throws -> Event {
        let parameters = try (0..<Int.random(in: 0...3, using: &generator))
            .map { number in
                let name = generator.pick(["utm_source", "trc_mcmp_id", "gclid", "fbclid", "utm_\(number)", "a-b.c"])
                return try URLParameter(name: name, value: HostileText.random(limit: 512, using: &generator))
            }
        let host = generator.pick(["a.example", "b.example:8443", "[2001:db8::1]", "192.0.2.1:80"])
        let page = "https://\(host)" + self.randomTarget(using: &generator)
        let referer = generator.pick(["https://\(host)", "android-app://com.example"]) + self.randomTarget(using: &generator)
        let address = try AnonymizedHash.random(using: &generator)
        return try Event(
            .random(using: &generator),
            customerSiteID: CustomerSiteID(UUID(uuid: Self.randomUUID(using: &generator))),
            url: self.url(page, keepsQuery: generator.once(in: 2)),
            origin: Origin("https://\(host)"),
            identity: IdentityData(
                email: generator.once(in: 8) ? address : generator.once(in: 2) ? .random(using: &generator) : nil,
                session: .random(using: &generator),
                address: address,
                userAgent: .random(using: &generator)
            ),
            date: Date(timeIntervalSince1970: Double(Int64.random(in: -62_135_596_800...253_402_300_799, using: &generator))),
            referer: generator.once(in: 3) ? nil : Referer(referer, keepsQuery: generator.once(in: 2)),
            parameters: parameters
        )
    }

    /// Returns a path with a query, sometimes about as long as the limit at which a request's URL is truncated.
    private static func randomTarget(using generator: inout SplitMix64) -> String {
        let filler = generator.once(in: 8) ? String(repeating: "a", count: Int.random(in: 1990...2040, using: &generator)) : ""
        return "/\(filler)\(generator.pick(["", "?", "/?a=", "%41"]))" + HostileText.random(limit: 500, using: &generator)
    }

    /// Returns the URL of a page as resolution creates it: truncated instead of rejected.
    private static func url(_ text: String, keepsQuery: Bool) throws -> PageURL {
        let url = text.withBytes { bytes in
            URLParts(bytes)
                .flatMap { parts in
                    Origin(scheme: parts.scheme, authority: parts.authority)
                        .map { PageURL(origin: $0, path: parts.path, query: keepsQuery ? parts.query : nil).cutToLimit() }
                }
        }
        return try #require(url)
    }

    private static func randomUUID(using generator: inout SplitMix64) -> uuid_t {
        let (high, low) = (generator.next(), generator.next())
        func byte(_ word: UInt64, _ place: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (place * 8)) }
        return (
            byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
            byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
            byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3), byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
        )
    }
}

extension Event.Detail {
    static func random(using generator: inout SplitMix64) throws -> Event.Detail {
        switch generator.pick(EventType.allCases) {
        case .pageView: return .pageView
        case .productView: return .productView
        case .addToCart: return .addToCart(try self.items(using: &generator))
        case .purchase:
            return .purchase(
                try Order(
                    id: HostileText.randomNotBlank(limit: 128, using: &generator),
                    currency: generator.pick(Currency.all),
                    amount: self.amount(using: &generator),
                    items: self.items(using: &generator)
                )
            )
        case .conversion:
            return .conversion(
                try Conversion(
                    id: HostileText.randomNotBlank(limit: 128, using: &generator),
                    currency: generator.pick(Currency.all),
                    amount: self.amount(using: &generator)
                )
            )
        case .postPurchaseSurvey:
            return .postPurchaseSurvey(
                try SurveyAnswer(
                    orderID: HostileText.randomNotBlank(limit: 128, using: &generator),
                    source: generator.pick(SurveyAnswer.Source.allCases),
                    medium: generator.once(in: 2) ? HostileText.randomNotBlank(limit: 128, using: &generator) : nil
                )
            )
        }
    }

    private static func amount(using generator: inout SplitMix64) throws -> Amount {
        let limit: Int64 = generator.once(in: 4) ? Amount.max.hundredths : 100_000
        return try Amount(minorUnits: Int64.random(in: 0...limit, using: &generator), of: .eur)
    }

    private static func items(using generator: inout SplitMix64) throws -> [LineItem] {
        try (0..<Int.random(in: 0...2, using: &generator))
            .map { _ in
                try LineItem(
                    name: HostileText.randomNotBlank(limit: 512, using: &generator),
                    amount: self.amount(using: &generator),
                    quantity: Int.random(in: 1...LineItem.maximumQuantity, using: &generator)
                )
            }
    }
}
