import Tracify

/// One of the `items` of an order in JSON.
struct ItemInput: Decodable {
    let name: String?
    let amount: AmountField?
    let quantity: QuantityField?

    // The contract numbers the items from one.
    static func nameField(_ index: Int) -> String { "ITEM\(index + 1)" }
    static func amountField(_ index: Int) -> String { "AMT\(index + 1)" }
    static func quantityField(_ index: Int) -> String { "QTY\(index + 1)" }

    /// The line of the order.
    ///
    /// - Parameter index: The item's place in the list, from zero. Errors name the field with its number.
    /// - Throws: `ValidationError` about the field that is missing or wrong.
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
