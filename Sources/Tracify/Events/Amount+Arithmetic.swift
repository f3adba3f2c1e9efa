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

extension Amount {
    /// Returns the sum of two amounts of the same currency.
    ///
    /// - Throws: ``ValidationError`` about `amount` if the sum exceeds ``max``.
    public static func + (lhs: Amount, rhs: Amount) throws(ValidationError) -> Amount {
        // Two maximums fit into an Int64.
        try Amount(hundredths: lhs.hundredths + rhs.hundredths)
    }

    /// Returns the amount of a quantity of the same item.
    ///
    /// - Throws: ``ValidationError`` about `amount` if the quantity is negative or the product exceeds ``max``.
    public static func * (amount: Amount, quantity: Int) throws(ValidationError) -> Amount {
        let (hundredths, overflow) = amount.hundredths.multipliedReportingOverflow(by: Int64(quantity))
        guard !overflow else { throw Amount.outOfRange }
        return try Amount(hundredths: hundredths)
    }

    /// Creates an amount from a number of minor units, rounded to two decimals.
    ///
    /// The contract has two decimals for every currency, and some have three: 12345 minor units of KWD, 12.345, are `12.35`. Half a hundredth is
    /// rounded up. In any other currency it is the same as ``init(minorUnits:of:)``.
    ///
    /// - Parameters:
    ///   - minorUnits: The number of minor units, zero or more.
    ///   - currency: The currency, which determines the number of decimals; see ``Currency/minorUnitDigits``.
    /// - Throws: ``ValidationError`` about `amount` if the amount is negative or exceeds ``max``.
    public init(roundingMinorUnits minorUnits: some BinaryInteger, of currency: Currency) throws(ValidationError) {
        guard let minorUnits = Int64(exactly: minorUnits) else { throw Amount.outOfRange }
        // Negative amounts are not rounded to zero.
        guard currency.minorUnitDigits > 2, minorUnits >= 0 else {
            self = try Amount(minorUnits: minorUnits, of: currency)
            return
        }
        let divisor = (2..<currency.minorUnitDigits).reduce(Int64(1)) { divisor, _ in divisor * 10 }
        let (quotient, remainder) = minorUnits.quotientAndRemainder(dividingBy: divisor)
        self = try Amount(hundredths: quotient + (remainder >= divisor / 2 ? 1 : 0))
    }

    /// Creates an amount from a decimal number in the currency's major unit, rounded to two decimals.
    ///
    /// For prices with more decimals, such as `12.345` of KWD or a net price with tax. Half a hundredth is rounded up. Round once, where the
    /// payment provider does: the sum of rounded amounts can differ from the rounded sum.
    ///
    /// - Parameter decimal: The amount, such as `12.345`.
    /// - Throws: ``ValidationError`` about `amount` if the number is NaN, is negative or exceeds ``max``.
    public init(rounding decimal: Decimal) throws(ValidationError) {
        guard !decimal.isNaN else { throw ValidationError(field: Amount.field, code: .malformed, allowed: Amount.allowed) }
        // As in `init(_: Decimal)`, the text is exact.
        let text = decimal.description
        let decimals = text.split(separator: ".", maxSplits: 1).dropFirst().first ?? ""
        guard decimals.utf8.count > 2 else {
            self = try Amount(text)
            return
        }
        let amount = try Amount(String(text.dropLast(decimals.utf8.count - 2)))
        let roundsUp = decimals.utf8.dropFirst(2).first.map { $0 >= UInt8(ascii: "5") } ?? false
        self = try Amount(hundredths: amount.hundredths + (roundsUp ? 1 : 0))
    }
}
