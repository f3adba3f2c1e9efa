//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// A product of the shop.
struct Product: Sendable {
    let sku: String
    let name: String
    /// The unit price.
    let price: Euros
    /// A one-sentence summary for the product card.
    let summary: String
    /// A paragraph for the product page.
    let description: String
    /// A list of details for the product page.
    let details: [String]
    let illustration: HTML

    /// The path of the product page.
    var path: String { "/products/\(self.sku)" }
}

/// An amount of money in euros.
struct Euros: Sendable, Equatable {
    let cents: Int64

    /// The amount with two decimals and without a currency sign, as in form fields: `24.00`.
    var text: String {
        let rest = self.cents % 100
        return "\(self.cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// The amount as it is displayed: `€24.00`.
    var label: String { "€\(self.text)" }

    /// Returns the amount as the tracker's type.
    func amount() throws(ValidationError) -> Amount {
        try Amount(minorUnits: self.cents, of: .eur)
    }
}
