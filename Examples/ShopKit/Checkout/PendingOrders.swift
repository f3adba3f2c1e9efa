#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Synchronization
import Tracify

/// The orders that are placed and not paid for yet, each with the visit that it was placed in.
///
/// This stands for two columns of a shop's own database: the visit is kept in its encoded form, which holds hashes only, so no
/// address, user agent or email is stored for it.
final class PendingOrders: Sendable {
    /// An order, and who placed it.
    struct Entry {
        let order: Order
        /// As `JSONEncoder` wrote it; `nil` when the order was placed outside of any visit.
        let visit: Data?
        var isPaid = false
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var ids: [String] = []
    }

    /// How many are remembered: an example need not remember all.
    private static let capacity = 10_000

    private let state = Mutex(State())

    /// Remembers an order until it is paid for. An id that is known already keeps its first order: whoever sends it again is not to
    /// change it.
    func add(_ order: Order, by visit: Visit?) {
        // A visit without a usable host cannot be encoded. The order stands, and nobody can be told whose it is.
        let entry = Entry(order: order, visit: visit.flatMap { try? JSONEncoder().encode($0) })
        self.state.withLock { state in
            guard state.entries[order.id] == nil else { return }
            state.entries[order.id] = entry
            state.ids.append(order.id)
            if state.ids.count > Self.capacity { state.entries[state.ids.removeFirst()] = nil }
        }
    }

    /// The order with this id.
    func entry(_ id: String) -> Entry? {
        self.state.withLock { $0.entries[id] }
    }

    /// Remembers that an order is paid for.
    func markPaid(_ id: String) {
        self.state.withLock { $0.entries[id]?.isPaid = true }
    }
}
