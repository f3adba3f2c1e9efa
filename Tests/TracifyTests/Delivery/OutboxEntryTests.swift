//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

struct OutboxEntryTests {
    private func tracker(_ change: (inout Tracker.Configuration) -> Void = { _ in }) throws -> Tracker {
        try Tracker(configuration: .stub(change), sink: InMemorySink(), clock: ManualClock(), now: { .pageExample })
    }

    private func entry() async throws -> OutboxEntry {
        try #require(try await self.tracker().prepare(Order.stub(id: "A \"1\""), by: Browsing.visit("/checkout")))
    }

    @Test func keepsTheEventAndItsID() async throws {
        let entry = try await self.entry()
        let event = try entry.event()
        #expect(event.id == entry.id)
        #expect(event.type == .purchase)
        #expect(event.orderID == "A \"1\"")
        #expect(event.site.isEmpty)
        let decoded = try event.decoded()
        #expect(decoded.detail == .purchase(try .stub(id: "A \"1\"")))
        #expect(decoded.url.text == "https://shop.example/checkout")
        #expect(event.date == decoded.date)
        #expect(try JSONDecoder().decode(OutboxEntry.self, from: JSONEncoder().encode(entry)) == entry)
        #expect(OutboxEntry(event) == entry)
    }

    @Test func isOneLineWithoutPersonalData() async throws {
        let visit = Browsing.visit("/checkout").with(email: "jane.doe@example.com")
        let entry = try #require(try await self.tracker().prepare(Order.stub(), by: visit))
        for text in ["jane", "203.0.113", "Mozilla", "\n"] { #expect(!entry.json.contains(text)) }
        #expect(try entry.event().decoded().identity.email == AnonymizedHash(hashing: "jane.doe@example.com"))
    }

    @Test func existsForWhatIsReportedOnly() async throws {
        let visit = Browsing.visit("/checkout")
        let excluding = try self.tracker { $0.capture.events.remove(.conversion) }
        #expect(try await excluding.prepare(.stub() as Conversion, by: visit) == nil)
        let disabled = try self.tracker { $0.isEnabled = false }
        #expect(try await disabled.prepare(.stub() as Order, by: visit) == nil)
        #expect(disabled.statistics.captured() == 0)
        let tracker = try self.tracker()
        #expect(try await tracker.prepare(.stub() as Conversion, by: visit)?.event().type == .conversion)
        let answer = try SurveyAnswer(orderID: "1", source: .google)
        #expect(try await tracker.prepare(answer, by: visit)?.event().type == .postPurchaseSurvey)
        #expect(tracker.statistics.captured(.conversion) == 1)
        #expect(tracker.statistics.captured(.postPurchaseSurvey) == 1)
    }

    @Test(arguments: [
        ("", "outbox_entry"), ("[]", "outbox_entry"), ("{}", "outbox_entry.version"),
        (#"{"version":2,"type":"purchase","date":1,"event":""}"#, "outbox_entry.version"),
        (#"{"version":"1","type":"purchase","date":1,"event":""}"#, "outbox_entry.version"),
        (#"{"version":1,"type":"pageview","date":1,"event":""}"#, "outbox_entry.type"),
        (#"{"version":1,"type":7,"date":1,"event":""}"#, "outbox_entry.type"),
        (#"{"version":1,"type":"purchase","date":1.5,"event":""}"#, "outbox_entry.date"),
        (#"{"version":1,"type":"purchase","date":1}"#, "outbox_entry.event"),
        (#"{"version":1,"type":"purchase","date":1,"event":"{}"}"#, "outbox_entry.event"),
    ])
    func namesWhatIsWrong(_ json: String, _ field: String) {
        let error = #expect(throws: ValidationError.self) { try OutboxEntry(id: EventID(), json: json).event() }
        #expect(error?.field == field)
    }

    @Test func refusesAnEventOfAnotherType() async throws {
        let entry = try await self.entry()
        let json = entry.json.replacing(#""type":"purchase","date""#, with: #""type":"conversion","date""#)
        #expect(json != entry.json)
        let error = #expect(throws: ValidationError.self) { try OutboxEntry(id: entry.id, json: json).event() }
        #expect(error?.field == "outbox_entry.event")
    }
}
