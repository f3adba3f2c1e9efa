//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// Where the shop keeps its orders, and how they are reported.
protocol OrderBook: Sendable {
    /// Keeps an order that is paid, and reports it.
    ///
    /// - Throws: Only if the order cannot be kept: a tracking failure must never fail a checkout.
    func addPaid(_ order: Order, by visit: Visit?) async throws

    /// Keeps an order that awaits payment, with the visit in which it was placed.
    ///
    /// If the ID is known, the first order is kept, so a repeated request cannot change it.
    ///
    /// - Throws: If the order cannot be kept.
    func addPending(_ order: Order, by visit: Visit?) async throws

    /// Returns whether an order is paid; `nil` if the ID is unknown.
    func isPaid(_ id: String) throws -> Bool?

    /// Marks an order as paid, and reports it with the visit that was stored with it.
    ///
    /// - Throws: If that failed, so that the payment provider repeats its message.
    func pay(_ id: String) async throws
}
