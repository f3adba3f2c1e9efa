//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

struct URLParameterTests {
    struct BadRow: Row {
        let name: String
        let code: ValidationError.Code
        let reason: String
    }

    static let badRows: [BadRow] =
        [
            BadRow(name: "", code: .empty, reason: "nothing"),
            BadRow(name: String(repeating: "n", count: 65), code: .tooLong, reason: "one byte too long"),
            BadRow(name: "utm source", code: .malformed, reason: "a space"),
            BadRow(name: "utm[source]", code: .malformed, reason: "brackets"),
            BadRow(name: "utm\"source", code: .malformed, reason: "a quote"),
            BadRow(name: "utm\u{E9}", code: .malformed, reason: "not ASCII"),
            BadRow(name: "\u{212A}ey", code: .malformed, reason: "a kelvin sign, which Unicode folds to a K"),
            BadRow(name: "utm\u{0}", code: .malformed, reason: "NUL"),
            BadRow(name: "utm_source\u{301}", code: .malformed, reason: "a combining mark"),
        ]
        + [
            "origin", "Referer", "referer", "REFERER", "order_id", "Order_ID", "conversion_id", "currency", "amount", "AMOUNT",
            "value", "cc", "source", "medium", "ITEM1", "item1", "Amt12", "QTY1", "qty00", "ITEM999999999999999999999",
        ]
        .map { BadRow(name: $0, code: .outOfRange, reason: "the contract's own key \($0)") }

    @Test(arguments: Self.badRows)
    func throwsForInvalidNames(_ row: BadRow) throws {
        for error in [
            try invalidValue { try URLParameter(name: row.name, value: "v") },
            try invalidValue { try URLParameter.checkName(row.name) },
        ] {
            #expect(error.field == "url_parameters")
            #expect(error.code == row.code)
            #expect(row.name.isEmpty || row.name.utf8.count < 3 || !error.description.contains(row.name))
        }
    }

    @Test(arguments: [
        "utm_source", "trc_mcmp_id", "gclid", "a", "item", "ITEM", "ITEMS1", "ITEM1a", "AMT", "my-key.v2", "values", "origins",
        String(repeating: "n", count: 64),
    ])
    func acceptsValidNames(_ name: String) throws {
        #expect(try URLParameter(name: name, value: "").name == name)
    }

    @Test func limitsValueLength() throws {
        let longest = String(repeating: "\u{E9}", count: 256)
        #expect(try URLParameter(name: "gclid", value: longest).value == longest)
        let error = try invalidValue { try URLParameter(name: "gclid", value: longest + "x") }
        #expect(error.field == "url_parameters")
        #expect(error.code == .tooLong)
        #expect(!error.description.contains("\u{E9}"))
    }
}
