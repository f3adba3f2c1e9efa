//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Tracify

extension AnonymizedHash {
    /// The hashes of the page's examples.
    static func stub(_ kind: Int) throws -> AnonymizedHash {
        try AnonymizedHash(
            [
                "d6c77f0e3e6c1c276c2e9e6e7e1d8d0a5b4e7c7e3f1e7e7e5d8f7e2e7d5a5d7e",
                "b4e6a7c8d9e0f1d2c3b4a5e6f7e8d9c0b1a2d3e4f5d6c7e8a9b0c1d2e3f4d5c6",
                "e7d6c5b4a3b2c1d0e9f8e7d6c5b4a3d2e1f0d9c8b7a6e5d4c3b2a1d0e9f8c7b6",
                "a5b4c3d2e1f0e9d8c7b6a5d4c3b2e1d0c9b8a7d6e5f4c3b2a1d0e9f8c7b6a5d4",
            ][kind - 1]
        )
    }

    static func random(using generator: inout SplitMix64) throws -> AnonymizedHash {
        var text = ""
        for _ in 0..<64 {
            text.append(generator.pick(Array("0123456789abcdef")))
        }
        return try AnonymizedHash(text)
    }
}

extension IdentityData {
    /// The identity of the page's examples.
    static func stub(withEmail: Bool = true) throws -> IdentityData {
        try IdentityData(email: withEmail ? .stub(1) : nil, session: .stub(2), address: .stub(3), userAgent: .stub(4))
    }
}

extension Event {
    /// An event as in the page's examples.
    static func stub(
        _ detail: Detail = .pageView,
        customerSiteID: String = "00000000-0000-0000-0000-000000000000",
        url: String = "https://www.yourwebsite.com/your-full-path-here",
        keepsQuery: Bool = false,
        origin: String = "https://www.yourwebsite.com",
        identity: IdentityData? = nil,
        date: Date = .pageExample,
        referer: String? = nil,
        parameters: [(name: String, value: String)] = []
    ) throws -> Event {
        try Event(
            detail,
            customerSiteID: CustomerSiteID(customerSiteID),
            url: PageURL(url, keepsQuery: keepsQuery),
            origin: Origin(origin),
            identity: identity ?? .stub(),
            date: date,
            referer: referer.map { try Referer($0) },
            parameters: parameters.map { try URLParameter(name: $0.name, value: $0.value) }
        )
    }
}

extension Order {
    /// The order of the page's example, or a part of it.
    static func stub(
        id: String = "123456789",
        currency: Currency = .eur,
        amount: String = "100.00",
        items: [LineItem] = []
    ) throws -> Order {
        try Order(id: id, currency: currency, amount: Amount(amount), items: items)
    }
}

extension LineItem {
    static func stub(name: String = "Name of Product 1", amount: String = "25", quantity: Int = 2) throws -> LineItem {
        try LineItem(name: name, amount: Amount(amount), quantity: quantity)
    }
}

extension Conversion {
    static func stub(id: String = "123456789", currency: Currency = .eur, amount: String = "100.00") throws -> Conversion {
        try Conversion(id: id, currency: currency, amount: Amount(amount))
    }
}

extension Date {
    /// 2024-06-21 12:36:40 UTC.
    static let pageExample = Date(timeIntervalSince1970: 1_718_973_400)
}
