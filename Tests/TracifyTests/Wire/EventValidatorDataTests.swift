//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

/// The validator's rules for `data`.
struct EventValidatorDataTests {
    typealias DocumentRow = EventValidatorTests.DocumentRow

    private static let pageView = ForeignEvent.pageView
    private static let addToCart = ForeignEvent.addToCart
    private static let purchase = ForeignEvent.purchase
    private static let conversion = ForeignEvent.conversion
    private static let survey = ForeignEvent.survey

    @Test(arguments: [
        DocumentRow(pageView.withData("origin", nil), ["data.origin"], "no origin"),
        DocumentRow(pageView.withData("origin", "1"), ["data.origin"], "a number as origin, which is there"),
        DocumentRow(pageView.withData("origin", #""shop.example""#), ["data.origin"], "a host alone"),
        DocumentRow(pageView.withData("origin", #""https://shop.example/""#), ["data.origin"], "a slash at the end"),
        DocumentRow(pageView.withData("origin", #""https://Shop.example""#), ["data.origin"], "upper case"),
        DocumentRow(pageView.withData("origin", #""https://shop.example:443""#), ["data.origin"], "the default port"),
        DocumentRow(pageView.withData("origin", #""null""#), ["data.origin"], "an opaque origin"),
        DocumentRow(pageView.addingData("origin", #""https://b.example""#), ["data.origin"], "origin twice"),
        DocumentRow(pageView.withData("Referer", #""https://b.example""#), [], "a referer"),
        DocumentRow(pageView.withData("Referer", #""android-app://com.example/""#), [], "an app"),
        DocumentRow(pageView.withData("Referer", #""""#), ["data.Referer", "data.Referer"], "an empty referer"),
        DocumentRow(pageView.withData("Referer", #""/path""#), ["data.Referer"], "a relative referer"),
        DocumentRow(pageView.withData("Referer", #""https://u@b.example/""#), ["data.Referer"], "user info"),
        DocumentRow(pageView.withData("Referer", #""https://b.example/#f""#), ["data.Referer"], "a fragment"),
        DocumentRow(pageView.withData("Referer", "null"), ["data.Referer"], "null as referer"),
        DocumentRow(pageView.withData("referer", #""https://b.example/""#), ["data.referer"], "referer in lower case"),
    ])
    func validatesSite(_ row: DocumentRow) {
        row.check()
    }

    @Test(arguments: [
        DocumentRow(pageView.withData("utm_source", #""a""#), [], "a campaign parameter"),
        DocumentRow(pageView.withData("trc_x", #""""#), [], "an empty value"),
        DocumentRow(pageView.withData("utm_source", "1"), ["data.utm_source"], "a number as value"),
        DocumentRow(pageView.withData("utm_source", "true"), ["data.utm_source"], "a boolean as value"),
        DocumentRow(pageView.withData("utm_source", "{}"), ["data.utm_source"], "an object as value"),
        DocumentRow(
            pageView.withData("utm_source", #""a""#).addingData("utm_source", #""b""#),
            ["data.utm_source"],
            "a parameter twice"
        ),
        DocumentRow(pageView.withData("gclid", #""a""#), ["data.gclid"], "a parameter that is not allowed"),
        DocumentRow(pageView.withData("utm_", #""a""#), ["data.utm_"], "only a prefix"),
        DocumentRow(pageView.withData("utm_a-b", #""a""#), ["data.utm_a-b"], "a hyphen"),
        DocumentRow(pageView.withData("UTM_source", #""a""#), ["data.UTM_source"], "upper case"),
        DocumentRow(pageView.withData("utm_source[]", #""a""#), ["data.(key not shown)"], "brackets"),
        DocumentRow(pageView.withData("", #""a""#), ["data.(key not shown)"], "an empty key"),
        DocumentRow(pageView.withData("order_id", #""1""#), ["data.order_id"], "an order ID in a page view"),
        DocumentRow(pageView.withData("amount", #""1.00""#), ["data.amount"], "an amount in a page view"),
        DocumentRow(pageView.withData("ITEM1", #""a""#), ["data.ITEM1"], "an item in a page view"),
        DocumentRow(pageView.withData("source", #""google""#), ["data.source"], "an answer in a page view"),
    ])
    func validatesKeys(_ row: DocumentRow) {
        row.check()
    }

    @Test func allowsNamedParameters() {
        let event = Self.pageView.withData("gclid", #""a""#).withData("fbclid", #""b""#)
        DocumentRow(event, ["data.fbclid"], "one of two").check(EventValidator(urlParameters: ["gclid"]))
        DocumentRow(event, [], "both").check(EventValidator(urlParameters: ["gclid", "fbclid"]))
        DocumentRow(
            Self.pageView.withData("\u{212A}EY", #""a""#),
            ["data.(key not shown)"],
            "a kelvin sign is no K"
        )
        .check(EventValidator(urlParameters: ["KEY"]))
    }

    @Test(arguments: [
        DocumentRow(purchase.withData("cc", #""EUR""#), [], "the currency a second time"),
        DocumentRow(purchase.withData("cc", #""USD""#), ["data.cc"], "another currency the second time"),
        DocumentRow(purchase.withData("order_id", nil), ["data.order_id"], "no order ID"),
        DocumentRow(purchase.withData("order_id", "17"), ["data.order_id"], "a number as order ID"),
        DocumentRow(purchase.withData("order_id", #""""#), ["data.order_id"], "an empty order ID"),
        DocumentRow(purchase.withData("order_id", #"" \t""#), ["data.order_id"], "an order ID of whitespace"),
        DocumentRow(purchase.withData("conversion_id", #""1""#), ["data.conversion_id"], "a conversion ID in a purchase"),
        DocumentRow(purchase.withData("value", #""100.00""#), ["data.value"], "the second amount in a purchase"),
        DocumentRow(purchase.withData("currency", nil), ["data.currency"], "no currency"),
        DocumentRow(purchase.withData("currency", "978"), ["data.currency"], "a number as currency"),
        DocumentRow(purchase.withData("currency", #""eur""#), ["data.currency"], "lower case"),
        DocumentRow(purchase.withData("currency", #""QQQ""#), ["data.currency"], "an unknown currency"),
        DocumentRow(purchase.withData("currency", "\"\u{212A}WD\""), ["data.currency"], "a kelvin sign for the K of KWD"),
        DocumentRow(purchase.withData("amount", nil), ["data.amount"], "no amount"),
        DocumentRow(purchase.withData("amount", "100.00"), ["data.amount"], "a number as amount"),
        DocumentRow(purchase.withData("amount", #""100""#), ["data.amount"], "no decimals"),
        DocumentRow(purchase.withData("amount", #""100.0""#), ["data.amount"], "one decimal"),
        DocumentRow(purchase.withData("amount", #""100,00""#), ["data.amount"], "a comma"),
        DocumentRow(purchase.withData("amount", #""0100.00""#), ["data.amount"], "a leading zero"),
        DocumentRow(purchase.withData("amount", #""-1.00""#), ["data.amount"], "negative"),
        DocumentRow(conversion.withData("value", #""100.00""#), [], "the amount a second time"),
        DocumentRow(conversion.withData("value", #""99.00""#), ["data.value"], "another amount the second time"),
        DocumentRow(conversion.withData("cc", #""EUR""#), [], "the currency a second time"),
        DocumentRow(conversion.withData("conversion_id", nil), ["data.conversion_id"], "no conversion ID"),
        DocumentRow(conversion.withData("conversion_id", #""""#), ["data.conversion_id"], "an empty conversion ID"),
        DocumentRow(conversion.withData("order_id", #""1""#), ["data.order_id"], "an order ID in a conversion"),
        DocumentRow(conversion.withData("ITEM1", #""a""#), ["data.ITEM1"], "an item in a conversion"),
        DocumentRow(
            conversion.withData("currency", nil).withData("amount", nil),
            ["data.currency", "data.amount"],
            "neither currency nor amount"
        ),
    ])
    func validatesMoney(_ row: DocumentRow) {
        row.check()
    }

    @Test(arguments: [
        DocumentRow(
            addToCart.withData("ITEM1", #""a""#).withData("AMT1", #""1""#).withData("QTY1", #""1""#),
            [],
            "an item in a cart"
        ),
        DocumentRow(purchase.withData("ITEM2", nil), ["data.ITEM2"], "no name"),
        DocumentRow(purchase.withData("AMT2", nil), ["data.AMT2"], "no amount"),
        DocumentRow(purchase.withData("QTY2", nil), ["data.QTY2"], "no quantity"),
        DocumentRow(purchase.withData("ITEM2", #""""#), ["data.ITEM2"], "an empty name"),
        DocumentRow(purchase.withData("ITEM2", "5"), ["data.ITEM2"], "a number as name"),
        DocumentRow(purchase.withData("AMT1", #""25,00""#), ["data.AMT1"], "a comma"),
        DocumentRow(purchase.withData("AMT1", #""25.005""#), ["data.AMT1"], "three decimals"),
        DocumentRow(purchase.withData("AMT1", "25"), ["data.AMT1"], "a number as amount"),
        DocumentRow(purchase.withData("AMT1", #""25.5""#), [], "one decimal"),
        DocumentRow(purchase.withData("QTY1", "2"), ["data.QTY1"], "a number as quantity"),
        DocumentRow(purchase.withData("QTY1", #""0""#), ["data.QTY1"], "none"),
        DocumentRow(purchase.withData("QTY1", #""-1""#), ["data.QTY1"], "a negative quantity"),
        DocumentRow(purchase.withData("QTY1", #""+1""#), ["data.QTY1"], "a plus"),
        DocumentRow(purchase.withData("QTY1", #""1.5""#), ["data.QTY1"], "a part of one"),
        DocumentRow(purchase.withData("QTY1", #""99999999999999999999""#), ["data.QTY1"], "more than any number"),
        DocumentRow(
            purchase.withData("ITEM4", #""a""#).withData("AMT4", #""1""#).withData("QTY4", #""1""#),
            ["data.AMT4", "data.ITEM4", "data.QTY4"],
            "a hole at 3"
        ),
        DocumentRow(
            purchase.withData("ITEM1", nil).withData("AMT1", nil).withData("QTY1", nil),
            ["data.AMT2", "data.ITEM2", "data.QTY2"],
            "numbered from 2"
        ),
        DocumentRow(purchase.withData("ITEM0", #""a""#), ["data.ITEM0"], "numbered from 0"),
        DocumentRow(purchase.withData("ITEM03", #""a""#), ["data.ITEM03"], "a leading zero"),
        DocumentRow(purchase.withData("item1", #""a""#), ["data.item1"], "lower case"),
        DocumentRow(purchase.withData("ITEM", #""a""#), ["data.ITEM"], "no number"),
        DocumentRow(purchase.withData("ITEM1a", #""a""#), ["data.ITEM1a"], "a letter after the number"),
        DocumentRow(purchase.withData("ITEM\u{FF13}", #""a""#), ["data.(key not shown)"], "a full-width number"),
        DocumentRow(purchase.withData("ITEM99999999999999999999", #""a""#), ["data.ITEM99999999999999999999"], "a huge number"),
    ])
    func validatesItems(_ row: DocumentRow) {
        row.check()
    }

    @Test(arguments: [
        DocumentRow(survey.withData("medium", #""video""#), [], "a medium"),
        DocumentRow(survey.withData("order_id", nil), ["data.order_id"], "no order ID"),
        DocumentRow(survey.withData("order_id", #""""#), ["data.order_id"], "an empty order ID"),
        DocumentRow(survey.withData("order_id", #""  ""#), ["data.order_id"], "an order ID of whitespace"),
        DocumentRow(survey.withData("source", nil), ["data.source"], "no source"),
        DocumentRow(survey.withData("source", #""Google""#), ["data.source"], "a source in another case"),
        DocumentRow(survey.withData("source", #""radio""#), ["data.source"], "an unknown source"),
        DocumentRow(survey.withData("currency", #""EUR""#), ["data.currency"], "a currency in an answer"),
    ])
    func validatesSurveys(_ row: DocumentRow) {
        row.check()
    }

    /// An unknown type is one fault, not one for each key that would fit another type.
    @Test func reportsUnknownTypeOnce() {
        let event = Self.purchase.with("type", #""order""#).withData("source", #""google""#)
        DocumentRow(event, ["type"], "a type of another time").check()
    }
}
