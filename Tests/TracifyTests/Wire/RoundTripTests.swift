//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

/// Events with hostile texts in every field, decoded with our own parser and with Foundation.
struct RoundTripTests {
    // Ten parts, so that they run in parallel.
    @Test(arguments: 0..<10)
    func roundTripsHostileTexts(_ part: Int) throws {
        let seed = 0x5EED_0000 + UInt64(part)
        var generator = SplitMix64(seed: seed)
        let validator = EventValidator(urlParameters: ["gclid", "fbclid", "a-b.c"])
        for round in 0..<300 {
            var options = EncodingConfiguration()
            options.sendsConversionValue = generator.once(in: 2)
            options.sendsCurrencyAsCC = generator.once(in: 2)
            let event = try Event.random(using: &generator)
            let body = EventEncoder(configuration: options).encode([event])

            let expected = self.expected(event, options)
            try #require(
                try FlatJSON.flat(body) == expected,
                "Foundation reads what went in: seed \(seed), round \(round)"
            )
            try #require(
                try FlatJSON.flatBySerialization(body).mapValues(\.withoutByteOrderMark)
                    == expected.mapValues(\.withoutByteOrderMark),
                "so does JSONSerialization: seed \(seed), round \(round)"
            )
            let decoded = try EventDecoder().decode(body)
            try #require(decoded == [event], "seed \(seed), round \(round)")
            // `==` of strings ignores normalization, so the bytes are compared.
            try #require(EventEncoder(configuration: options).encode(decoded) == body, "seed \(seed), round \(round)")
            try #require(validator.validate(body) == [], "seed \(seed), round \(round)")
        }
    }

    private func expected(_ event: Event, _ options: EncodingConfiguration) -> [String: FlatJSON.Value] {
        var result: [String: FlatJSON.Value] = [:]
        var data: [String: String] = [:]
        data["origin"] = event.origin.text
        data["Referer"] = event.referer?.text
        for parameter in event.parameters { data[parameter.name] = parameter.value }
        var items: [LineItem] = []
        switch event.detail {
        case .pageView, .productView:
            break
        case .addToCart(let added):
            items = added
        case .purchase(let order):
            items = order.items
            data["order_id"] = order.id
            data["currency"] = order.currency.code
            data["amount"] = order.amount.description
            if options.sendsCurrencyAsCC { data["cc"] = order.currency.code }
        case .conversion(let conversion):
            data["conversion_id"] = conversion.id
            data["currency"] = conversion.currency.code
            data["amount"] = conversion.amount.description
            if options.sendsCurrencyAsCC { data["cc"] = conversion.currency.code }
            if options.sendsConversionValue { data["value"] = conversion.amount.description }
        case .postPurchaseSurvey(let answer):
            data["order_id"] = answer.orderID
            data["source"] = answer.source.rawValue
            data["medium"] = answer.medium
        }
        for (index, item) in items.enumerated() {
            data["ITEM\(index + 1)"] = item.name
            data["AMT\(index + 1)"] = self.short(item.amount)
            data["QTY\(index + 1)"] = "\(item.quantity)"
        }
        for (key, value) in data { result["events[0].data.\(key)"] = FlatJSON.Value(value) }

        result["events[0].url"] = FlatJSON.Value(event.url.text)
        result["events[0].customer_site_id"] = FlatJSON.Value(event.customerSiteID.text)
        result["events[0].type"] = FlatJSON.Value(event.type.rawValue)
        result["events[0].datetime"] = FlatJSON.Value(UTCDateTimeOracle.text(of: event.date))
        for (hash, kind) in [
            (event.identity.email, "1"), (event.identity.session, "2"), (event.identity.address, "3"),
            (event.identity.userAgent, "4"),
        ] {
            if let hash { result["events[0].identity_data.\(hash)"] = .other(kind) }
        }
        return result
    }

    private func short(_ amount: Amount) -> String {
        let text = amount.description
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }
}
