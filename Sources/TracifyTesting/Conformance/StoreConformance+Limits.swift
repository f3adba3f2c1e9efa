//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// Requirements 4 to 6.
extension StoreConformance {
    /// The bytes of an event that helps to fill the store.
    private var fillBytes: Int { max(256, self.options.maximumBytes / 400) }
    private static let perCall = 8

    /// Appends events of some types until `isDone` returns `true` for what a call evicted.
    ///
    /// - Returns: All appended events.
    private func fill(
        from number: Int,
        _ types: [EventType],
        until isDone: (_ evicted: [EventType: Int], _ events: [EncodedEvent]) async throws -> Bool
    ) async throws -> [EncodedEvent] {
        var events: [EncodedEvent] = []
        // Twice the limit, because the bytes of JSON are not all that a store counts.
        while events.count * self.fillBytes <= 2 * self.options.maximumBytes {
            let start = number + events.count
            let new = StoreEvents.events(start..<(start + Self.perCall), types, bytes: self.fillBytes)
            let evicted = try await self.store.append(new)
            events += new
            if try await isDone(evicted, events) { return events }
        }
        throw self.run.failure(
            self.requirement,
            "The store is full after \(self.options.maximumBytes) bytes of JSON (`maximumBytes`).",
            "It took \(events.count) events of \(self.fillBytes) bytes."
        )
    }

    func evictsByPriority() async throws {
        let orders = StoreEvents.events(0..<6, [.purchase, .conversion, .postPurchaseSurvey])
        let interest = StoreEvents.events(6..<12, [.productView, .addToCart])
        try await self.store.append(orders + interest)
        let views = try await self.fill(from: 100, [.pageView]) { evicted, events in
            try await self.checkRemaining(evicted, of: events, others: orders + interest)
            return !evicted.isEmpty
        }
        // The page views of before are now those that are left.
        let left = try await self.store.read(.observations).map(\.event).filter { $0.type == .pageView }
        var total: [EventType: Int] = [:]
        let more = try await self.fill(from: 100_000, [.productView, .addToCart]) { evicted, _ in
            total.merge(evicted, uniquingKeysWith: +)
            return evicted[.productView] != nil || evicted[.addToCart] != nil
        }
        try self.require(total[.pageView] ?? 0, is: left.count, "Page views that were evicted before product views")
        total[.pageView] = nil
        try await self.checkRemaining(total, of: interest + more, others: orders)
        try self.require(views.count >= left.count, "At most \(views.count) page views.", "\(left.count).")
        try await self.evictForOrders(orders)
    }

    /// Appends orders until the store is full of them.
    private func evictForOrders(_ orders: [EncodedEvent]) async throws {
        let before = try await self.store.read(.observations).count
        var observations = before
        let more = try await self.fillWithOrders(from: 200_000) { evicted in
            let left = try await self.store.read(.observations).count
            try self.require(evicted.values.reduce(0, +), is: observations - left, "Events that were evicted for orders")
            observations = left
        }
        // The last ones may be too few for a call.
        try self.require(observations <= before / 2, "Orders evict \(before) other events.", "\(observations) are left.")
        let kept = try await self.store.read(.orders).map(\.event).prefix(orders.count + more.count)
        try self.require(Array(kept), are: orders + more, "The orders, which are never evicted")
    }

    /// Checks that the oldest of some events were evicted, and no others.
    private func checkRemaining(_ evicted: [EventType: Int], of events: [EncodedEvent], others: [EncodedEvent]) async throws {
        let count = evicted.values.reduce(0, +)
        let pending = try await self.store.pending().map(\.event)
        try self.require(
            StoreEvents.sorted(pending),
            are: others + events.dropFirst(count),
            "The events that remain when the \(count) oldest of the lowest priority were evicted"
        )
        try self.require(evicted, is: StoreEvents.counts(events.prefix(count)), "The evicted events by type")
    }

    func refusesOrders() async throws {
        let fitting = try await self.fillWithOrders()
        let pending = try await self.store.pending()
        let orders = pending.map(\.event)
        try self.require(Array(orders.prefix(fitting.count)), are: fitting, "The orders of the calls that returned")
        // Something that has a lower priority does not evict orders.
        do {
            let views = StoreEvents.events(300_000..<300_008, [.pageView], bytes: self.fillBytes)
            try await self.store.append(views)
        } catch let error as EventStoreError {
            try self.require(error.code, is: .full, "The error for page views in a store full of orders")
        }
        try self.require(
            try await self.store.read(.orders).map(\.event),
            are: orders,
            "The orders after page views were appended"
        )
        try await self.store.settle(pending.prefix(pending.count / 2).map(\.position), .delivered)
        let next = StoreEvents.event(300_100, .purchase)
        try await self.store.append([next])
        let last = try await self.store.read(.orders).last.map { [$0.event] } ?? []
        try self.require(last, are: [next], "The last order, appended when half of the orders were delivered")
    }

    func appendsWhole() async throws {
        try self.require(try await self.store.append([]), is: [:], "The events that an empty append evicts")
        try self.require(try await self.store.pending().map(\.event), are: [], "The events after an empty append")
        let fitting = try await self.fillWithOrders()
        try self.require(
            try await self.store.pending().map(\.event),
            are: fitting,
            "All events of the calls that returned, and none of the call that threw"
        )
        try await self.store.reopen()
        let reopened = try await self.store.pending().map(\.event)
        try self.require(reopened, are: fitting, "The same events after the store was opened again")
    }

    /// Appends orders until the store throws `full`.
    ///
    /// - Parameters:
    ///   - number: The number of the first order.
    ///   - check: A closure that checks what a call evicted.
    /// - Returns: The orders of the calls that returned.
    /// - Throws: `ConformanceFailure`.
    private func fillWithOrders(
        from number: Int = 0,
        _ check: (_ evicted: [EventType: Int]) async throws -> Void
    ) async throws -> [EncodedEvent] {
        var fitting: [EncodedEvent] = []
        do {
            _ = try await self.fill(from: number, [.purchase, .conversion]) { evicted, events in
                try await check(evicted)
                fitting = events
                return false
            }
        } catch let error as EventStoreError {
            try self.require(error.code, is: .full, "The error for orders in a store full of orders")
        }
        return fitting
    }

    private func fillWithOrders() async throws -> [EncodedEvent] {
        try await self.fillWithOrders { evicted in
            try self.require(evicted, is: [:], "The events that orders evict where only orders are pending")
        }
    }
}
