//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

struct CurrencyTests {
    @Test(arguments: [
        ("EUR", 2), ("USD", 2), ("CHF", 2), ("HUF", 2), ("JPY", 0), ("CLP", 0), ("ISK", 0), ("KRW", 0), ("XOF", 0), ("KWD", 3),
        ("TND", 3), ("BHD", 3), ("CLF", 4), ("UYW", 4), ("XCG", 2),
    ])
    func hasMinorUnitDigits(code: String, digits: Int) throws {
        let currency = try Currency(code)
        #expect(currency.code == code)
        #expect(currency.minorUnitDigits == digits)
        #expect(currency.description == code)
    }

    struct BadRow: Row {
        let code: String
        let fault: ValidationError.Code
        let reason: String
    }

    @Test(arguments: [
        BadRow(code: "", fault: .empty, reason: "nothing"),
        BadRow(code: "QQQ", fault: .outOfRange, reason: "unknown"),
        BadRow(code: "eur", fault: .outOfRange, reason: "lower case"),
        BadRow(code: "Eur", fault: .outOfRange, reason: "mixed case"),
        BadRow(code: "DEM", fault: .outOfRange, reason: "withdrawn"),
        BadRow(code: "BGN", fault: .outOfRange, reason: "withdrawn in 2026"),
        BadRow(code: "XAU", fault: .outOfRange, reason: "gold"),
        BadRow(code: "XXX", fault: .outOfRange, reason: "no currency"),
        BadRow(code: "XTS", fault: .outOfRange, reason: "the test code"),
        BadRow(code: "978", fault: .outOfRange, reason: "the numeric code"),
        BadRow(code: "EURO", fault: .malformed, reason: "four letters"),
        BadRow(code: "EU", fault: .malformed, reason: "two letters"),
        BadRow(code: "\u{20AC}", fault: .outOfRange, reason: "a sign, which is three bytes"),
        BadRow(code: " EUR", fault: .malformed, reason: "a space before"),
        BadRow(code: "EUR\u{0}", fault: .malformed, reason: "NUL after"),
        BadRow(code: "EUR\u{301}", fault: .malformed, reason: "a combining mark after"),
        BadRow(code: "\u{212A}WD", fault: .malformed, reason: "KWD with a kelvin sign, which Unicode folds to a K"),
        BadRow(code: "\u{FF25}\u{FF35}\u{FF32}", fault: .malformed, reason: "full-width letters"),
    ])
    func throwsForUnknownOrMalformedCode(_ row: BadRow) throws {
        let error = try invalidValue { try Currency(row.code) }
        #expect(error.field == "currency")
        #expect(error.code == row.fault)
        #expect(row.code.isEmpty || !error.description.contains(row.code))
    }

    @Test func listsEachCodeOnce() throws {
        let codes = Currency.all.map(\.code)
        #expect(codes == codes.sorted())
        #expect(Set(codes).count == codes.count)
        // ISO 4217 has about 180 codes; about 165 of them are means of payment.
        #expect((150...175).contains(codes.count))
        for currency in Currency.all {
            #expect(currency.code.utf8.count == 3)
            #expect(currency.code.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
            #expect(try Currency(currency.code) == currency)
        }
    }

    @Test(arguments: [
        Currency.chf, .czk, .dkk, .eur, .gbp, .jpy, .nok, .pln, .sek, .usd,
    ])
    func constantsMatchTable(_ constant: Currency) throws {
        #expect(try Currency(constant.code) == constant)
    }
}
