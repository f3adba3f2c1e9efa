//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Logging
import Testing

@testable import Tracify

@Suite(.timeLimit(.minutes(15)))
struct ConsentPolicyTests {
    struct ConsentRow: Row {
        let setting: String
        let fields: [(name: String, value: String)]
        let isAllowed: Bool
        let reason: String

        init(_ setting: String, _ fields: [(name: String, value: String)], _ isAllowed: Bool, _ reason: String) {
            (self.setting, self.fields, self.isAllowed, self.reason) = (setting, fields, isAllowed, reason)
        }
    }

    @Test(arguments: [
        ConsentRow("always", [("Sec-GPC", "1"), ("DNT", "1")], true, "consent is not required"),
        ConsentRow("gpc", [], true, "no signal"),
        ConsentRow("gpc", [("Sec-GPC", "1")], false, "Global Privacy Control"),
        ConsentRow("gpc", [("sec-gpc", "1")], false, "in lower case"),
        ConsentRow("gpc", [("Sec-GPC", "0")], true, "a signal that is off"),
        ConsentRow("gpc", [("Sec-GPC", "")], true, "an empty one"),
        ConsentRow("gpc", [("DNT", "1")], false, "Do Not Track"),
        ConsentRow("gpc", [("DNT", "0")], true, "tracking allowed"),
        ConsentRow("gpc", [("Sec-GPC", "0"), ("Sec-GPC", "1")], false, "one of several"),
        ConsentRow("gpc", [("Cookie", "DNT=1")], true, "a cookie of that name is none"),
        ConsentRow("cookie:consent=yes", [], false, "no cookie"),
        ConsentRow("cookie:consent=yes", [("Cookie", "consent=yes")], true, "the cookie"),
        ConsentRow("cookie:consent=yes", [("Cookie", "a=b; consent=yes; c=d")], true, "among others"),
        ConsentRow("cookie:consent=yes", [("Cookie", "a=b;consent=yes")], true, "without a space"),
        ConsentRow(
            "cookie:consent=yes",
            [("Cookie", "a=b"), ("Cookie", "consent=yes")],
            true,
            "in a second field, as HTTP/2 has it"
        ),
        ConsentRow("cookie:consent=yes", [("Cookie", "consent=no")], false, "another value"),
        ConsentRow("cookie:consent=yes", [("Cookie", "consent=yesterday")], false, "a longer value"),
        ConsentRow("cookie:consent=yes", [("Cookie", "consent=Yes")], false, "case counts"),
        ConsentRow("cookie:consent=yes", [("Cookie", "Consent=yes")], false, "in the name as well"),
        ConsentRow("cookie:consent=yes", [("Cookie", "noconsent=yes")], false, "a name that ends alike"),
        ConsentRow("cookie:consent=yes", [("Cookie", "consent=yes; consent=no")], false, "two that disagree"),
        ConsentRow("cookie:consent=yes", [("Cookie", "x=consent=yes")], false, "as another's value"),
        ConsentRow("cookie:consent=yes", [("Cookie", "consent")], false, "without a value"),
        ConsentRow("cookie:consent=yes", [("Cookie", "consent=yes ")], true, "with whitespace at the end"),
        ConsentRow("cookie:c^=marketing", [("Cookie", "c=marketing.1")], true, "a value that begins with the text"),
        ConsentRow("cookie:c^=marketing", [("Cookie", "c=no-marketing")], false, "and not one that has it later"),
        ConsentRow("cookie:c^={\"ads\":true", [("Cookie", "c=%7B%22ads%22%3Atrue%7D")], true, "decoded"),
        ConsentRow("cookie:c*=ads:1", [("Cookie", "c=base:1&ads:1&x")], true, "a value that contains the text"),
        ConsentRow("cookie:c*=ads:1", [("Cookie", "c=base%3A1%26ads%3A1")], true, "decoded"),
        ConsentRow("cookie:c*=ads:1", [("Cookie", "c=ads:0")], false, "and not another"),
        ConsentRow("cookie:c*=ads:1", [("Cookie", "d=ads:1")], false, "in another cookie"),
        ConsentRow("gpc+cookie:c=1", [("Cookie", "c=1")], true, "both hold"),
        ConsentRow("gpc+cookie:c=1", [("Cookie", "c=1"), ("Sec-GPC", "1")], false, "the signal is off in one"),
        ConsentRow("gpc+cookie:c=1", [], false, "the cookie is missing"),
        ConsentRow(
            "preset:cookiebot",
            [
                (
                    "Cookie",
                    "CookieConsent={stamp:%27x%27%2Cnecessary:true%2Cpreferences:false%2Cstatistics:true%2Cmarketing:true%2Cver:1}"
                )
            ],
            true,
            "Cookiebot, accepted"
        ),
        ConsentRow(
            "preset:cookiebot",
            [("Cookie", "CookieConsent={stamp:%27x%27%2Cnecessary:true%2Cmarketing:false%2Cver:1}")],
            false,
            "Cookiebot, declined"
        ),
        ConsentRow("preset:cookiebot", [("Cookie", "CookieConsent=-1")], true, "Cookiebot, a region without consent"),
        ConsentRow("preset:cookiebot", [("Cookie", "CookieConsent=0")], false, "Cookiebot, not answered yet"),
        ConsentRow(
            "preset:onetrust",
            [("Cookie", "OptanonConsent=isGpcEnabled=0&datestamp=x&groups=C0001%3A1%2CC0002%3A0%2CC0004%3A1&geolocation=DE")],
            true,
            "OneTrust, accepted"
        ),
        ConsentRow(
            "preset:onetrust",
            [("Cookie", "OptanonConsent=isGpcEnabled=0&groups=C0001%3A1%2CC0002%3A1%2CC0004%3A0")],
            false,
            "OneTrust, declined"
        ),
        ConsentRow("preset:usercentrics", [("Cookie", "uc_marketing=true")], true, "Usercentrics, accepted"),
        ConsentRow("preset:usercentrics", [("Cookie", "uc_marketing=false")], false, "Usercentrics, declined"),
        ConsentRow(
            "gpc+preset:onetrust",
            [("Cookie", "OptanonConsent=groups=C0004%3A1"), ("DNT", "1")],
            false,
            "a banner and a signal"
        ),
        ConsentRow(
            "cookie:c=1",
            [("Cookie", "c=1; pad=" + String(repeating: "x", count: 65_500))],
            true,
            "cookies of 64 KB"
        ),
        ConsentRow(
            "cookie:c=1",
            [("Cookie", "c=1; pad=" + String(repeating: "x", count: 70_000))],
            false,
            "more than a browser sends are not read"
        ),
        ConsentRow("cookie:c=a=b", [("Cookie", "c=a=b")], true, "a value with an equals sign"),
        ConsentRow("cookie:c=", [("Cookie", "c=")], true, "an empty value"),
        ConsentRow("cookie:c=%22x%22", [("Cookie", "c=\"x\"")], false, "escapes are compared as they stand"),
        ConsentRow(
            "cookie:consent=yes",
            [("Cookie", String(repeating: "a=b; ", count: 1600) + "consent=yes")],
            true,
            "behind 8 KB of others"
        ),
    ])
    func evaluatesRequestFields(_ row: ConsentRow) throws {
        #expect(try ConsentPolicy(setting: row.setting).allows(makeRequest("/", row.fields)) == row.isAllowed)
    }

    /// The bytes are compared: to repair a value that is not UTF-8 would take as long as the client wants.
    @Test(arguments: ["DNT", "Sec-GPC"])
    func readsSignalsAsBytes(name: String) throws {
        let policy = ConsentPolicy.privacySignals
        let field = try #require(HTTPField.Name(name))
        for (value, isAllowed) in [([0x31], false), ([0xFF], true), ([0x31, 0xFF], true), ([0x30], true)] as [([UInt8], Bool)] {
            var request = try makeRequest("/")
            request.headerFields.append(HTTPField(name: field, value: value))
            #expect(policy.allows(request) == isAllowed)
        }
    }

    @Test(arguments: [
        "", "never", "GPC", "cookie", "cookie:", "cookie:=", "cookie:=yes", "cookie:a b=c", "cookie:a=b c", "cookie:a=b;c",
    ])
    func throwsForUnknownSettings(text: String) throws {
        #expect(try invalidValue { try ConsentPolicy(setting: text) }.field == "consent")
    }

    /// No request data is in the visit, its encoded form, the queue, the sink, a log line or an error.
    @Test func keepsNoRequestDataWithoutConsent() async throws {
        let sink = InMemorySink()
        let log = LogLines()
        let tracker = try Tracker(
            configuration: .stub { $0.capture.consent = .custom { $0.path == "/yes" } },
            sink: sink,
            logger: log.logger
        )
        let request = Browsing.request("/secret-page?utm_source=secret-mail")
        let visit = tracker.visit(for: request, from: PeerAddress(text: Browsing.address)).with(email: "jane.doe@example.com")
        try await running(tracker) {
            tracker.requestCompleted(request, response: Browsing.page, visit: visit)
            tracker.requestCompleted(request, response: HTTPResponse(status: .found), visit: visit)
            tracker.productViewed(by: visit)
            tracker.itemsAddedToCart([], by: visit)
            // The order call succeeds, so the checkout is not affected.
            try await tracker.orderPlaced(Order(id: "1", currency: .eur, amount: .zero), by: visit)
            try await tracker.conversionCompleted(Conversion(id: "1", currency: .eur, amount: .zero), by: visit)
            // The same visitor consents later. Earlier requests remain untracked.
            tracker.view("/yes")
        }
        #expect(!visit.hasConsent)
        #expect(sink.events.map(\.url.text) == ["https://shop.example/yes"])
        #expect(sink.events.allSatisfy { $0.parameters.isEmpty })
        #expect(tracker.statistics.skipped(.noConsent) == 6)
        #expect(tracker.statistics.captured() == 1)

        var dumped = ""
        dump(visit, to: &dumped)
        let coded = String(decoding: try JSONEncoder().encode(visit), as: UTF8.self)
        for text in [dumped, coded, "\(visit)", log.lines.joined()] {
            for secret in ["secret", "jane", Browsing.address, Browsing.userAgent, "identity"] {
                #expect(!text.contains(secret), "\(secret) in \(text)")
            }
        }
        // A visit without consent stays without consent when it is stored.
        let restored = try JSONDecoder().decode(Visit.self, from: Data(coded.utf8))
        #expect(!restored.hasConsent)
        #expect(abs(restored.date.timeIntervalSince(visit.date)) < 1)
    }
}
