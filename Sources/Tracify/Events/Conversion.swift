//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A valuable action of a visitor other than an order, such as a newsletter subscription.
///
/// It is reported as an event of the type `conversion`.
public struct Conversion: Sendable, Hashable {
    /// The conversion's ID, unique in the shop.
    ///
    /// Tracify keeps the first conversion with an ID and ignores later ones, so reporting a conversion twice is harmless
    /// (contract, "Repeats").
    public let id: String
    /// The currency of ``amount``.
    public let currency: Currency
    /// The value of the conversion.
    public let amount: Amount

    /// Creates a conversion.
    ///
    /// - Parameters:
    ///   - id: The conversion's ID, unique in the shop, 1 to ``Order/maximumIDLength`` bytes of UTF-8.
    ///   - currency: The currency of the amount.
    ///   - amount: The value of the conversion.
    /// - Throws: ``ValidationError`` about `conversion_id` if the ID is blank or too long.
    public init(id: String, currency: Currency, amount: Amount) throws(ValidationError) {
        try ValidationError.checkText(id, field: "conversion_id", limit: Order.maximumIDLength)
        self.id = id
        self.currency = currency
        self.amount = amount
    }
}
