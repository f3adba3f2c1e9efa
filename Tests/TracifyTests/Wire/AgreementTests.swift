//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

/// Bodies that the decoder must refuse because the validator reports them, and the other way round.
///
/// `AgreementFuzzTests` compares the two with random events.
struct AgreementTests {
    struct RefusedRow: Row {
        let body: String
        /// The field that the decoder names.
        let field: String
        let reason: String

        init(_ body: String, _ field: String, _ reason: String) {
            (self.body, self.field, self.reason) = (body, field, reason)
        }

        init(_ event: ForeignEvent, _ field: String, _ reason: String) {
            self.init(event.body, field, reason)
        }

        func check() {
            let body = Array(self.body.utf8)
            #expect(EventValidator.allowingEveryParameter.validate(body) != [])
            let error = #expect(throws: EventDecodingError.self) { _ = try EventDecoder().decode(body) }
            #expect(error?.code == .invalid)
            #expect(error?.validationError?.field == self.field)
            #expect(error?.description.contains("secret") == false)
        }
    }

    private static let pageView = ForeignEvent.pageView
    private static let addToCart = ForeignEvent.addToCart
    private static let purchase = ForeignEvent.purchase
    private static let conversion = ForeignEvent.conversion
    private static let survey = ForeignEvent.survey

    @Test(arguments: [
        RefusedRow(#"{"events":[\#(pageView.object)],"events":[]}"#, "body.events", "events twice"),
        RefusedRow(pageView.adding("url", #""https://secret.example/""#), "url", "a URL twice"),
        RefusedRow(pageView.adding("type", #""purchase""#), "type", "a type twice"),
        RefusedRow(pageView.adding("data", "{}"), "origin", "data twice, of which the first is empty"),
        RefusedRow(pageView.addingData("origin", #""https://shop.example""#), "origin", "an origin twice, with the same value"),
        RefusedRow(pageView.withData("utm_source", #""a""#).addingData("utm_source", #""b""#), "utm_source", "a parameter twice"),
        RefusedRow(
            pageView.addingData("utm_a", #""a""#).addingData("utm_\\u0061", #""b""#),
            "utm_a",
            "a key twice, once escaped"
        ),
        RefusedRow(purchase.addingData("order_id", #""2""#), "order_id", "an order ID twice"),
        RefusedRow(purchase.addingData("QTY2", #""3""#), "QTY2", "a quantity twice"),
        RefusedRow(pageView.withIdentity([(2, "2"), (3, "3"), (3, "4")]), "identity_data", "a hash twice"),
        RefusedRow(
            pageView.withIdentity([(2, "1"), (2, "2"), (3, "3"), (4, "4")]),
            "identity_data",
            "an email like the session"
        ),
        RefusedRow(pageView.withIdentity([(1, "1"), (2, "2"), (3, "3")]), "identity_data", "no user agent"),
    ])
    func refusesRepeatedKeys(_ row: RefusedRow) {
        row.check()
    }

    @Test(arguments: [
        RefusedRow(pageView.with("url", #""https://shop.example/#secret""#), "url", "a fragment"),
        RefusedRow(pageView.with("url", #""https://shop.example/?a=b#secret""#), "url", "a fragment after a query"),
        RefusedRow(pageView.with("url", #""https://shop.example/#""#), "url", "an empty fragment"),
        RefusedRow(pageView.with("url", #""https://secret:b@shop.example/""#), "url", "user info"),
        RefusedRow(pageView.with("url", #""https://@shop.example/""#), "url", "empty user info"),
        RefusedRow(pageView.withData("Referer", #""https://b.example/#secret""#), "Referer", "a fragment in the referrer"),
        RefusedRow(pageView.withData("Referer", #""https://secret@b.example/""#), "Referer", "user info in the referrer"),
        RefusedRow(pageView.withData("Referer", #""android-app://secret@com.example/""#), "Referer", "user info of an app"),
        RefusedRow(pageView.withData("origin", #""https://shop.example/secret""#), "origin", "an origin with a path"),
        RefusedRow(pageView.withData("origin", #""https://shop.example/""#), "origin", "an origin with a slash at the end"),
        RefusedRow(pageView.withData("origin", #""https://shop.example?secret""#), "origin", "an origin with a query"),
        RefusedRow(pageView.withData("origin", #""https://Shop.example""#), "origin", "an origin in upper case"),
        RefusedRow(pageView.withData("origin", #""HTTPS://shop.example""#), "origin", "a scheme in upper case"),
        RefusedRow(pageView.withData("origin", #""https://shop.example:443""#), "origin", "the default port of https"),
        RefusedRow(pageView.withData("origin", #""http://shop.example:80""#), "origin", "the default port of http"),
        RefusedRow(pageView.withData("origin", #""https://shop.example:08443""#), "origin", "a port with a leading zero"),
        RefusedRow(pageView.withData("origin", #""https://shop.example:""#), "origin", "a colon without a port"),
        RefusedRow(pageView.withData("origin", #""https://[2001:DB8::1]""#), "origin", "an address in upper case"),
        RefusedRow(pageView.withData("origin", #""null""#), "origin", "an opaque origin"),
        RefusedRow(
            pageView.with("customer_site_id", #""6B29FC40-CA47-1067-B31D-00DD010662DA""#),
            "customer_site_id",
            "a site in upper case"
        ),
    ])
    func refusesURLsOutsideOfContract(_ row: RefusedRow) {
        row.check()
    }

    @Test(arguments: [
        RefusedRow(#"{"events":[]}"#, "events", "no event"),
        RefusedRow(#"{"events":[\#(pageView.object)],"token":"secret"}"#, "body.token", "a foreign member of the body"),
        RefusedRow(pageView.adding("extra", #""secret""#), "extra", "a foreign member of the event"),
        RefusedRow(pageView.withData("ITEM1", #""secret""#), "ITEM1", "an item in a page view"),
        RefusedRow(conversion.withData("QTY1", #""1""#), "QTY1", "a quantity in a conversion"),
        RefusedRow(purchase.withData("QTY2", nil), "QTY2", "an item without a quantity"),
        RefusedRow(purchase.withData("QTY1", #""+1""#), "QTY1", "a quantity with a sign"),
        RefusedRow(purchase.withData("AMT4", #""1""#), "AMT4", "an item after a gap"),
        RefusedRow(addToCart.withData("QTY0", #""1""#), "QTY0", "an item numbered from 0"),
        RefusedRow(purchase.withData("amount", #""100""#), "amount", "an amount without decimals"),
        RefusedRow(purchase.withData("amount", #""0100.00""#), "amount", "an amount with a leading zero"),
        RefusedRow(purchase.withData("cc", #""USD""#), "cc", "two currencies"),
        RefusedRow(
            purchase.withData("currency", #""KWD""#).withData("cc", "\"\u{212A}WD\""),
            "cc",
            "a Kelvin sign for the K of KWD"
        ),
        RefusedRow(conversion.withData("value", #""1.00""#), "value", "two amounts"),
        RefusedRow(pageView.withData("Order_ID", #""secret""#), "url_parameters", "a reserved key in another case"),
    ])
    func decoderRefusesWhatValidatorReports(_ row: RefusedRow) {
        row.check()
    }

    /// The contract has no maximum, but an event of this package has, so the decoder cannot return these.
    @Test(arguments: [
        RefusedRow(purchase.withData("order_id", text(129)), "order_id", "a long order ID"),
        RefusedRow(conversion.withData("conversion_id", text(129)), "conversion_id", "a long conversion ID"),
        RefusedRow(survey.withData("order_id", text(129)), "order_id", "a long order ID in an answer"),
        RefusedRow(survey.withData("medium", text(129)), "medium", "a long medium"),
        RefusedRow(survey.withData("medium", #"" ""#), "medium", "a blank medium"),
        RefusedRow(purchase.withData("ITEM1", text(513)), "ITEM1", "a long name"),
        RefusedRow(purchase.withData("QTY1", #""1000001""#), "QTY1", "a large quantity"),
        RefusedRow(purchase.withData("AMT1", #""10000000000000""#), "AMT1", "a large amount of an item"),
        RefusedRow(purchase.withData("amount", #""10000000000000.00""#), "amount", "a large amount"),
        RefusedRow(cart(501), "ITEM", "too many items"),
        RefusedRow(parameters(33), "url_parameters", "too many parameters"),
        RefusedRow(pageView.withData("utm_a", text(513)), "url_parameters", "a long value"),
        RefusedRow(
            pageView.withData("utm_" + String(repeating: "a", count: 61), #""a""#),
            "url_parameters",
            "a long name of a parameter"
        ),
        RefusedRow(pageView.with("url", text(2048, prefix: "https://a/")), "url", "a long URL"),
    ])
    func validatorReportsWhatDecoderRefuses(_ row: RefusedRow) {
        row.check()
    }

    @Test(arguments: [
        purchase.withData("order_id", text(128)), survey.withData("medium", text(128)),
        purchase.withData("ITEM1", text(512)), purchase.withData("QTY1", #""1000000""#),
        purchase.withData("amount", #""9999999999999.99""#), cart(500), parameters(32),
        pageView.withData("utm_" + String(repeating: "a", count: 60), text(512)),
        pageView.with("url", text(2038, prefix: "https://a/")),
    ])
    func acceptValuesAtTheirLimit(_ event: ForeignEvent) throws {
        let body = Array(event.body.utf8)
        #expect(EventValidator().validate(body) == [])
        #expect(try EventDecoder().decode(body).count == 1)
    }

    /// The contract does not require the session, but an ``IdentityData`` does.
    @Test func onlyDecoderRequiresSession() {
        let body = Array(Self.pageView.withIdentity([(3, "3"), (4, "4")]).body.utf8)
        #expect(EventValidator().validate(body) == [])
        let error = #expect(throws: EventDecodingError.self) { _ = try EventDecoder().decode(body) }
        #expect(error?.validationError?.field == "identity_data")
        #expect(error?.validationError?.code == .missing)
    }

    private static func text(_ count: Int, prefix: String = "") -> String {
        "\"\(prefix)\(String(repeating: "a", count: count))\""
    }

    private static func cart(_ count: Int) -> ForeignEvent {
        (1...count)
            .reduce(ForeignEvent.addToCart) { event, number in
                event.addingData("ITEM\(number)", #""a""#).addingData("AMT\(number)", #""1""#).addingData("QTY\(number)", #""1""#)
            }
    }

    private static func parameters(_ count: Int) -> ForeignEvent {
        (1...count).reduce(ForeignEvent.pageView) { $0.addingData("utm_\($1)", #""a""#) }
    }
}
