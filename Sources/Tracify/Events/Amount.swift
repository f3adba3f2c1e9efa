//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// An exact amount of money: zero or more, with at most two decimals.
///
/// The contract requires amounts with exactly two decimals after a point (`"100.00"`) in every currency. An amount is created
/// from minor units, a `Decimal` or text, never from a binary floating-point number, so the reported amount equals the charged
/// amount.
public struct Amount: Sendable, Hashable {
    /// The amount in hundredths of the currency's major unit: 1999 for `19.99`.
    public let hundredths: Int64

    /// The maximum amount: 9,999,999,999,999.99.
    public static let max = Amount(uncheckedHundredths: 999_999_999_999_999)
    /// The amount of zero.
    public static let zero = Amount(uncheckedHundredths: 0)

    static let field = "amount"
    static let allowed = "0 to 9999999999999.99 with at most two decimals after a point"

    static let outOfRange = ValidationError(field: field, code: .outOfRange, allowed: allowed)

    private init(uncheckedHundredths hundredths: Int64) {
        self.hundredths = hundredths
    }

    init(hundredths: Int64) throws(ValidationError) {
        guard hundredths >= 0, hundredths <= Amount.max.hundredths else {
            throw Amount.outOfRange
        }
        self.hundredths = hundredths
    }

    /// Creates an amount from a number of minor units, the form that payment providers report.
    ///
    /// 1999 minor units are `19.99` in EUR and `1999.00` in JPY, which has no minor unit.
    ///
    /// - Parameters:
    ///   - minorUnits: The number of minor units, zero or more.
    ///   - currency: The currency, which determines the number of decimals; see ``Currency/minorUnitDigits``.
    /// - Throws: ``ValidationError`` about `amount` if the amount is negative, exceeds ``max``, or has a nonzero digit after the
    ///   second decimal, which is possible in currencies such as KWD with three decimals.
    public init(minorUnits: some BinaryInteger, of currency: Currency) throws(ValidationError) {
        guard var hundredths = Int64(exactly: minorUnits) else { throw Amount.outOfRange }
        var digits = currency.minorUnitDigits
        while digits < 2 {
            let (product, overflow) = hundredths.multipliedReportingOverflow(by: 10)
            guard !overflow else {
                throw Amount.outOfRange
            }
            hundredths = product
            digits += 1
        }
        while digits > 2 {
            guard hundredths % 10 == 0 else {
                throw Amount.outOfRange
            }
            hundredths /= 10
            digits -= 1
        }
        try self.init(hundredths: hundredths)
    }

    /// Creates an amount from a decimal number in the currency's major unit.
    ///
    /// - Parameter decimal: The amount, such as `19.99`.
    /// - Throws: ``ValidationError`` about `amount` if the number is NaN, is negative, exceeds ``max``, or has more than two
    ///   decimals.
    public init(_ decimal: Decimal) throws(ValidationError) {
        guard !decimal.isNaN else {
            throw ValidationError(field: Amount.field, code: .malformed, allowed: Amount.allowed)
        }
        // The `description` of a `Decimal` is exact, has no exponent and no grouping, and uses a decimal point in every locale.
        try self.init(decimal.description)
    }

    /// Creates an amount from text in the currency's major unit: digits, optionally followed by a point and one or two digits.
    ///
    /// - Parameter text: The amount, such as `100`, `19.9` or `19.99`.
    /// - Throws: ``ValidationError`` about `amount` for any other text, including one with a sign, a comma, an exponent,
    ///   grouping, whitespace or a third decimal, and for an amount that exceeds ``max``.
    public init(_ text: String) throws(ValidationError) {
        var hundredths: Int64 = 0
        var integerDigits = 0
        var decimals: Int? = nil
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let count = decimals {
                    guard count < 2 else {
                        throw Amount.outOfRange
                    }
                    decimals = count + 1
                } else {
                    integerDigits += 1
                }
                hundredths = hundredths * 10 + Int64(byte &- UInt8(ascii: "0"))
                // The limit leaves room for the two factors of ten that may follow: their product fits into an Int64.
                guard hundredths <= Amount.max.hundredths else {
                    throw Amount.outOfRange
                }
            case UInt8(ascii: ".") where decimals == nil && integerDigits > 0:
                decimals = 0
            case UInt8(ascii: "-") where integerDigits == 0 && decimals == nil && text.utf8.count > 1:
                throw Amount.outOfRange
            default:
                throw ValidationError(field: Amount.field, code: .malformed, allowed: Amount.allowed)
            }
        }
        guard integerDigits > 0, decimals != 0 else {
            throw ValidationError(field: Amount.field, code: text.isEmpty ? .empty : .malformed, allowed: Amount.allowed)
        }
        switch decimals {
        case nil: hundredths *= 100
        case 1: hundredths *= 10
        default: break
        }
        try self.init(hundredths: hundredths)
    }
}

extension Amount: Comparable {
    /// Returns whether the first amount is smaller than the second, regardless of currency.
    public static func < (lhs: Amount, rhs: Amount) -> Bool {
        lhs.hundredths < rhs.hundredths
    }
}

extension Amount: CustomStringConvertible {
    /// The wire form of an order's or conversion's amount, always with two decimals: `100.00`.
    public var description: String {
        let cents = self.hundredths % 100
        return "\(self.hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
    }

    /// The wire form of an item's amount: without decimals if they are zero, otherwise with two.
    ///
    /// The contract's example is `"AMT1": "25"`.
    var shortText: String {
        self.hundredths % 100 == 0 ? "\(self.hundredths / 100)" : self.description
    }
}
