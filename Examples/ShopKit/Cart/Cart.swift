import Tracify

/// What a visitor has in the cart: products in the order in which they were put there, each once.
struct Cart: Sendable {
    /// A product and how many of it.
    struct Line: Sendable {
        let product: Product
        var quantity: Int

        /// The price of all pieces.
        var total: Euros { Euros(cents: self.product.price.cents * Int64(self.quantity)) }

        /// As the tracker takes it.
        func lineItem() throws(ValidationError) -> LineItem {
            try LineItem(name: self.product.name, amount: self.product.price.amount(), quantity: self.quantity)
        }
    }

    /// How many pieces of a product there may be.
    static let quantities = 1...99

    private(set) var lines: [Line] = []

    var isEmpty: Bool { self.lines.isEmpty }

    /// How many pieces there are in all.
    var count: Int { self.lines.reduce(0) { $0 + $1.quantity } }

    /// What they cost in all.
    var total: Euros { Euros(cents: self.lines.reduce(0) { $0 + $1.total.cents }) }

    /// Puts pieces of a product into the cart.
    ///
    /// - Throws: `ValidationError` about `quantity` when there would be too many, or none are to be added.
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

    /// As the tracker takes it.
    func lineItems() throws(ValidationError) -> [LineItem] {
        var items: [LineItem] = []
        for line in self.lines {
            items.append(try line.lineItem())
        }
        return items
    }
}
