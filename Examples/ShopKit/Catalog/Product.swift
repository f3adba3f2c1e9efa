import Tracify

/// Something that the shop sells.
struct Product: Sendable {
    let sku: String
    let name: String
    /// The price of one piece.
    let price: Euros
    /// One sentence, for the card.
    let summary: String
    /// A paragraph, for the product's page.
    let description: String
    /// A few snapshot, for the product's page.
    let snapshot: [String]
    let illustration: HTML

    /// Where the product's page is.
    var path: String { "/products/\(self.sku)" }
}

/// An amount of money in euros.
struct Euros: Sendable, Equatable {
    let cents: Int64

    /// With two decimals and without a sign, as a form's field has it: `24.00`.
    var text: String {
        let rest = self.cents % 100
        return "\(self.cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// As a customer reads it: `€24.00`.
    var label: String { "€\(self.text)" }

    /// As the tracker takes it.
    func amount() throws(ValidationError) -> Amount {
        try Amount(minorUnits: self.cents, of: .eur)
    }
}
