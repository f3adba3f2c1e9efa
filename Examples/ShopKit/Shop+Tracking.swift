import Tracify

extension Shop {
    /// The fields that customers fill in, by their contract's names. The numbered ones of the items come besides.
    private static let customersFields: Set<String> = ["order_id", "conversion_id", "currency", "amount", "email"]

    /// Reports something of the current visit, and waits until it is safe.
    ///
    /// Tracking never breaks the shop: when the queue is full, the tracker shuts down or the request belongs to no visit, the
    /// customer's order stands all the same. The tracker counts what it could not take, so the shop does not log it, and the
    /// error may have to do with the customer anyway.
    ///
    /// - Parameters:
    ///   - email: The customer's email, if it is known.
    ///   - report: Calls the observer.
    /// - Throws: `InvalidValue`, only when it is about a field that the customer has sent. One about the visit (a request without
    ///   a host belongs to no page) is no reason to refuse an order.
    func track(by email: String?, _ report: (Visit) async throws -> Void) async throws(InvalidValue) {
        guard let visit = Visit.current else { return }
        do {
            try await report(email.map(visit.with(email:)) ?? visit)
        } catch let error as InvalidValue {
            let isNumbered = ["ITEM", "AMT", "QTY"].contains { error.field.hasPrefix($0) }
            if isNumbered || Shop.customersFields.contains(error.field) { throw error }
        } catch {}
    }
}
