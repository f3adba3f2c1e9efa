//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

/// Foreign documents with the complete list of their deviations.
///
/// The rules for `data` have their own file.
struct EventValidatorTests {
    struct DocumentRow: Row {
        let body: String
        /// The places of the deviations, in order: `0 url` for the `url` of event 0, `- body` for the document.
        let expected: [String]
        let reason: String

        init(_ body: String, _ expected: [String], _ reason: String) {
            (self.body, self.expected, self.reason) = (body, expected, reason)
        }

        init(_ event: ForeignEvent, _ expected: [String], _ reason: String) {
            self.init(event.body, expected.map { "0 \($0)" }, reason)
        }

        func check(_ validator: EventValidator = EventValidator()) {
            let deviations = validator.validate(Array(self.body.utf8))
            #expect(deviations.map { "\($0.eventIndex.map(String.init) ?? "-") \($0.field)" } == self.expected)
        }
    }

    private static let pageView = ForeignEvent.pageView

    @Test(arguments: [
        ForeignEvent.pageView, .addToCart, .purchase, .conversion, .survey,
    ])
    func acceptsValidEvents(_ event: ForeignEvent) {
        #expect(EventValidator().validate(Array(event.body.utf8)) == [])
    }

    @Test(arguments: [
        DocumentRow("", ["- body"], "no text"),
        DocumentRow("{", ["- body"], "no JSON"),
        DocumentRow("events", ["- body"], "a word"),
        DocumentRow(#"{"events":[],}"#, ["- body"], "a trailing comma"),
        DocumentRow("\u{FEFF}" + pageView.body, ["- body"], "a byte order mark"),
        DocumentRow(pageView.body + pageView.body, ["- body"], "two documents"),
        DocumentRow("null", ["- body"], "null as root"),
        DocumentRow("[\(pageView.object)]", ["- body"], "an array as root"),
        DocumentRow("\"events\"", ["- body"], "a string as root"),
        DocumentRow("{}", ["- events"], "no events"),
        DocumentRow(
            pageView.object,
            ["url", "customer_site_id", "identity_data", "datetime", "type", "data"].map { "- body.\($0)" } + ["- events"],
            "an event as root"
        ),
        DocumentRow(#"{"events":null}"#, ["- events"], "null instead of events"),
        DocumentRow(#"{"events":\#(pageView.object)}"#, ["- events"], "one event without an array"),
        DocumentRow(#"{"events":[]}"#, ["- events"], "none"),
        DocumentRow(#"{"events":[\#(pageView.object)],"token":"t"}"#, ["- body.token"], "a member too many"),
        DocumentRow(#"{"events":[\#(pageView.object)],"a b":"t"}"#, ["- body.(key not shown)"], "a foreign key"),
        DocumentRow(
            #"{"events":[\#(pageView.object)],"events":[]}"#,
            ["- body.events"],
            "events twice, of which the first count"
        ),
        DocumentRow(#"{"events":[7]}"#, ["0 event"], "a number as an event"),
        DocumentRow(#"{"events":[[]]}"#, ["0 event"], "an array as an event"),
        DocumentRow(
            #"{"events":[{}]}"#,
            ["0 url", "0 customer_site_id", "0 datetime", "0 identity_data", "0 type", "0 data"],
            "an empty event"
        ),
        DocumentRow(
            #"{"events":[\#(pageView.object),null,\#(pageView.with("type", nil).object)]}"#,
            ["1 event", "2 type"],
            "faults are told with the place of their event"
        ),
    ])
    func listsDeviationsOfDocument(_ row: DocumentRow) {
        row.check()
    }

    @Test(arguments: [
        DocumentRow(pageView.adding("extra", "1"), ["extra"], "a member the contract does not have"),
        DocumentRow(pageView.adding("Url", "1"), ["Url"], "names are case-sensitive"),
        DocumentRow(pageView.adding("\\u0000", "1"), ["(key not shown)"], "a key that is not shown"),
        DocumentRow(
            pageView.adding(String(repeating: "k", count: 65), "1"),
            ["(key not shown)"],
            "a key too long to be shown"
        ),
        DocumentRow(pageView.adding("url", "1"), ["url"], "a member twice, of which the first counts"),
        DocumentRow(pageView.adding("extra", "1").adding("extra", "1"), ["extra", "extra", "extra"], "a foreign member twice"),

        DocumentRow(pageView.with("url", nil), ["url"], "no url"),
        DocumentRow(pageView.with("url", "5"), ["url"], "a number as url"),
        DocumentRow(pageView.with("url", #""https://shop.example""#), [], "no path"),
        DocumentRow(pageView.with("url", #""https://shop.example/?a=b""#), [], "a query, which is an option"),
        DocumentRow(pageView.with("url", #""/path""#), ["url", "url"], "short and relative"),
        DocumentRow(pageView.with("url", #""/a/longer/path""#), ["url"], "relative"),
        DocumentRow(pageView.with("url", #""""#), ["url", "url"], "empty"),
        DocumentRow(pageView.with("url", #""shop.example/path""#), ["url"], "no scheme"),
        DocumentRow(pageView.with("url", #""ftp://shop.example/path""#), ["url"], "another scheme"),
        DocumentRow(pageView.with("url", #""https://u:p@shop.example/""#), ["url"], "user info"),
        DocumentRow(pageView.with("url", #""https://shop.example/#top""#), ["url"], "a fragment"),
        DocumentRow(pageView.with("url", #""https://u@shop.example/#top""#), ["url", "url"], "user info and a fragment"),

        DocumentRow(pageView.with("customer_site_id", nil), ["customer_site_id"], "no site"),
        DocumentRow(pageView.with("customer_site_id", "null"), ["customer_site_id"], "null as site"),
        DocumentRow(
            pageView.with("customer_site_id", #""6B29FC40-CA47-1067-B31D-00DD010662DA""#),
            ["customer_site_id"],
            "in upper case"
        ),
        DocumentRow(pageView.with("customer_site_id", #""shop""#), ["customer_site_id"], "no UUID"),

        DocumentRow(pageView.with("datetime", nil), ["datetime"], "no time"),
        DocumentRow(pageView.with("datetime", "1718973400"), ["datetime"], "a number as time"),
        DocumentRow(pageView.with("datetime", #""2024-06-21T12:36:40Z""#), ["datetime"], "ISO 8601"),
        DocumentRow(pageView.with("datetime", #""2023-02-29 12:00:00""#), ["datetime"], "a day that does not exist"),

        DocumentRow(pageView.with("type", nil), ["type"], "no type"),
        DocumentRow(pageView.with("type", "1"), ["type"], "a number as type"),
        DocumentRow(pageView.with("type", #""PageView""#), ["type"], "a type in another case"),

        DocumentRow(pageView.with("data", nil), ["data"], "no data"),
        DocumentRow(pageView.with("data", "[]"), ["data"], "an array as data"),
        DocumentRow(pageView.with("data", "{}"), ["data.origin"], "empty data"),
    ])
    func listsDeviationsOfEvent(_ row: DocumentRow) {
        row.check()
    }

    @Test(arguments: [
        DocumentRow(pageView.withIdentity([(1, "1"), (2, "2"), (3, "3"), (4, "4")]), [], "all four classes"),
        DocumentRow(pageView.withIdentity([(3, "3"), (4, "4")]), [], "no session, which the contract does not require"),
        DocumentRow(pageView.with("identity_data", nil), ["identity_data"], "none"),
        DocumentRow(pageView.with("identity_data", "[]"), ["identity_data"], "an array"),
        DocumentRow(pageView.with("identity_data", "{}"), ["identity_data", "identity_data"], "neither class 3 nor 4"),
        DocumentRow(pageView.withIdentity([(2, "2"), (4, "4")]), ["identity_data"], "no address"),
        DocumentRow(pageView.withIdentity([(2, "2"), (3, "3")]), ["identity_data"], "no user agent"),
        DocumentRow(pageView.withIdentity([(2, "5"), (3, "3"), (4, "4")]), ["identity_data"], "a class that there is not"),
        DocumentRow(pageView.withIdentity([(2, "2.0"), (3, "3"), (4, "4")]), ["identity_data"], "a class with decimals"),
        DocumentRow(pageView.withIdentity([(3, #""3""#), (4, "4")]), ["identity_data", "identity_data"], "a class as a string"),
        DocumentRow(pageView.withIdentity([(1, "3"), (3, "3"), (4, "4")]), ["identity_data"], "a class twice"),
        DocumentRow(pageView.withIdentity([(3, "3"), (3, "2"), (4, "4")]), ["identity_data"], "a hash twice"),
        DocumentRow(
            pageView.withIdentity([(3, "3"), (3, "3"), (4, "4")]),
            ["identity_data", "identity_data"],
            "a hash and a class twice"
        ),
        DocumentRow(
            pageView.with("identity_data", #"{"203.0.113.77":3,"\#(ForeignEvent.hashes[3])":4}"#),
            ["identity_data"],
            "an address unhashed"
        ),
        DocumentRow(
            pageView.with("identity_data", "{\"\(String(repeating: "A", count: 64))\":3,\"\(ForeignEvent.hashes[3])\":4}"),
            ["identity_data"],
            "a hash in upper case"
        ),
    ])
    func listsDeviationsOfIdentity(_ row: DocumentRow) {
        row.check()
    }

    @Test func describesRulesWithoutValues() {
        let secret = "jane.doe-example.com"
        let event = ForeignEvent.purchase
            .with("url", "\"\(secret)\"").with("customer_site_id", "\"\(secret)\"").with("datetime", "\"\(secret)\"")
            .with("type", "\"\(secret)\"").withData("origin", "\"\(secret)\"").withData("Referer", "\"\(secret)\"")
            .withData("currency", "\"\(secret)\"").withData("amount", "\"\(secret)\"").withData("AMT1", "\"\(secret)\"")
            .withData("QTY1", "\"\(secret)\"").withData("source", "\"\(secret)\"")
            .with("identity_data", "{\"\(secret)\":\"\(secret)\"}")
        let deviations = EventValidator().validate(Array(event.body.utf8))
        #expect(deviations.count > 8)
        for deviation in deviations {
            #expect(!deviation.description.contains(secret))
            #expect(deviation.description.hasPrefix("event 0: \(deviation.field): "))
            #expect(!deviation.rule.isEmpty)
        }
    }

    @Test func describesDocumentDeviationWithoutEventIndex() {
        let deviations = EventValidator().validate(Array(#"{"events":[]}"#.utf8))
        #expect(deviations.map(\.description) == ["events: must contain at least one event"])
    }
}
