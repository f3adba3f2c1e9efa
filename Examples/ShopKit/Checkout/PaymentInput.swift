//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// A payment provider's message to `POST /webhooks/payment`.
struct PaymentInput: Decodable {
    let orderID: String?
    let status: String?

    private enum CodingKeys: String, CodingKey {
        case status
        case orderID = "order_id"
    }

    /// Returns the ID of the order, and whether the order is paid.
    ///
    /// - Returns: The order ID and the payment state.
    /// - Throws: `ValidationError` for the missing or invalid field.
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
