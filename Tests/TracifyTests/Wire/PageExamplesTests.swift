//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

/// Compares the encoder's output with the example payloads of the page "Server-side events API", without the trailing comma in its
/// conversion.
struct PageExamplesTests {
    private static func body(time: String, type: String, data: String) -> String {
        """
        {
        "events": [
        {
        "url": "https://www.yourwebsite.com/your-full-path-here",
        "customer_site_id": "00000000-0000-0000-0000-000000000000",
        "identity_data": {
        "d6c77f0e3e6c1c276c2e9e6e7e1d8d0a5b4e7c7e3f1e7e7e5d8f7e2e7d5a5d7e": 1,
        "b4e6a7c8d9e0f1d2c3b4a5e6f7e8d9c0b1a2d3e4f5d6c7e8a9b0c1d2e3f4d5c6": 2,
        "e7d6c5b4a3b2c1d0e9f8e7d6c5b4a3d2e1f0d9c8b7a6e5d4c3b2a1d0e9f8c7b6": 3,
        "a5b4c3d2e1f0e9d8c7b6a5d4c3b2e1d0c9b8a7d6e5f4c3b2a1d0e9f8c7b6a5d4": 4
        },
        "datetime": "\(time)",
        "type": "\(type)",
        "data": {
        \(data)
        }
        }
        ]
        }
        """
    }

    private static let visitData = """
        "Referer": "https://www.referringwebsite.com",
        "origin": "https://www.yourwebsite.com",
        "trc_mcmp_id": "1111111111111111111",
        "trc_mag_id": "2222222222222222222",
        "trc_mad_id": "3333333333333333333",
        "utm_medium": "paid",
        "utm_source": "fb"
        """

    private static let visitParameters = [
        (name: "trc_mcmp_id", value: "1111111111111111111"),
        (name: "trc_mag_id", value: "2222222222222222222"),
        (name: "trc_mad_id", value: "3333333333333333333"),
        (name: "utm_medium", value: "paid"),
        (name: "utm_source", value: "fb"),
    ]

    private func check(_ event: Event, is payload: String) throws {
        let encoded = EventEncoder().encode([event])
        #expect(try FlatJSON.texts(encoded) == FlatJSON.texts(payload.utf8))
        #expect(try EventDecoder().decode(Array(payload.utf8)) == [event])
        #expect(EventValidator().validate(Array(payload.utf8)) == [])
    }

    @Test func pageView() throws {
        try self.check(
            .stub(
                .pageView,
                date: .pageExample.addingTimeInterval(-3),
                referer: "https://www.referringwebsite.com",
                parameters: Self.visitParameters
            ),
            is: Self.body(time: "2024-06-21 12:36:37", type: "pageview", data: Self.visitData)
        )
    }

    @Test func productView() throws {
        try self.check(
            .stub(.productView, referer: "https://www.referringwebsite.com", parameters: Self.visitParameters),
            is: Self.body(time: "2024-06-21 12:36:40", type: "productview", data: Self.visitData)
        )
    }

    @Test func addToCart() throws {
        try self.check(
            .stub(.addToCart([])),
            is: Self.body(time: "2024-06-21 12:36:40", type: "addtocart", data: #""origin": "https://www.yourwebsite.com""#)
        )
    }

    @Test func purchase() throws {
        let order = try Order.stub(items: [
            .stub(name: "Name of Product 1", amount: "25", quantity: 2),
            .stub(name: "Name of Product 2", amount: "50", quantity: 1),
        ])
        let data = """
            "origin": "https://www.yourwebsite.com",
            "order_id": "123456789",
            "currency": "EUR",
            "amount": "100.00",
            "ITEM1": "Name of Product 1",
            "AMT1": "25",
            "QTY1": "2",
            "ITEM2": "Name of Product 2",
            "AMT2": "50",
            "QTY2": "1"
            """
        try self.check(.stub(.purchase(order)), is: Self.body(time: "2024-06-21 12:36:40", type: "purchase", data: data))
    }

    @Test func conversion() throws {
        let data = """
            "origin": "https://www.yourwebsite.com",
            "conversion_id": "123456789",
            "currency": "EUR",
            "amount": "100.00"
            """
        try self.check(
            .stub(.conversion(.stub())),
            is: Self.body(time: "2024-06-21 12:36:40", type: "conversion", data: data)
        )
    }

    /// The page has no example of a survey.
    ///
    /// The keys are those of the contract.
    @Test func postPurchaseSurvey() throws {
        let data = """
            "origin": "https://www.yourwebsite.com",
            "order_id": "123456789",
            "source": "tiktok",
            "medium": "video"
            """
        try self.check(
            .stub(.postPurchaseSurvey(SurveyAnswer(orderID: "123456789", source: .tiktok, medium: "video"))),
            is: Self.body(time: "2024-06-21 12:36:40", type: "postpurchasesurvey", data: data)
        )
    }
}
