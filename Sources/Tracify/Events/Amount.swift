#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// An exact amount of money: zero or more, with two decimals at most.
///
/// Tracify takes amounts with exactly two decimals after a point (`"100.00"`), whatever the currency. An amount is made from
/// minor units, from a `Decimal` or from text, and never through a binary floating-point number, so what was charged is what
/// is reported.
public struct Amount: Sendable, Hashable {
    /// The amount in hundredths of the currency's main unit: 1999 for `19.99`.
    public let hundredths: Int64

    /// The largest amount: 9,999,999,999,999.99.
    public static let max = Amount(uncheckedHundredths: 999_999_999_999_999)
    /// Nothing to pay.
    public static let zero = Amount(uncheckedHundredths: 0)

    private static let field = "amount"
    private static let allowed = "0 to 9999999999999.99 with at most two decimals after a point"

    private init(uncheckedHundredths hundredths: Int64) {
        self.hundredths = hundredths
    }

    private init(hundredths: Int64) throws(InvalidValue) {
        guard hundredths >= 0, hundredths <= Amount.max.hundredths else {
            throw InvalidValue(field: Amount.field, code: .outOfRange, allowed: Amount.allowed)
        }
        self.hundredths = hundredths
    }

    /// Takes an amount in the currency's minor unit, as payment providers report it: 1999 is `19.99` in EUR and `1999.00` in
    /// JPY, which has no minor unit.
    ///
    /// - Parameters:
    ///   - minorUnits: The amount, zero or more.
    ///   - currency: The currency, which says how many decimals its minor unit stands for.
    /// - Throws: ``InvalidValue`` about `amount` when it is negative, too large, or has a third decimal that is not zero (a
    ///   currency such as KWD has three; Tracify takes two).
    public init(minorUnits: Int64, of currency: Currency) throws(InvalidValue) {
        var hundredths = minorUnits
        var digits = currency.minorUnitDigits
        while digits < 2 {
            let (product, overflow) = hundredths.multipliedReportingOverflow(by: 10)
            guard !overflow else {
                throw InvalidValue(field: Amount.field, code: .outOfRange, allowed: Amount.allowed)
            }
            hundredths = product
            digits += 1
        }
        while digits > 2 {
            guard hundredths % 10 == 0 else {
                throw InvalidValue(field: Amount.field, code: .outOfRange, allowed: Amount.allowed)
            }
            hundredths /= 10
            digits -= 1
        }
        try self.init(hundredths: hundredths)
    }

    /// Takes an exact decimal number.
    ///
    /// - Throws: ``InvalidValue`` about `amount` when it is no number, negative, too large, or has more than two decimals.
    public init(_ decimal: Decimal) throws(InvalidValue) {
        guard !decimal.isNaN else {
            throw InvalidValue(field: Amount.field, code: .malformed, allowed: Amount.allowed)
        }
        // `description` of a `Decimal` is exact, has no exponent, no grouping and always a point.
        try self.init(decimal.description)
    }

    /// Reads digits, and optionally a point and one or two more: `100`, `19.9`, `19.99`.
    ///
    /// - Throws: ``InvalidValue`` about `amount` for everything else: a sign, a comma, an exponent, grouping, white space, a
    ///   third decimal, or more than ``max``.
    public init(_ text: String) throws(InvalidValue) {
        var hundredths: Int64 = 0
        var integerDigits = 0
        var decimals: Int? = nil
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let count = decimals {
                    guard count < 2 else {
                        throw InvalidValue(field: Amount.field, code: .outOfRange, allowed: Amount.allowed)
                    }
                    decimals = count + 1
                } else {
                    integerDigits += 1
                }
                hundredths = hundredths * 10 + Int64(byte &- UInt8(ascii: "0"))
                // Two factors of ten may follow, which stays far below what an Int64 holds.
                guard hundredths <= Amount.max.hundredths else {
                    throw InvalidValue(field: Amount.field, code: .outOfRange, allowed: Amount.allowed)
                }
            case UInt8(ascii: ".") where decimals == nil && integerDigits > 0:
                decimals = 0
            case UInt8(ascii: "-") where integerDigits == 0 && decimals == nil && text.utf8.count > 1:
                throw InvalidValue(field: Amount.field, code: .outOfRange, allowed: Amount.allowed)
            default:
                throw InvalidValue(field: Amount.field, code: .malformed, allowed: Amount.allowed)
            }
        }
        guard integerDigits > 0, decimals != 0 else {
            throw InvalidValue(field: Amount.field, code: text.isEmpty ? .empty : .malformed, allowed: Amount.allowed)
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
    /// Orders amounts by size.
    public static func < (lhs: Amount, rhs: Amount) -> Bool {
        lhs.hundredths < rhs.hundredths
    }
}

extension Amount: CustomStringConvertible {
    /// The amount as it goes over the wire for an order, always with two decimals: `100.00`.
    public var description: String {
        let cents = self.hundredths % 100
        return "\(self.hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
    }

    /// The amount as it goes over the wire for an item: without decimals when they are zero, else with two. The page's example
    /// is `"AMT1": "25"`.
    var shortText: String {
        self.hundredths % 100 == 0 ? "\(self.hundredths / 100)" : self.description
    }
}
