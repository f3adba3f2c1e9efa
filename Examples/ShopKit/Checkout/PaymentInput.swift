import Tracify

/// What a payment provider sends to `POST /webhooks/payment`.
struct PaymentInput: Decodable {
    let orderID: String?
    let status: String?

    private enum CodingKeys: String, CodingKey {
        case status
        case orderID = "order_id"
    }

    /// The order that the message is about, and whether it says that it is paid for.
    ///
    /// - Throws: `ValidationError` about the field that is missing or wrong.
    func payment() throws(ValidationError) -> (orderID: String, isPaid: Bool) {
        guard let id = self.orderID else { throw .missing("order_id", allowed: "the order's id") }
        let allowed = "paid or failed"
        switch self.status {
        case "paid": return (id, true)
        case "failed": return (id, false)
        case nil: throw .missing("status", allowed: allowed)
        default: throw ValidationError(field: "status", code: .malformed, allowed: allowed)
        }
    }
}
