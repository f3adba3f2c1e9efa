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

/// Orders that are reported when they are placed or paid.
///
/// Those that await payment are kept in memory, each with the visit in which it was placed, as in two columns of a shop's database. The visit
/// is in its encoded form, which contains hashes only, so no address, user agent or email is stored for it.
final class ReportedOrders: OrderBook {
    private struct Entry {
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

    private let observer: any OrderObserver
    private let state = Mutex(State())

    init(_ observer: any OrderObserver) {
        self.observer = observer
    }

    func addPaid(_ order: Order, by visit: Visit?) async {
        await self.observer.reportOrder(order, by: visit)
    }

    func addPending(_ order: Order, by visit: Visit?) {
        // A visit without a valid host cannot be encoded. The order is still accepted, but it is not reported.
        let entry = Entry(order: order, visit: visit.flatMap { try? JSONEncoder().encode($0) })
        self.state.withLock { state in
            guard state.entries[order.id] == nil else { return }
            state.entries[order.id] = entry
            state.ids.append(order.id)
            if state.ids.count > Self.capacity { state.entries[state.ids.removeFirst()] = nil }
        }
    }

    func isPaid(_ id: String) -> Bool? {
        self.state.withLock { $0.entries[id]?.isPaid }
    }

    func pay(_ id: String) async throws {
        guard let entry = self.state.withLock({ $0.entries[id] }) else { return }
        if let visit = entry.visit.flatMap({ try? JSONDecoder().decode(Visit.self, from: $0) }) {
            try await self.observer.orderPlaced(entry.order, by: visit)
        }
        self.state.withLock { $0.entries[id]?.isPaid = true }
    }
}
