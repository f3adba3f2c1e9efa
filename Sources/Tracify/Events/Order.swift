/// An order that a visitor placed: Tracify's `purchase`.
public struct Order: Sendable, Hashable {
    /// The longest id of an order or a conversion, in bytes of UTF-8.
    public static let maximumIDLength = 128

    /// The order's id, unique in the shop. Tracify keeps the first purchase with an id and ignores later ones, so reporting an
    /// order twice is harmless.
    public let id: String
    /// The currency of ``amount`` and of the items.
    public let currency: Currency
    /// What was paid, shipping included.
    public let amount: Amount
    /// What was bought, at most ``LineItem/maximumCount`` lines; may be empty.
    public let items: [LineItem]

    /// Creates an order.
    ///
    /// - Parameters:
    ///   - id: The order's id, unique, 1 to ``maximumIDLength`` bytes.
    ///   - currency: The currency.
    ///   - amount: What was paid, shipping included.
    ///   - items: What was bought.
    /// - Throws: ``InvalidValue`` about `order_id` or `ITEM`.
    public init(id: String, currency: Currency, amount: Amount, items: [LineItem] = []) throws(InvalidValue) {
        try InvalidValue.checkText(id, field: "order_id", limit: Order.maximumIDLength)
        try LineItem.checkCount(items)
        self.id = id
        self.currency = currency
        self.amount = amount
        self.items = items
    }
}
