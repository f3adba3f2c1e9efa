//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// The input of `POST /checkout`.
struct CheckoutInput: Decodable {
    let email: String?
    let orderID: String?
    let currency: String?
    let amount: AmountField?
    let items: [ItemInput]?
    let payment: String?
    /// The products that a form orders.
    private let cart: Cart

    private enum CodingKeys: String, CodingKey {
        case email, currency, amount, items, payment
        case orderID = "order_id"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.email = try container.decodeIfPresent(String.self, forKey: .email)
        self.orderID = try container.decodeIfPresent(String.self, forKey: .orderID)
        self.currency = try container.decodeIfPresent(String.self, forKey: .currency)
        self.amount = try container.decodeIfPresent(AmountField.self, forKey: .amount)
        self.items = try container.decodeIfPresent([ItemInput].self, forKey: .items)
        self.payment = try container.decodeIfPresent(String.self, forKey: .payment)
        self.cart = Cart()
    }

    /// Parses a body.
    ///
    /// - Parameters:
    ///   - body: The bytes of the body.
    ///   - format: The format of the body.
    ///   - cart: The cart to order if a form has no `sku` fields. Each `sku` field orders one piece.
    ///   - catalog: The products that are sold.
    /// - Throws: `ValidationError` for the body or the invalid field.
    init(_ body: [UInt8], _ format: BodyFormat, cart: Cart, catalog: Catalog) throws(ValidationError) {
        switch format {
        case .json:
            self = try JSONBody.decode(CheckoutInput.self, from: body)
        case .form:
            let form = try FormBody(body)
            self.email = form["email"]
            self.orderID = form["order_id"]
            self.currency = form["currency"]
            self.amount = form["amount"].map(AmountField.text)
            self.items = nil
            self.payment = form["payment"]
            let skus = form.all("sku")
            self.cart = skus.isEmpty ? cart : try Cart(skus: skus, of: catalog)
        }
    }

    /// Returns whether the order is reported only when the payment provider confirms the payment.
    ///
    /// - Returns: Whether the payment is confirmed later.
    /// - Throws: `ValidationError` for `payment`.
    func isPaidLater() throws(ValidationError) -> Bool {
        switch self.payment {
        case nil, "now": false
        case "later": true
        default: throw ValidationError(field: "payment", code: .malformed, allowed: "now or later")
        }
    }

    /// Returns the order.
    ///
    /// - Returns: The validated order.
    /// - Throws: `ValidationError` for the missing or invalid field.
    func order() throws(ValidationError) -> Order {
        guard let id = self.orderID else { throw .missing("order_id", allowed: "the order's id, unique in the shop") }
        let (currency, amount) = try MoneyFields.check(currency: self.currency, amount: self.amount)
        var items = try self.cart.lineItems()
        for (index, item) in (self.items ?? []).enumerated() {
            items.append(try item.lineItem(at: index))
        }
        return try Order(id: id, currency: currency, amount: amount, items: items)
    }
}

extension Cart {
    /// Creates a cart with one piece for each SKU.
    fileprivate init(skus: [String], of catalog: Catalog) throws(ValidationError) {
        self.init()
        for sku in skus {
            guard let product = catalog.product(sku: sku) else {
                throw ValidationError(field: "sku", code: .outOfRange, allowed: "products that the shop sells")
            }
            try self.add(product, quantity: 1)
        }
    }
}
