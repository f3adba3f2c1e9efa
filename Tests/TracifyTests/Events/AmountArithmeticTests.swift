//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing
import Tracify

struct AmountArithmeticTests {
    @Test func adds() throws {
        #expect(try Amount("19.99") + Amount("0.01") == Amount("20.00"))
        #expect(try Amount("4.90") + .zero == Amount("4.90"))
        #expect(try Amount.max + .zero == .max)
    }

    @Test func multipliesByQuantity() throws {
        #expect(try Amount("12.50") * 3 == Amount("37.50"))
        #expect(try Amount("12.50") * 0 == .zero)
        #expect(try Amount("12.50") * 3 + Amount("4.90") == Amount("42.40"))
    }

    private func code(_ body: () throws -> Amount) -> ValidationError.Code? {
        let error = #expect(throws: ValidationError.self) { _ = try body() }
        #expect(error?.field == "amount")
        return error?.code
    }

    @Test func throwsForResultsOutOfRange() {
        #expect(self.code { try Amount.max + Amount("0.01") } == .outOfRange)
        #expect(self.code { try Amount.max + .max } == .outOfRange)
        #expect(self.code { try Amount("0.01") * -1 } == .outOfRange)
        #expect(self.code { try Amount.max * 2 } == .outOfRange)
        #expect(self.code { try Amount.max * Int.max } == .outOfRange)
        #expect(self.code { try Amount.max * Int.min } == .outOfRange)
    }

    struct MinorUnitsRow: Row {
        let currency: String
        let minorUnits: Int64
        let amount: String
        let reason: String
    }

    @Test(arguments: [
        MinorUnitsRow(currency: "KWD", minorUnits: 12_344, amount: "12.34", reason: "down"),
        MinorUnitsRow(currency: "KWD", minorUnits: 12_345, amount: "12.35", reason: "half up"),
        MinorUnitsRow(currency: "KWD", minorUnits: 12_340, amount: "12.34", reason: "exact"),
        MinorUnitsRow(currency: "KWD", minorUnits: 4, amount: "0.00", reason: "less than half of the smallest"),
        MinorUnitsRow(currency: "KWD", minorUnits: 9_999_999_999_999_994, amount: "9999999999999.99", reason: "the largest"),
        MinorUnitsRow(currency: "EUR", minorUnits: 1999, amount: "19.99", reason: "two decimals"),
        MinorUnitsRow(currency: "JPY", minorUnits: 1999, amount: "1999.00", reason: "no decimals"),
    ])
    func roundsMinorUnits(_ row: MinorUnitsRow) throws {
        #expect(try Amount(roundingMinorUnits: row.minorUnits, of: Currency(row.currency)) == Amount(row.amount))
    }

    @Test func takesMinorUnitsOfAnyIntegerType() throws {
        let amount = try Amount("19.99")
        #expect(try Amount(minorUnits: 1999 as Int, of: .eur) == amount)
        #expect(try Amount(minorUnits: 1999 as UInt32, of: .eur) == amount)
        #expect(try Amount(roundingMinorUnits: 1999 as Int, of: .eur) == amount)
        #expect(self.code { try Amount(minorUnits: UInt64.max, of: .eur) } == .outOfRange)
        #expect(self.code { try Amount(roundingMinorUnits: UInt64.max, of: .eur) } == .outOfRange)
    }

    @Test(arguments: [-1, -5, Int64.min, 9_999_999_999_999_995, Int64.max])
    func throwsForMinorUnitsOutOfRange(_ minorUnits: Int64) throws {
        let currency = try Currency("KWD")
        #expect(self.code { try Amount(roundingMinorUnits: minorUnits, of: currency) } == .outOfRange)
    }

    struct DecimalRow: Row {
        let decimal: String
        let amount: String
        let reason: String
    }

    @Test(arguments: [
        DecimalRow(decimal: "12.345", amount: "12.35", reason: "half up"),
        DecimalRow(decimal: "12.3449999999", amount: "12.34", reason: "only the third decimal decides"),
        DecimalRow(decimal: "0.995", amount: "1.00", reason: "up to the next unit"),
        DecimalRow(decimal: "19.9", amount: "19.90", reason: "one decimal"),
        DecimalRow(decimal: "100", amount: "100.00", reason: "none"),
        DecimalRow(decimal: "0.004", amount: "0.00", reason: "less than half of the smallest"),
        DecimalRow(decimal: "9999999999999.994", amount: "9999999999999.99", reason: "the largest"),
    ])
    func roundsDecimals(_ row: DecimalRow) throws {
        let decimal = try #require(Decimal(string: row.decimal))
        #expect(try Amount(rounding: decimal) == Amount(row.amount))
    }

    @Test(arguments: ["-0.001", "-1", "9999999999999.995", "1e20"])
    func throwsForDecimalsOutOfRange(_ text: String) throws {
        let decimal = try #require(Decimal(string: text))
        #expect(self.code { try Amount(rounding: decimal) } == .outOfRange)
    }

    @Test func throwsForNotANumber() {
        #expect(self.code { try Amount(rounding: .nan) } == .malformed)
    }
}
