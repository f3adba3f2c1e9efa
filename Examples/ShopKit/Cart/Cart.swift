//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// A visitor's cart: distinct products in the order in which they were added.
struct Cart: Sendable {
    /// A product and its quantity.
    struct Line: Sendable {
        let product: Product
        var quantity: Int

        /// The price of the line.
        var total: Euros { Euros(cents: self.product.price.cents * Int64(self.quantity)) }

        /// Returns the line as the tracker's type.
        func lineItem() throws(ValidationError) -> LineItem {
            try LineItem(name: self.product.name, amount: self.product.price.amount(), quantity: self.quantity)
        }
    }

    /// The valid quantities of a product.
    static let quantities = 1...99

    private(set) var lines: [Line] = []

    var isEmpty: Bool { self.lines.isEmpty }

    /// The total quantity.
    var count: Int { self.lines.reduce(0) { $0 + $1.quantity } }

    /// The total price.
    var total: Euros { Euros(cents: self.lines.reduce(0) { $0 + $1.total.cents }) }

    /// Adds a quantity of a product to the cart.
    ///
    /// - Parameters:
    ///   - product: The product.
    ///   - quantity: The quantity to add.
    /// - Throws: `ValidationError` for `quantity` if the quantity is not positive or exceeds the limit.
    mutating func add(_ product: Product, quantity: Int) throws(ValidationError) {
        let index = self.lines.firstIndex { $0.product.sku == product.sku }
        let present = index.map { self.lines[$0].quantity } ?? 0
        guard Cart.quantities.contains(quantity), Cart.quantities.contains(present + quantity) else {
            throw ValidationError(
                field: "quantity",
                code: .outOfRange,
                allowed: "a whole number from 1 to \(Cart.quantities.upperBound), and no more of a product in the cart"
            )
        }
        if let index {
            self.lines[index].quantity += quantity
        } else {
            self.lines.append(Line(product: product, quantity: quantity))
        }
    }

    /// Returns the lines as the tracker's type.
    func lineItems() throws(ValidationError) -> [LineItem] {
        var items: [LineItem] = []
        for line in self.lines {
            items.append(try line.lineItem())
        }
        return items
    }
}
