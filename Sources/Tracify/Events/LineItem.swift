/// One line of a cart or an order: what, how dear, how many.
public struct LineItem: Sendable, Hashable {
    /// The longest name, in bytes of UTF-8.
    public static let maximumNameLength = 512
    /// The largest quantity.
    public static let maximumQuantity = 1_000_000

    /// The product's name (or its SKU: the caller chooses, and stays with it), 1 to ``maximumNameLength`` bytes.
    public let name: String
    /// The price of one piece: in the page's example two pieces at `25` and one at `50` make an order of `100.00`.
    public let amount: Amount
    /// How many pieces, 1 to ``maximumQuantity``.
    public let quantity: Int

    /// Creates a line.
    ///
    /// - Parameters:
    ///   - name: The product's name.
    ///   - amount: The price of one piece.
    ///   - quantity: How many pieces.
    /// - Throws: ``InvalidValue`` about `ITEM` (blank, or too long) or `QTY` (below 1, or too large). The item does not know its
    ///   number; whoever does can add it with ``InvalidValue/renamed(to:)``.
    public init(name: String, amount: Amount, quantity: Int = 1) throws(InvalidValue) {
        try InvalidValue.checkText(name, field: "ITEM", limit: LineItem.maximumNameLength)
        guard quantity >= 1, quantity <= LineItem.maximumQuantity else {
            throw InvalidValue(
                field: "QTY",
                code: .outOfRange,
                allowed: "a whole number from 1 to \(LineItem.maximumQuantity)"
            )
        }
        self.name = name
        self.amount = amount
        self.quantity = quantity
    }

    /// The most lines one event takes.
    public static let maximumCount = 500

    static func checkCount(_ items: [LineItem]) throws(InvalidValue) {
        guard items.count <= LineItem.maximumCount else {
            throw InvalidValue(field: "ITEM", code: .tooLong, allowed: "at most \(LineItem.maximumCount) items")
        }
    }
}
