//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Tracify

/// An amount as it was sent: a string, or a JSON number.
///
/// A number is decoded as a `Decimal` with 38 significant digits. A `Double` cannot represent most decimal amounts exactly.
enum AmountField: Decodable {
    case text(String)
    case number(Decimal)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Decimal.self) {
            self = .number(number)
        } else {
            // The decoder's error for a number out of range does not name the field.
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "neither a text nor a number")
        }
    }

    /// Returns the exact amount.
    func amount() throws(ValidationError) -> Amount {
        switch self {
        case .text(let text): try Amount(text)
        case .number(let number): try Amount(number)
        }
    }
}

/// The fields that orders and conversions have in common.
enum MoneyFields {
    static func check(currency: String?, amount: AmountField?) throws(ValidationError) -> (Currency, Amount) {
        guard let currency else { throw .missing("currency", allowed: "an ISO 4217 code, three capital letters") }
        guard let amount else { throw .missing("amount", allowed: "a number with at most two decimals after a point") }
        return (try Currency(currency), try amount.amount())
    }
}
