//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Testing

@testable import Tracify

struct AmountTests {
    struct TextRow: Row {
        let text: String
        let hundredths: Int64
        let reason: String
    }

    @Test(arguments: [
        TextRow(text: "0", hundredths: 0, reason: "nothing to pay"),
        TextRow(text: "0.01", hundredths: 1, reason: "the smallest"),
        TextRow(text: "25", hundredths: 2500, reason: "no decimals"),
        TextRow(text: "19.9", hundredths: 1990, reason: "one decimal"),
        TextRow(text: "19.99", hundredths: 1999, reason: "two decimals"),
        TextRow(text: "100.00", hundredths: 10_000, reason: "two zeros"),
        TextRow(text: "0007.50", hundredths: 750, reason: "leading zeros change nothing"),
        TextRow(text: "0000000000000000000000001", hundredths: 100, reason: "many leading zeros"),
        TextRow(text: "9999999999999.99", hundredths: 999_999_999_999_999, reason: "the largest"),
    ])
    func parsesText(_ row: TextRow) throws {
        #expect(try Amount(row.text).hundredths == row.hundredths)
    }

    struct BadRow: Row {
        let text: String
        let code: ValidationError.Code
        let reason: String
    }

    @Test(arguments: [
        BadRow(text: "", code: .empty, reason: "nothing"),
        BadRow(text: "-5.25", code: .outOfRange, reason: "negative"),
        BadRow(text: "-0", code: .outOfRange, reason: "negative zero has a sign"),
        BadRow(text: "19.995", code: .outOfRange, reason: "three decimals"),
        BadRow(text: "19.990", code: .outOfRange, reason: "three decimals, the last zero"),
        BadRow(text: "10000000000000", code: .outOfRange, reason: "one more than the largest"),
        BadRow(text: "10000000000000.00", code: .outOfRange, reason: "the same with decimals"),
        BadRow(text: "999999999999999", code: .outOfRange, reason: "fits as hundredths only"),
        BadRow(text: "99999999999999999999999999", code: .outOfRange, reason: "more than an Int64"),
        BadRow(text: "19,99", code: .malformed, reason: "comma"),
        BadRow(text: "1e3", code: .malformed, reason: "exponent"),
        BadRow(text: "1E3", code: .malformed, reason: "capital exponent"),
        BadRow(text: "1.999,00", code: .outOfRange, reason: "grouping by points, which looks like a third decimal"),
        BadRow(text: "1,999.00", code: .malformed, reason: "grouping by commas"),
        BadRow(text: "1 999", code: .malformed, reason: "grouping by spaces"),
        BadRow(text: " 199", code: .malformed, reason: "space before"),
        BadRow(text: "199 ", code: .malformed, reason: "space after"),
        BadRow(text: "+199", code: .malformed, reason: "plus"),
        BadRow(text: "-", code: .malformed, reason: "only a sign"),
        BadRow(text: ".75", code: .malformed, reason: "no integer digits"),
        BadRow(text: "199.", code: .malformed, reason: "no digit after the point"),
        BadRow(text: "1.9.9", code: .malformed, reason: "two points"),
        BadRow(text: "0x1F", code: .malformed, reason: "hexadecimal"),
        BadRow(text: "nan", code: .malformed, reason: "no number"),
        BadRow(text: "\u{0661}\u{0669}", code: .malformed, reason: "digits of another script"),
        BadRow(text: "19\u{0}", code: .malformed, reason: "NUL after"),
        BadRow(text: "\u{20AC}199", code: .malformed, reason: "currency sign"),
    ])
    func throwsForInvalidText(_ row: BadRow) throws {
        let error = try invalidValue { try Amount(row.text) }
        #expect(error.field == "amount")
        #expect(error.code == row.code)
        #expect(row.text.utf8.count < 3 || !error.description.contains(row.text))
    }

    struct MinorRow: Row {
        let units: Int64
        let currency: String
        let hundredths: Int64?
        let reason: String
    }

    @Test(arguments: [
        MinorRow(units: 1999, currency: "EUR", hundredths: 1999, reason: "cents"),
        MinorRow(units: 0, currency: "EUR", hundredths: 0, reason: "nothing"),
        MinorRow(units: 999_999_999_999_999, currency: "EUR", hundredths: 999_999_999_999_999, reason: "the largest in EUR"),
        MinorRow(units: 1_000_000_000_000_000, currency: "EUR", hundredths: nil, reason: "one more"),
        MinorRow(units: -1, currency: "EUR", hundredths: nil, reason: "negative"),
        MinorRow(units: .min, currency: "EUR", hundredths: nil, reason: "the most negative"),
        MinorRow(units: .max, currency: "EUR", hundredths: nil, reason: "the largest integer"),
        MinorRow(units: 1999, currency: "JPY", hundredths: 199_900, reason: "JPY has no minor unit"),
        MinorRow(units: 9_999_999_999_999, currency: "JPY", hundredths: 999_999_999_999_900, reason: "the largest in JPY"),
        MinorRow(units: 10_000_000_000_000, currency: "JPY", hundredths: nil, reason: "one more in JPY"),
        MinorRow(units: .max, currency: "JPY", hundredths: nil, reason: "overflows in JPY"),
        MinorRow(units: .max / 10, currency: "JPY", hundredths: nil, reason: "overflows in the second step"),
        MinorRow(units: .min, currency: "JPY", hundredths: nil, reason: "overflows downwards"),
        MinorRow(units: 92_233_720_368_547_759, currency: "JPY", hundredths: nil, reason: "times 100 wraps to a small number"),
        MinorRow(units: 1990, currency: "KWD", hundredths: 199, reason: "KWD has three decimals, the third zero"),
        MinorRow(units: 1995, currency: "KWD", hundredths: nil, reason: "a third decimal in KWD"),
        MinorRow(units: -1990, currency: "KWD", hundredths: nil, reason: "negative in KWD"),
        MinorRow(units: .max, currency: "KWD", hundredths: nil, reason: "the largest integer in KWD"),
        MinorRow(units: 19_900, currency: "CLF", hundredths: 199, reason: "CLF has four decimals, two zero"),
        MinorRow(units: 19_910, currency: "CLF", hundredths: nil, reason: "a third decimal in CLF"),
        MinorRow(units: 19_901, currency: "CLF", hundredths: nil, reason: "a fourth decimal in CLF"),
    ])
    func convertsMinorUnits(_ row: MinorRow) throws {
        let currency = try Currency(row.currency)
        if let hundredths = row.hundredths {
            #expect(try Amount(minorUnits: row.units, of: currency).hundredths == hundredths)
        } else {
            let error = try invalidValue { try Amount(minorUnits: row.units, of: currency) }
            #expect(error.field == "amount")
            #expect(error.code == .outOfRange)
            #expect(row.units == -1 || !error.description.contains("\(row.units)"))
        }
    }

    struct DecimalRow: Row {
        let decimal: Decimal
        let hundredths: Int64?
        var code = ValidationError.Code.outOfRange
        let reason: String
    }

    @Test(arguments: [
        DecimalRow(decimal: Decimal(1999) / 100, hundredths: 1999, reason: "19.99"),
        DecimalRow(decimal: 0, hundredths: 0, reason: "zero"),
        DecimalRow(decimal: Decimal(sign: .minus, exponent: 0, significand: 0), hundredths: 0, reason: "zero has no sign"),
        DecimalRow(decimal: Decimal(sign: .plus, exponent: 2, significand: 5), hundredths: 50_000, reason: "5e2"),
        DecimalRow(decimal: Decimal(sign: .plus, exponent: -3, significand: 1500), hundredths: 150, reason: "1.500"),
        DecimalRow(decimal: Decimal(sign: .plus, exponent: -40, significand: 0), hundredths: 0, reason: "zero with an exponent"),
        DecimalRow(
            decimal: Decimal(sign: .plus, exponent: -2, significand: 999_999_999_999_999),
            hundredths: 999_999_999_999_999,
            reason: "the largest"
        ),
        DecimalRow(decimal: Decimal(sign: .plus, exponent: -3, significand: 1501), hundredths: nil, reason: "a third decimal"),
        DecimalRow(decimal: Decimal(19.99), hundredths: nil, reason: "made from a binary number, which is not 19.99"),
        DecimalRow(decimal: Decimal(sign: .plus, exponent: 127, significand: 1), hundredths: nil, reason: "a huge exponent"),
        DecimalRow(decimal: Decimal(sign: .plus, exponent: -127, significand: 1), hundredths: nil, reason: "a tiny exponent"),
        DecimalRow(decimal: .greatestFiniteMagnitude, hundredths: nil, reason: "the greatest"),
        DecimalRow(decimal: -Decimal.greatestFiniteMagnitude, hundredths: nil, reason: "the least"),
        DecimalRow(decimal: -1, hundredths: nil, reason: "negative"),
        DecimalRow(decimal: .nan, hundredths: nil, code: .malformed, reason: "no number"),
    ])
    func convertsDecimals(_ row: DecimalRow) throws {
        if let hundredths = row.hundredths {
            #expect(try Amount(row.decimal).hundredths == hundredths)
        } else {
            let error = try invalidValue { try Amount(row.decimal) }
            #expect(error.field == "amount")
            #expect(error.code == row.code)
        }
    }

    @Test(arguments: [
        (Int64(0), "0.00", "0"), (1, "0.01", "0.01"), (10, "0.10", "0.10"), (99, "0.99", "0.99"), (100, "1.00", "1"),
        (2550, "25.50", "25.50"), (999_999_999_999_999, "9999999999999.99", "9999999999999.99"),
    ])
    func formatsTwoDecimalsForOrdersAndFewestForItems(hundredths: Int64, long: String, short: String) throws {
        let amount = try Amount(minorUnits: hundredths, of: .eur)
        #expect(amount.description == long)
        #expect(amount.shortText == short)
        #expect(try Amount(long) == amount)
        #expect(try Amount(short) == amount)
    }

    @Test func roundTripsRandomAmounts() throws {
        let seed: UInt64 = 0xA401
        var generator = SplitMix64(seed: seed)
        for round in 0..<5000 {
            let limit: Int64 = generator.once(in: 2) ? 100_000 : Amount.max.hundredths
            let amount = try Amount(minorUnits: Int64.random(in: 0...limit, using: &generator), of: .eur)
            #expect(try Amount(amount.description) == amount, "seed \(seed), round \(round)")
            #expect(try Amount(amount.shortText) == amount, "seed \(seed), round \(round)")
            let decimal = try #require(Decimal(string: amount.description))
            #expect(try Amount(decimal) == amount, "seed \(seed), round \(round)")
        }
    }

    @Test func comparesByValue() throws {
        #expect(try Amount("9.99") < Amount("10"))
        #expect(try !(Amount("10") < Amount("10.00")))
        #expect(Amount.zero < Amount.max)
    }
}
