//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Synchronization
import Tracify

/// The orders that await payment, each with the visit in which it was placed.
///
/// This represents two columns of a shop's database. The visit is stored in its encoded form, which contains hashes only, so no
/// address, user agent or email is stored for it.
final class PendingOrders: Sendable {
    /// An order and its encoded visit.
    struct Entry {
        let order: Order
        /// The visit, encoded with `JSONEncoder`, or `nil` if the order was placed without a visit.
        let visit: Data?
        var isPaid = false
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var ids: [String] = []
    }

    /// The count limit, beyond which the oldest orders are removed.
    private static let capacity = 10_000

    private let state = Mutex(State())

    /// Stores an order until it is paid.
    ///
    /// If the ID is already stored, the first order is kept, so a repeated request cannot change it.
    func add(_ order: Order, by visit: Visit?) {
        // A visit without a valid host cannot be encoded. The order is still accepted, but it is not reported.
        let entry = Entry(order: order, visit: visit.flatMap { try? JSONEncoder().encode($0) })
        self.state.withLock { state in
            guard state.entries[order.id] == nil else { return }
            state.entries[order.id] = entry
            state.ids.append(order.id)
            if state.ids.count > Self.capacity { state.entries[state.ids.removeFirst()] = nil }
        }
    }

    /// Returns the order with this ID.
    func entry(_ id: String) -> Entry? {
        self.state.withLock { $0.entries[id] }
    }

    /// Marks an order as paid.
    func markPaid(_ id: String) {
        self.state.withLock { $0.entries[id]?.isPaid = true }
    }
}
