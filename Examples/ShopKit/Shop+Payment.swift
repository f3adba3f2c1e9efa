//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Shop {
    /// Handles the payment provider's message to `POST /webhooks/payment`.
    ///
    /// The input is `order_id` and `status` (`paid` or `failed`), as JSON. The order is reported to the order observer.
    ///
    /// The purchase belongs to the visit that was stored with the order. The current request has the provider's address and user
    /// agent, not the customer's. A real shop verifies the provider's signature first.
    ///
    /// - Parameter request: The request.
    /// - Returns: The order ID, or status 404 for an order that does not await payment. Status 503 if the report failed, so that
    ///   the provider repeats the message.
    public func paymentConfirmed(_ request: ShopRequest) async -> ShopResponse {
        guard BodyFormat(contentType: request.contentType) == .json else {
            return .json(ErrorResponse(error: "send application/json"), status: 415)
        }
        do {
            let payment = try JSONBody.decode(PaymentInput.self, from: request.body).payment()
            do {
                guard let isPaid = try self.book.isPaid(payment.orderID) else {
                    return .json(ErrorResponse(error: "no such order waits for a payment"), status: 404)
                }
                // Providers repeat messages, and a failed payment may succeed later.
                if payment.isPaid, !isPaid { try await self.book.pay(payment.orderID) }
                return .json(OrderResponse(orderID: payment.orderID))
            } catch {
                return .json(ErrorResponse(error: "try again later"), status: 503)
            }
        } catch {
            return self.refusal(error, .json, request)
        }
    }
}
