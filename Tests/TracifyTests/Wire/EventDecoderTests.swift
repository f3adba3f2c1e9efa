//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

struct EventDecoderTests {
    struct FaultRow: Row {
        let body: String
        let index: Int?
        let field: String
        let code: ValidationError.Code
        let reason: String

        init(_ body: String, index: Int? = 0, _ field: String, _ code: ValidationError.Code, _ reason: String) {
            (self.body, self.index, self.field, self.code, self.reason) = (body, index, field, code, reason)
        }

        init(_ event: ForeignEvent, _ field: String, _ code: ValidationError.Code, _ reason: String) {
            self.init(event.body, field, code, reason)
        }
    }

    private static let pageView = ForeignEvent.pageView
    private static let purchase = ForeignEvent.purchase
    private static let conversion = ForeignEvent.conversion
    private static let survey = ForeignEvent.survey

    @Test(arguments: [
        FaultRow("{}", index: nil, "events", .missing, "no events"),
        FaultRow("[]", index: nil, "events", .missing, "an array as root"),
        FaultRow(#"{"events":{}}"#, index: nil, "events", .missing, "events are an object"),
        FaultRow(#"{"events":[5]}"#, "type", .missing, "an event that is a number"),
        FaultRow(#"{"events":[\#(pageView.object),{}]}"#, index: 1, "type", .missing, "the second event is empty"),
        FaultRow(pageView.with("type", #""secret""#), "type", .outOfRange, "an unknown type"),
        FaultRow(pageView.with("datetime", #""2024-06-21T12:36:40Z""#), "datetime", .malformed, "ISO 8601"),
        FaultRow(pageView.with("datetime", nil), "datetime", .missing, "no time"),
        FaultRow(pageView.with("data", nil), "data", .missing, "no data"),
        FaultRow(pageView.with("data", "[]"), "data", .missing, "data is an array"),
        FaultRow(pageView.with("url", nil), "url", .missing, "no url"),
        FaultRow(pageView.with("url", #""/secret""#), "url", .malformed, "a relative url"),
        FaultRow(pageView.with("customer_site_id", #""secret""#), "customer_site_id", .malformed, "no UUID"),
        FaultRow(pageView.with("identity_data", nil), "identity_data", .missing, "no identity"),
        FaultRow(pageView.with("identity_data", "{}"), "identity_data", .missing, "an empty identity"),
        FaultRow(pageView.with("identity_data", #"{"secret":2}"#), "identity_data", .malformed, "no hash"),
        FaultRow(pageView.withIdentity([(2, "5")]), "identity_data", .outOfRange, "class 5"),
        FaultRow(pageView.withIdentity([(2, "2"), (3, "2")]), "identity_data", .outOfRange, "class 2 twice"),
        FaultRow(pageView.withIdentity([(2, "2"), (3, "3")]), "identity_data", .missing, "no user agent"),
        FaultRow(pageView.withIdentity([(2, #""2""#)]), "identity_data", .outOfRange, "a class as a string"),
        FaultRow(pageView.withData("origin", nil), "origin", .missing, "no origin"),
        FaultRow(pageView.withData("origin", #""null""#), "origin", .malformed, "an opaque origin"),
        FaultRow(pageView.withData("Referer", #""secret""#), "Referer", .malformed, "a relative referer"),
        FaultRow(pageView.withData("utm_source", "1"), "data", .malformed, "a number as a value"),
        FaultRow(pageView.withData("order_id", #""secret""#), "url_parameters", .outOfRange, "an order ID in a page view"),
        FaultRow(pageView.withData("a b", #""secret""#), "url_parameters", .malformed, "a key that is no name"),
        FaultRow(purchase.withData("order_id", nil), "order_id", .missing, "no order ID"),
        FaultRow(purchase.withData("order_id", #""  ""#), "order_id", .empty, "an order ID of whitespace"),
        FaultRow(purchase.withData("currency", nil), "currency", .missing, "no currency"),
        FaultRow(purchase.withData("currency", #""eur""#), "currency", .outOfRange, "a currency in lower case"),
        FaultRow(purchase.withData("amount", nil), "amount", .missing, "no amount"),
        FaultRow(purchase.withData("amount", #""100,00""#), "amount", .malformed, "a decimal comma"),
        FaultRow(purchase.withData("AMT2", nil), "AMT2", .missing, "an item without an amount"),
        FaultRow(purchase.withData("AMT2", #""-1""#), "AMT2", .outOfRange, "an item with a negative amount"),
        FaultRow(purchase.withData("QTY2", nil), "QTY2", .missing, "an item without a quantity"),
        FaultRow(purchase.withData("QTY1", #""two""#), "QTY1", .malformed, "a quantity in words"),
        FaultRow(purchase.withData("QTY1", #""0""#), "QTY1", .outOfRange, "nothing of an item"),
        FaultRow(purchase.withData("ITEM2", #""""#), "ITEM2", .empty, "an item without a name"),
        FaultRow(conversion.withData("conversion_id", nil), "conversion_id", .missing, "no conversion ID"),
        FaultRow(conversion.withData("value", "1"), "data", .malformed, "a number as the second amount"),
        FaultRow(survey.withData("source", #""secret""#), "source", .outOfRange, "an unknown source"),
        FaultRow(survey.withData("source", nil), "source", .missing, "no source"),
        FaultRow(survey.withData("medium", #""""#), "medium", .empty, "an empty medium"),
    ])
    func errorNamesFirstFault(_ row: FaultRow) throws {
        let failure = #expect(throws: EventDecodingError.self) { _ = try EventDecoder().decode(Array(row.body.utf8)) }
        #expect(failure?.code == .invalid)
        let error = try #require(failure?.validationError)
        #expect(failure?.eventIndex == row.index)
        #expect(error.field == row.field)
        #expect(error.code == row.code)
        #expect(!"\(try #require(failure))".contains("secret"))
    }

    @Test func throwsForMalformedJSON() throws {
        let body = Array(#"{"events":secret}"#.utf8)
        let failure = #expect(throws: EventDecodingError.self) { _ = try EventDecoder().decode(body) }
        #expect(failure?.code == .malformed)
        #expect(failure?.description == "invalid JSON at byte 10: expected a value")
    }

    @Test func decodesSingleEvent() throws {
        #expect(
            try EventDecoder().decodeEvent(Array(ForeignEvent.purchase.object.utf8))
                == EventDecoder().decode(Array(ForeignEvent.purchase.body.utf8)).first
        )
    }
}
