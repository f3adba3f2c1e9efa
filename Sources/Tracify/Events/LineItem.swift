//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// One line of a cart or an order: a product, its unit price and the quantity.
public struct LineItem: Sendable, Hashable {
    /// The maximum length of a name, in bytes of UTF-8.
    public static let maximumNameLength = 512
    /// The maximum quantity.
    public static let maximumQuantity = 1_000_000

    /// The product's name or SKU, 1 to ``maximumNameLength`` bytes of UTF-8.
    ///
    /// Use one of the two consistently: Tracify's page "Server-side events API" sends names, its WooCommerce plugin sends SKUs.
    public let name: String
    /// The unit price.
    ///
    /// In the contract's example, two units at `25` and one unit at `50` add up to an order of `100.00`.
    public let amount: Amount
    /// The number of units, 1 to ``maximumQuantity``.
    public let quantity: Int

    /// Creates a line.
    ///
    /// - Parameters:
    ///   - name: The product's name or SKU, 1 to ``maximumNameLength`` bytes of UTF-8.
    ///   - amount: The unit price.
    ///   - quantity: The number of units, 1 to ``maximumQuantity``.
    /// - Throws: ``ValidationError`` about `ITEM` if the name is blank or too long, or about `QTY` if the quantity is out of
    ///   range. The line does not know its number; the caller can add it with ``ValidationError/renamed(to:)``.
    public init(name: String, amount: Amount, quantity: Int = 1) throws(ValidationError) {
        try ValidationError.checkText(name, field: "ITEM", limit: LineItem.maximumNameLength)
        guard quantity >= 1, quantity <= LineItem.maximumQuantity else {
            throw ValidationError(
                field: "QTY",
                code: .outOfRange,
                allowed: "a whole number from 1 to \(LineItem.maximumQuantity)"
            )
        }
        self.name = name
        self.amount = amount
        self.quantity = quantity
    }

    /// The maximum number of lines in one event.
    public static let maximumCount = 500

    static func checkCount(_ items: [LineItem]) throws(ValidationError) {
        guard items.count <= LineItem.maximumCount else {
            throw ValidationError(field: "ITEM", code: .tooLong, allowed: "at most \(LineItem.maximumCount) items")
        }
    }
}
