//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// An element of `items` of a JSON order.
struct ItemInput: Decodable {
    let name: String?
    let amount: AmountField?
    let quantity: QuantityField?

    // The contract numbers the items from one.
    static func nameField(_ index: Int) -> String { "ITEM\(index + 1)" }
    static func amountField(_ index: Int) -> String { "AMT\(index + 1)" }
    static func quantityField(_ index: Int) -> String { "QTY\(index + 1)" }

    /// Returns the line item of the order.
    ///
    /// - Parameter index: The item's index, from zero. Errors name the field with the item's number.
    /// - Returns: The validated line item.
    /// - Throws: `ValidationError` for the missing or invalid field.
    func lineItem(at index: Int) throws(ValidationError) -> LineItem {
        guard let name = self.name else { throw .missing(ItemInput.nameField(index), allowed: "the item's name") }
        guard let amount = self.amount else {
            throw .missing(ItemInput.amountField(index), allowed: "the price of one piece")
        }
        let price: Amount
        do {
            price = try amount.amount()
        } catch {
            throw ValidationError(field: ItemInput.amountField(index), code: error.code, allowed: error.allowed)
        }
        do {
            return try LineItem(name: name, amount: price, quantity: self.quantity?.value ?? 1)
        } catch {
            throw ValidationError(field: "\(error.field)\(index + 1)", code: error.code, allowed: error.allowed)
        }
    }
}
