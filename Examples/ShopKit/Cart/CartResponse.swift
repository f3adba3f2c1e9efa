//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The cart as the body of a JSON response.
struct CartResponse: Encodable {
    struct Item: Encodable {
        let sku: String
        let name: String
        let amount: String
        let quantity: Int
    }

    let status = "ok"
    let currency = "EUR"
    let amount: String
    let items: [Item]

    init(_ cart: Cart) {
        self.amount = cart.total.text
        self.items = cart.lines.map {
            Item(sku: $0.product.sku, name: $0.product.name, amount: $0.product.price.text, quantity: $0.quantity)
        }
    }
}
