//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A placed order, reported as an event of the type `purchase`.
public struct Order: Sendable, Hashable {
    /// The maximum length of an order's or conversion's ID, in bytes of UTF-8.
    public static let maximumIDLength = 128

    /// The order's ID, unique in the shop.
    ///
    /// Tracify keeps the first purchase with an ID and ignores later ones, so reporting an order twice is harmless (contract,
    /// "Repeats").
    public let id: String
    /// The currency of ``amount`` and of the items.
    public let currency: Currency
    /// The amount paid, including shipping (contract, `amount`).
    public let amount: Amount
    /// The lines of the order, at most ``LineItem/maximumCount``; may be empty.
    public let items: [LineItem]

    /// Creates an order.
    ///
    /// - Parameters:
    ///   - id: The order's ID, unique in the shop, 1 to ``maximumIDLength`` bytes of UTF-8.
    ///   - currency: The currency of the amount and of the items.
    ///   - amount: The amount paid, including shipping.
    ///   - items: The lines of the order, at most ``LineItem/maximumCount``.
    /// - Throws: ``ValidationError`` about `order_id` if the ID is blank or too long, or about `ITEM` for too many lines.
    public init(id: String, currency: Currency, amount: Amount, items: [LineItem] = []) throws(ValidationError) {
        try ValidationError.checkText(id, field: "order_id", limit: Order.maximumIDLength)
        try LineItem.checkCount(items)
        self.id = id
        self.currency = currency
        self.amount = amount
        self.items = items
    }
}
