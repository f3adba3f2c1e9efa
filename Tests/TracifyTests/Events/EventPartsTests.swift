//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

/// The limits of the fields of orders, conversions, items and survey answers.
struct EventPartsTests {
    struct TextRow: Row {
        let text: String
        let code: ValidationError.Code?
        let reason: String

        static let blanks: [TextRow] = [
            TextRow(text: "", code: .empty, reason: "nothing"),
            TextRow(text: " ", code: .empty, reason: "a space"),
            TextRow(text: "\t\r\n ", code: .empty, reason: "other ASCII whitespace"),
            TextRow(text: "\u{0}", code: .empty, reason: "NUL"),
            TextRow(text: "\u{A0}\u{A0}", code: .empty, reason: "no-break spaces"),
            TextRow(text: "\u{2003}\u{3000}", code: .empty, reason: "wide spaces"),
        ]
    }

    static let idRows: [TextRow] =
        TextRow.blanks + [
            TextRow(text: "A-1", code: nil, reason: "an ID"),
            TextRow(text: " 1 ", code: nil, reason: "an ID with whitespace around it"),
            TextRow(text: "\u{202E}\"\\", code: nil, reason: "an ID with special characters"),
            TextRow(text: String(repeating: "7", count: 128), code: nil, reason: "the longest"),
            TextRow(text: String(repeating: "7", count: 129), code: .tooLong, reason: "one byte too long"),
            TextRow(text: String(repeating: "\u{E9}", count: 64), code: nil, reason: "the longest, two bytes a letter"),
            TextRow(text: String(repeating: "\u{E9}", count: 65), code: .tooLong, reason: "65 letters of two bytes"),
            TextRow(text: String(repeating: " ", count: 129), code: .empty, reason: "whitespace only, and too long"),
        ]

    @Test(arguments: Self.idRows)
    func validatesOrderIDs(_ row: TextRow) throws {
        try self.check(row, field: "order_id") { try Order(id: row.text, currency: .eur, amount: .zero).id }
    }

    @Test(arguments: Self.idRows)
    func validatesConversionIDs(_ row: TextRow) throws {
        try self.check(row, field: "conversion_id") { try Conversion(id: row.text, currency: .eur, amount: .zero).id }
    }

    @Test(arguments: Self.idRows)
    func validatesSurveyOrderIDs(_ row: TextRow) throws {
        try self.check(row, field: "order_id") { try SurveyAnswer(orderID: row.text, source: .google).orderID }
    }

    @Test(arguments: Self.idRows)
    func validatesSurveyMediums(_ row: TextRow) throws {
        try self.check(row, field: "medium") { try SurveyAnswer(orderID: "1", source: .google, medium: row.text).medium }
    }

    @Test(
        arguments: TextRow.blanks + [
            TextRow(text: "A", code: nil, reason: "a name"),
            TextRow(text: String(repeating: "n", count: 512), code: nil, reason: "the longest"),
            TextRow(text: String(repeating: "n", count: 513), code: .tooLong, reason: "one byte too long"),
        ]
    )
    func validatesItemNames(_ row: TextRow) throws {
        try self.check(row, field: "ITEM") { try LineItem(name: row.text, amount: .zero).name }
    }

    private func check(_ row: TextRow, field: String, _ make: () throws -> String?) throws {
        guard let code = row.code else {
            #expect(try make() == row.text)
            return
        }
        let error = try invalidValue(make)
        #expect(error.field == field)
        #expect(error.code == code)
        #expect(row.text.utf8.count < 3 || !error.description.contains(row.text))
    }

    @Test(arguments: [1, 2, 999_999, 1_000_000])
    func acceptsQuantitiesInRange(_ quantity: Int) throws {
        #expect(try LineItem(name: "a", amount: .zero, quantity: quantity).quantity == quantity)
    }

    @Test(arguments: [0, -7, 1_000_001, Int.min, Int.max])
    func throwsForQuantitiesOutOfRange(_ quantity: Int) throws {
        let error = try invalidValue { try LineItem(name: "a", amount: .zero, quantity: quantity) }
        #expect(error.field == "QTY")
        #expect(error.code == .outOfRange)
        #expect(quantity == 0 || !error.description.contains("\(quantity)"))
    }

    @Test func limitsNumberOfItems() throws {
        let item = try LineItem.stub(name: "a secret product")
        let most = Array(repeating: item, count: LineItem.maximumCount)
        #expect(try Order.stub(items: most).items.count == 500)
        #expect(try Event.stub(.addToCart(most)).type == .addToCart)

        let tooMany = most + [item]
        for error in [
            try invalidValue { try Order.stub(items: tooMany) },
            try invalidValue { try Event.stub(.addToCart(tooMany)) },
        ] {
            #expect(error.field == "ITEM")
            #expect(error.code == .tooLong)
            #expect(!error.description.contains("secret"))
        }
    }

    @Test func errorDescriptionNamesFieldFaultAndRule() {
        let error = ValidationError(field: "ITEM2", code: .tooLong, allowed: "at most 512 bytes of UTF-8")
        #expect(error.description == "ITEM2 is too long; allowed: at most 512 bytes of UTF-8")
        #expect(
            [ValidationError.Code.missing, .empty, .tooLong, .malformed, .outOfRange].map(\.description)
                == ["missing", "empty", "too long", "malformed", "out of range"]
        )
    }
}
