/// Something of worth, other than an order, that a visitor completed: Tracify's `conversion`.
public struct Conversion: Sendable, Hashable {
    /// The conversion's id, unique in the shop. Tracify keeps the first conversion with an id and ignores later ones.
    public let id: String
    /// The currency of ``amount``.
    public let currency: Currency
    /// What the conversion is worth.
    public let amount: Amount

    /// Creates a conversion.
    ///
    /// - Parameters:
    ///   - id: The conversion's id, unique, 1 to ``Order/maximumIDLength`` bytes.
    ///   - currency: The currency.
    ///   - amount: What it is worth.
    /// - Throws: ``InvalidValue`` about `conversion_id`.
    public init(id: String, currency: Currency, amount: Amount) throws(InvalidValue) {
        try InvalidValue.checkText(id, field: "conversion_id", limit: Order.maximumIDLength)
        self.id = id
        self.currency = currency
        self.amount = amount
    }
}
