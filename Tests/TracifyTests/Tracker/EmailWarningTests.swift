//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// Texts that the shop chose are reported as they are, with one warning when one holds an email address.
struct EmailWarningTests {
    private let log = LogLines()
    private let sink = InMemorySink()

    private var warnings: [String] { self.log.lines.filter { $0.hasPrefix("warning An email address") } }

    private func tracker() throws -> Tracker {
        try Tracker(configuration: .stub(), sink: self.sink, logger: self.log.logger, clock: ManualClock())
    }

    enum Text: String, CaseIterable {
        case orderID = "purchase order_id"
        case itemOfOrder = "purchase ITEM2"
        case itemOfCart = "addtocart ITEM2"
        case conversionID = "conversion conversion_id"
        case orderIDOfAnswer = "postpurchasesurvey order_id"
        case medium = "postpurchasesurvey medium"

        func report(_ text: String, to tracker: Tracker) async throws {
            let visit = Browsing.visit("/order")
            let items = try [LineItem(name: "Mug @2x.png 50 %", amount: .zero), LineItem(name: text, amount: .zero)]
            switch self {
            case .orderID: try await tracker.orderPlaced(Order(id: text, currency: .eur, amount: .zero), by: visit)
            case .itemOfOrder:
                try await tracker.orderPlaced(Order(id: "1", currency: .eur, amount: .zero, items: items), by: visit)
            case .itemOfCart: tracker.itemsAddedToCart(items, by: visit)
            case .conversionID:
                try await tracker.conversionCompleted(Conversion(id: text, currency: .eur, amount: .zero), by: visit)
            case .orderIDOfAnswer: try await tracker.surveyAnswered(SurveyAnswer(orderID: text, source: .google), by: visit)
            case .medium:
                try await tracker.surveyAnswered(SurveyAnswer(orderID: "1", source: .google, medium: text), by: visit)
            }
        }
    }

    @Test(arguments: Text.allCases, ["jane@shop.example", "for jane%40shop.example"])
    func warnsOnceAndReportsTheTextUnchanged(place: Text, text: String) async throws {
        let tracker = try self.tracker()
        try await running(tracker) {
            for _ in 0..<2 { try await place.report(text, to: tracker) }
            try await Text.orderID.report("joe@shop.example", to: tracker)
        }
        #expect(self.warnings.count == 1)
        let words = place.rawValue.split(separator: " ")
        #expect(self.warnings.first?.hasSuffix("field=\(words[1]) type=\(words[0])") == true)
        #expect(!self.log.lines.contains { $0.contains("jane") || $0.contains("joe") })
        let events = self.sink.events.filter { $0.type.rawValue == words[0] }
        #expect(events.filter { "\($0.detail)".contains(text) }.count >= 2)
    }

    @Test(arguments: Text.allCases, ["A-1", "mug@2x.png", "100 % wool", "a @ b.c", "@home.de"])
    func isSilentWithoutAnEmail(place: Text, text: String) async throws {
        let tracker = try self.tracker()
        try await running(tracker) { try await place.report(text, to: tracker) }
        #expect(self.warnings.isEmpty)
    }
}
