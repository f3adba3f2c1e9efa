//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Tracify

extension StoreTransaction {
    /// Evicts events until those of an admission fit.
    ///
    /// The result is as if all events were stored first and then evicted by priority, the oldest of a priority first, until
    /// everything fits. The exception: when the admission's own events of its highest priority do not fit, nothing is evicted.
    ///
    /// - Parameter admission: The events. Those that do not fit are excluded.
    /// - Returns: The number of evicted events, by type.
    /// - Throws: `EventStoreError.Code.full`. The store is unchanged then.
    mutating func makeRoom(for admission: inout StoreAdmission) throws -> [EventType: Int] {
        guard try self.pagesInUse() + admission.pages > self.bounds.pages else { return [:] }
        var transaction = self
        var attempt = admission
        var evicted: [EventType: Int]?
        try self.connection.inSavepoint {
            evicted = try transaction.evict(for: &attempt)
            return evicted == nil ? .rollback : .commit
        }
        guard let evicted else {
            throw EventStoreError(
                .full,
                """
                Cannot append \(admission.count) events to the event store: its byte limit is reached, and it holds nothing of lower \
                priority to evict. Raise `maximumBytes` or restore delivery.
                """
            )
        }
        self = transaction
        admission = attempt
        return evicted
    }

    /// Returns `nil` when evicting everything that may be evicted is not enough.
    private mutating func evict(for admission: inout StoreAdmission) throws -> [EventType: Int]? {
        var evicted: [EventType: Int] = [:]
        for priority in EventPriority.allCases where priority <= min(admission.highest, .interest) {
            let needed = admission.pages
            while true {
                let missing = try self.pagesInUse() + needed - self.bounds.pages
                guard missing > 0 else { return evicted }
                guard let counts = try self.evictOldest(priority, bytes: missing * StoreBounds.pageSize) else { break }
                evicted.merge(counts, uniquingKeysWith: +)
            }
            guard priority < admission.highest else { continue }
            // The call's own events of this priority.
            evicted.merge(admission.exclude(priority), uniquingKeysWith: +)
            guard try self.pagesInUse() + admission.pages > self.bounds.pages else { return evicted }
        }
        guard admission.highest == .orders else { return nil }
        return try self.evictForOrders(pages: admission.pages).map { evicted.merging($0, uniquingKeysWith: +) }
    }

    /// Evicts dead letters of page views, product views and add-to-carts, and then the oldest entries of the ledger, so that neither
    /// makes the store refuse an order.
    ///
    /// - Returns: The number of evicted dead letters, by type; `nil` when evicting all of them is not enough.
    private mutating func evictForOrders(pages: Int) throws -> [EventType: Int]? {
        var evicted: [EventType: Int] = [:]
        while true {
            let missing = try self.pagesInUse() + pages - self.bounds.pages
            guard missing > 0 else { return evicted }
            // A page holds some of them; too many would be evicted otherwise.
            let counts = try self.evictOldestDeadLetters([.pageViews, .interest], count: missing * 4)
            if counts.isEmpty { break }
            evicted.merge(counts, uniquingKeysWith: +)
        }
        while true {
            let missing = try self.pagesInUse() + pages - self.bounds.pages
            guard missing > 0 else { return evicted }
            guard try self.deleteOldestLedgerEntries(missing * 16) > 0 else { return nil }
        }
    }

    /// Returns the number of used pages of the main file, with the changes of this transaction.
    ///
    /// Free pages are reused.
    private func pagesInUse() throws -> Int {
        let count = try Int.fetchOne(self.connection.cachedStatement(sql: "PRAGMA page_count")) ?? 0
        let free = try Int.fetchOne(self.connection.cachedStatement(sql: "PRAGMA freelist_count")) ?? 0
        return count - free
    }

    /// Evicts the oldest events of a priority, until they make up a number of bytes; at least one, if there is one.
    ///
    /// - Returns: The number of evicted events, by type; `nil` when there are none.
    private mutating func evictOldest(_ priority: EventPriority, bytes: Int) throws -> [EventType: Int]? {
        let statement = try self.connection.cachedStatement(
            sql: "SELECT id, type, length(json) FROM \(priority.table) ORDER BY id"
        )
        let rows = try Row.fetchCursor(statement)
        var counts: [EventType: Int] = [:]
        var remaining = bytes
        var hasRows = false
        var last: Int64 = 0
        while remaining > 0, let row = try rows.next() {
            last = try row.required(0)
            let length: Int = try row.required(2)
            // A row of an unknown type takes room, too.
            hasRows = true
            if let type = EventType(storeCode: try row.required(1)) {
                counts[type, default: 0] += 1
                self.summary.pending[type, default: 0] -= 1
            }
            remaining -= length + PageEstimate.rowOverhead
        }
        guard hasRows else { return nil }
        try self.connection.cachedStatement(sql: "DELETE FROM \(priority.table) WHERE id <= ?").execute(arguments: [last])
        return counts
    }
}
#endif
