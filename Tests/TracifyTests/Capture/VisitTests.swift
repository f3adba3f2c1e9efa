//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

struct VisitTests {
    private static let agent = "Mozilla/5.0 (Secret; rv:1)"
    private static let email = "Jane.Doe@Example.com"

    /// The visitor's data that must not show, as text and as byte values.
    private static let secrets = [
        "203.0.113.77", "203, 0, 113, 77", "\(0xCB00_714D)", "\(0xFFFF_CB00_714D as UInt64)", "Secret", "Mozilla", "jane", "doe@",
    ]

    private func visitOfRequest(at date: Date = .pageExample) throws -> Visit {
        let request = try makeRequest(
            "/shop/item?utm_source=fb&token=t",
            [
                ("User-Agent", Self.agent), ("Referer", "https://b.example/page?q=r"), ("Origin", "https://shop.example"),
                ("Cookie", "session=Secret"), ("Authorization", "Bearer Secret"),
            ]
        )
        return Visit(request, from: .stub, at: date)
    }

    private func explicitVisit() throws -> Visit {
        try Visit(
            address: #require(IPAddress("203.0.113.77")),
            userAgent: Self.agent,
            email: Self.email,
            url: PageURL("https://shop.example/shop/item"),
            referer: Referer("https://b.example/page"),
            parameters: [URLParameter(name: "utm_source", value: "fb")],
            date: .pageExample
        )
    }

    private func visits() throws -> [Visit] {
        let visits = try [
            self.visitOfRequest().with(email: Self.email), self.explicitVisit(),
            self.explicitVisit().with(email: " jane@secret.example"),
        ]
        return try visits + visits.map { try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode($0)) }
    }

    private func expectNoSecret(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for secret in Self.secrets {
            #expect(!text.lowercased().contains(secret.lowercased()), sourceLocation: sourceLocation)
        }
    }

    @Test func secretSearchFindsSecrets() throws {
        var text = ""
        dump(try makeRequest("/", [("User-Agent", Self.agent)]), to: &text)
        for secret in ["Secret", "Mozilla"] { #expect(text.contains(secret)) }
    }

    @Test func encodesHashesOnly() throws {
        for visit in try self.visits() {
            self.expectNoSecret(String(decoding: try JSONEncoder().encode(visit), as: UTF8.self))
        }
        let tracker = try Tracker(configuration: .stub(), sink: InMemorySink())
        let request = try makeRequest(
            "/?utm_source=fb",
            [("User-Agent", Browsing.userAgent), ("Referer", "https://b.example/page")]
        )
        let visit = tracker.visit(for: request, from: .stub).with(email: Self.email)
        let keys = try FlatJSON.flat(JSONEncoder().encode(visit)).keys
        #expect(
            Set(keys) == [
                "url", "origin", "referer", "parameters[0].name", "parameters[0].value",
                "datetime", "identity.session", "identity.address", "identity.userAgent", "identity.email",
            ]
        )
    }

    @Test func hidesVisitorInDescriptions() throws {
        struct Checkout {
            let visit: Visit
            let maybe: Visit?
            let others: [String: [Visit]]
        }
        for visit in try self.visits() {
            let checkout = Checkout(visit: visit, maybe: visit, others: ["a": [visit]])
            for value in [visit as Any, checkout, [visit], (1, visit), Optional(visit) as Any] {
                self.expectNoSecret("\(value)")
                self.expectNoSecret(String(describing: value))
                self.expectNoSecret(String(reflecting: value))
                var dumped = ""
                dump(value, to: &dumped)
                self.expectNoSecret(dumped)
            }
            #expect(visit.description.hasPrefix("Visit("))
            #expect(visit.debugDescription == visit.description)
            #expect(Mirror(reflecting: visit).children.isEmpty)
        }
    }

    @Test func roundTripsThroughCodable() throws {
        for visit in try self.visits() {
            let again = try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(visit))
            #expect(try again.resolved() == visit.resolved())
            #expect(again.date == .pageExample)
            // A stored visit can be stored again, with the order.
            #expect(try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(again)).resolved() == visit.resolved())
        }
    }

    @Test func storedVisitHasWholeSeconds() throws {
        let visit = try self.visitOfRequest(at: Date(timeIntervalSince1970: 1_718_973_400.75))
        let again = try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(visit))
        #expect(again.date == .pageExample)
        #expect(try again.event(.pageView) == visit.event(.pageView))
    }

    @Test func storedVisitPreservesHostileTexts() throws {
        let seed: UInt64 = 0x7151
        var generator = SplitMix64(seed: seed)
        for round in 0..<500 {
            var configuration = CaptureConfiguration()
            configuration.urlQueryKeys = ["q"]
            let request = try makeRequest(
                "/\(HostileText.random(limit: 900, using: &generator))?q=\(HostileText.random(limit: 300, using: &generator))"
                    + "&utm_source=\(HostileText.random(limit: 300, using: &generator))",
                [("Referer", "https://b.example/" + HostileText.random(limit: 900, using: &generator)), ("User-Agent", "a")]
            )
            let rules = try CaptureRules(configuration)
            let visit = Visit(source: .request(RequestContext(request, from: .stub, rules: rules)), at: .pageExample)
            let again = try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(visit))
            #expect(try again.resolved() == visit.resolved(by: rules), "seed \(seed), round \(round)")
        }
    }

    @Test func throwsWhenEncodingVisitWithoutHost() throws {
        let visit = Visit(try makeRequest("/", authority: nil), from: .stub)
        let error = #expect(throws: ValidationError.self) { try JSONEncoder().encode(visit) }
        #expect(error?.field == "visit")
    }

    struct DamageRow: Row {
        let key: String
        let value: String
        let reason: String
    }

    @Test(arguments: [
        DamageRow(key: "url", value: "/relative", reason: "a relative url"),
        DamageRow(key: "origin", value: "null", reason: "an opaque origin"),
        DamageRow(key: "referer", value: "relative", reason: "a relative referer"),
    ])
    func throwsWhenDecodingDamagedVisit(_ row: DamageRow) throws {
        let encoded = try JSONEncoder().encode(self.explicitVisit())
        var object = try #require(try JSONSerialization.jsonObject(with: encoded) as? [String: Any])
        object[row.key] = row.value
        let damaged = try JSONSerialization.data(withJSONObject: object)
        #expect(throws: ValidationError.self) { _ = try JSONDecoder().decode(Visit.self, from: damaged) }
    }

    @Test(arguments: [
        ("Jane.Doe@Example.com", "Jane.Doe@Example.com"), ("  a@b.example\r\n", "a@b.example"),
        ("\u{A0}a@b.example\u{3000}", "a@b.example"),
        ("a b@c.example", "a b@c.example"),
    ])
    func trimsEmailAndKeepsCase(email: String, expected: String) throws {
        #expect(try self.visitOfRequest().with(email: email).resolved().identity.email == AnonymizedHash(hashing: expected))
        let explicitVisit = try Visit(
            address: IPAddress(ipv4: 1),
            userAgent: "a",
            email: email,
            url: PageURL("https://shop.example/"),
            date: .pageExample
        )
        #expect(try explicitVisit.resolved().identity.email == AnonymizedHash(hashing: expected))
        #expect(try explicitVisit.with(email: email).resolved() == explicitVisit.resolved())
    }

    @Test(arguments: [("Jane.Doe@Example.com", "jane.doe@example.com"), (" J\u{D6}RG@B.example ", "j\u{F6}rg@b.example")])
    func lowercasesEmailWhenEnabled(email: String, expected: String) throws {
        var configuration = CaptureConfiguration()
        configuration.lowercasesEmail = true
        #expect(
            try resolve(makeRequest(), configuration: configuration, email: email).identity.email
                == AnonymizedHash(hashing: expected)
        )
    }

    @Test(arguments: ["", " ", "\t\r\n", "\u{A0}\u{3000}", String(repeating: "a", count: 1025)])
    func ignoresBlankEmail(_ email: String) throws {
        let visit = try self.visitOfRequest()
        #expect(try visit.with(email: email).resolved() == visit.resolved())
        // An email that was set before is kept.
        let known = visit.with(email: Self.email)
        #expect(try known.with(email: email).resolved() == known.resolved())
    }

    @Test func usesLastEmail() throws {
        let visit = try self.visitOfRequest().with(email: "a@b.example").with(email: "c@d.example")
        #expect(try visit.resolved().identity.email == AnonymizedHash(hashing: "c@d.example"))
        let stored = try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(visit)).with(email: "e@f.example")
        #expect(try stored.resolved().identity.email == AnonymizedHash(hashing: "e@f.example"))
    }

    /// Each parameter says in which form the visit is.
    @Test(arguments: [false, true])
    func visitAtAnotherTimeKeepsEverythingElse(isStored: Bool) throws {
        var visit = try self.visitOfRequest().with(email: Self.email)
        if isStored { visit = try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(visit)) }
        let date = Date.pageExample.addingTimeInterval(86_400 * 30)
        let renewal = visit.at(date)
        #expect(renewal.date == date)
        #expect(visit.date == .pageExample)
        let parts = try visit.resolved()
        let expected = VisitParts(
            url: parts.url,
            origin: parts.origin,
            referer: parts.referer,
            parameters: parts.parameters,
            date: date,
            identity: parts.identity
        )
        #expect(try renewal.resolved() == expected)
        #expect(renewal.byteCount == visit.byteCount)
        // In either order, and stored again.
        let other = AnonymizedHash(hashing: "other@shop.example")
        #expect(try visit.at(date).with(email: "other@shop.example").resolved().identity.email == other)
        let again = visit.with(email: "other@shop.example").at(date)
        #expect(try again.resolved().identity.email == other)
        #expect(try JSONDecoder().decode(Visit.self, from: JSONEncoder().encode(again)).resolved() == again.resolved())
    }

    @Test func visitWithoutConsentHasNoneAtAnotherTime() {
        let visit = Visit(source: .noConsent, at: .pageExample).at(.distantFuture).with(email: Self.email)
        #expect(!visit.hasConsent)
        #expect(visit.date == .distantFuture)
    }

    @Test func explicitVisitEqualsVisitOfRequest() throws {
        let visitOfRequest = try self.visitOfRequest().with(email: Self.email).resolved()
        #expect(try self.explicitVisit().resolved() == visitOfRequest)
        #expect(visitOfRequest.url.text == "https://shop.example/shop/item")
        #expect(visitOfRequest.origin.text == "https://shop.example")
    }

    @Test func isCurrentOnlyWithinTask() async throws {
        #expect(Visit.current == nil)
        let visit = try self.visitOfRequest()
        await Visit.$current.withValue(visit) {
            #expect(Visit.current?.date == visit.date)
            async let inChild = Visit.current?.date
            #expect(await inChild == visit.date)
        }
        #expect(Visit.current == nil)
    }

    @Test func countsRetainedBytes() throws {
        let small = try #require(self.visitOfRequest().recorded(by: .default)).byteCount
        let long = try makeRecord(makeRequest("/" + String(repeating: "a", count: 100_000))).byteCount
        #expect((200..<1000).contains(small))
        #expect((8192..<9000).contains(long), "truncated bytes are not retained")
    }
}
