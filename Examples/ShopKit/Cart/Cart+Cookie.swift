//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The cart's cookie, such as `MUG-01.2~TEA-03.1`.
///
/// The cart is stored in the cookie, so carts need no storage and survive a restart.
extension Cart {
    private static let cookieName = "cart"

    /// Reads the cart from a request's cookies.
    ///
    /// A client can send any text. Malformed lines are skipped.
    init(cookies: String?, of catalog: Catalog) {
        self.init()
        for line in (Cookies.value(of: Cart.cookieName, in: cookies) ?? "").split(separator: "~") {
            guard
                let point = line.lastIndex(of: "."),
                let product = catalog.product(sku: line[..<point]),
                let quantity = Int(line[point...].dropFirst())
            else { continue }
            // A line with a quantity out of range, or whose total exceeds the limit, is skipped as well.
            try? self.add(product, quantity: quantity)
        }
    }

    /// The `set-cookie` field that stores the cart, or deletes the cookie if the cart is empty.
    var cookie: (name: String, value: String) {
        let value = self.lines.map { "\($0.product.sku).\($0.quantity)" }.joined(separator: "~")
        return Cookies.field(Cart.cookieName, value, maxAge: self.isEmpty ? 0 : nil)
    }
}
