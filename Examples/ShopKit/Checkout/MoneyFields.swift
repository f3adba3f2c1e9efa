#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Tracify

/// An amount as it was sent: a text, or in JSON also a number.
///
/// The number is read as a `Decimal`, digit by digit (38 of them count): what a customer pays must not pass through a `Double`,
/// where 0.1 and 0.2 are not 0.3.
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
            // The decoder's own error does not say where a number is that does not fit.
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "neither a text nor a number")
        }
    }

    /// The exact amount.
    func amount() throws(ValidationError) -> Amount {
        switch self {
        case .text(let text): try Amount(text)
        case .number(let number): try Amount(number)
        }
    }
}

/// The two fields that an order and a conversion share.
enum MoneyFields {
    static func check(currency: String?, amount: AmountField?) throws(ValidationError) -> (Currency, Amount) {
        guard let currency else { throw .missing("currency", allowed: "an ISO 4217 code, three capital letters") }
        guard let amount else { throw .missing("amount", allowed: "a number with at most two decimals after a point") }
        return (try Currency(currency), try amount.amount())
    }
}
