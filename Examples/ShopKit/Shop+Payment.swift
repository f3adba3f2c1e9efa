#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Tracify

extension Shop {
    /// `POST /webhooks/payment`: the payment provider says that an order is paid for. Takes `order_id` and `status` (`paid` or
    /// `failed`) as JSON, and tells the orders' observer.
    ///
    /// The purchase belongs to the visit that was stored with the order: this request has the provider's address and user agent,
    /// not the customer's. A real shop checks the provider's signature first.
    ///
    /// - Returns: The order's id. 404 for an order that does not wait for a payment. 503 when the purchase could not be made safe,
    ///   so that the provider, which repeats what was not answered with a success, sends it again.
    public func paymentConfirmed(_ request: ShopRequest) async -> ShopResponse {
        guard BodyFormat(contentType: request.contentType) == .json else {
            return .json(ErrorAnswer(error: "send application/json"), status: 415)
        }
        do {
            let payment = try JSONBody.decode(PaymentInput.self, from: request.body).payment()
            guard let entry = self.pending.entry(payment.orderID) else {
                return .json(ErrorAnswer(error: "no such order waits for a payment"), status: 404)
            }
            // Providers repeat themselves, and a payment that failed may succeed later.
            guard payment.isPaid, !entry.isPaid else { return .json(OrderAnswer(orderID: payment.orderID)) }
            guard await self.reportPaid(entry) else {
                return .json(ErrorAnswer(error: "try again later"), status: 503)
            }
            self.pending.markPaid(payment.orderID)
            return .json(OrderAnswer(orderID: payment.orderID))
        } catch {
            return self.refusal(error, .json, request)
        }
    }

    /// Reports the purchase by the visit that was stored with the order.
    ///
    /// - Returns: Whether it is safe, or there is nothing to report.
    private func reportPaid(_ entry: PendingOrders.Entry) async -> Bool {
        guard let visit = entry.visit.flatMap({ try? JSONDecoder().decode(Visit.self, from: $0) }) else { return true }
        do {
            try await self.orders.orderPlaced(entry.order, by: visit)
            return true
        } catch {
            return false
        }
    }
}
