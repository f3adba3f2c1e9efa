/// The cart lives in a cookie, `MUG-01.2~TEA-03.1`, so that the example keeps nothing and a restart empties no cart.
extension Cart {
    private static let cookieName = "cart"

    /// Reads the cart from a request's cookies. A visitor can write anything there: what is no line of a cart is dropped.
    init(cookies: String?) {
        self.init()
        for line in (Cookies.value(of: Cart.cookieName, in: cookies) ?? "").split(separator: "~") {
            guard
                let point = line.lastIndex(of: "."),
                let product = Catalog.product(sku: line[..<point]),
                let quantity = Int(line[point...].dropFirst())
            else { continue }
            // One that is out of range, or repeats until there are too many, is dropped as well.
            try? self.add(product, quantity: quantity)
        }
    }

    /// The `set-cookie` field that keeps the cart, or deletes the cookie if the cart is empty.
    var cookie: (name: String, value: String) {
        let value = self.lines.map { "\($0.product.sku).\($0.quantity)" }.joined(separator: "~")
        return Cookies.field(Cart.cookieName, value, maxAge: self.isEmpty ? 0 : nil)
    }
}
