//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A currency of ISO 4217 that was active when this version was released.
///
/// The codes for precious metals (`XAU`), accounting units without a minor unit (`XDR`) and tests (`XTS`) are not supported,
/// because no payment is made in them.
public struct Currency: Sendable, Hashable {
    /// The alphabetic code, three uppercase letters.
    public let code: String
    /// The number of decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
    public let minorUnitDigits: Int

    /// Creates a currency from its alphabetic code.
    ///
    /// The contract requires uppercase letters. Lowercase codes such as `eur` are rejected, because they usually come from an
    /// incorrect mapping.
    ///
    /// - Parameter code: The code, three uppercase letters.
    /// - Throws: ``ValidationError`` about `currency` if the code is not an active ISO 4217 code.
    public init(_ code: String) throws(ValidationError) {
        guard code.utf8.count == 3, let digits = Currency.digits[code] else {
            throw ValidationError(
                field: "currency",
                code: code.isEmpty ? .empty : (code.utf8.count == 3 ? .outOfRange : .malformed),
                allowed: "an active ISO 4217 code, three uppercase letters"
            )
        }
        self.init(code: code, minorUnitDigits: digits)
    }

    private init(code: String, minorUnitDigits: Int) {
        self.code = code
        self.minorUnitDigits = minorUnitDigits
    }

    /// The Swiss franc.
    public static let chf = Currency(code: "CHF", minorUnitDigits: 2)
    /// The Czech koruna.
    public static let czk = Currency(code: "CZK", minorUnitDigits: 2)
    /// The Danish krone.
    public static let dkk = Currency(code: "DKK", minorUnitDigits: 2)
    /// The euro.
    public static let eur = Currency(code: "EUR", minorUnitDigits: 2)
    /// The pound sterling.
    public static let gbp = Currency(code: "GBP", minorUnitDigits: 2)
    /// The Japanese yen.
    public static let jpy = Currency(code: "JPY", minorUnitDigits: 0)
    /// The Norwegian krone.
    public static let nok = Currency(code: "NOK", minorUnitDigits: 2)
    /// The Polish zloty.
    public static let pln = Currency(code: "PLN", minorUnitDigits: 2)
    /// The Swedish krona.
    public static let sek = Currency(code: "SEK", minorUnitDigits: 2)
    /// The US dollar.
    public static let usd = Currency(code: "USD", minorUnitDigits: 2)

    /// All supported currencies, sorted by code.
    package static var all: [Currency] {
        self.digits.map { Currency(code: $0.key, minorUnitDigits: $0.value) }.sorted { $0.code < $1.code }
    }

    /// The number of decimals by code: ISO 4217 list one, up to the amendment that withdrew BGN in 2026.
    private static let digits: [String: Int] = {
        var table: [String: Int] = [:]
        for (digits, codes) in [(0, zeroDecimals), (2, twoDecimals), (3, threeDecimals), (4, fourDecimals)] {
            for code in codes.split(whereSeparator: \.isWhitespace) {
                table[String(code)] = digits
            }
        }
        return table
    }()

    private static let zeroDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
    private static let threeDecimals = "BHD IQD JOD KWD LYD OMR TND"
    private static let fourDecimals = "CLF UYW"
    private static let twoDecimals = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
        CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
        KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
        NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
        TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
        """
}

extension Currency: CustomStringConvertible {
    /// The alphabetic code.
    public var description: String { self.code }
}
