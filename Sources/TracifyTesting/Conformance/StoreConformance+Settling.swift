//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// Requirements 7, 13 and 14.
extension StoreConformance {
    func settles() async throws {
        let events = StoreEvents.events(0..<18)
        try await self.store.append(events)
        let stored = try await self.store.pending()
        try self.require(stored.map(\.event), are: events, "The pending events")
        let positions = stored.map(\.position)
        // Three of each type: one is delivered or dropped, one fails, one becomes a dead letter.
        let settlements = positions.enumerated()
            .map { index, position in
                switch index / 6 {
                case 0: Settlement(position: position, outcome: index.isMultiple(of: 2) ? .delivered : .dropped)
                case 1: Settlement(position: position, outcome: .failed)
                default: Settlement(position: position, outcome: .deadLetter(reason: "rejected"))
                }
            }
        try self.require(
            try await self.store.settle(settlements),
            is: SettlementResult(),
            "What the settlement evicts or refuses"
        )
        try await self.checkSettled(events, positions, failures: 1)
        // A call that failed is repeated; failures of events that are pending are counted again.
        try await self.store.settle(settlements)
        try await self.checkSettled(events, positions, failures: 2)
        let unknown: [UInt64] = [0, (positions.last ?? 0) + 100, UInt64(Int64.max), .max]
        for outcome in [.delivered, .dropped, .failed, .deadLetter(reason: "unknown")] as [Settlement.Outcome] {
            let result = try await self.store.settle(unknown, outcome)
            try self.require(result, is: SettlementResult(), "The result for unknown positions")
        }
        try self.require(try await self.store.settle([]), is: SettlementResult(), "The result without settlements")
        try await self.checkSettled(events, positions, failures: 2)
    }

    private func checkSettled(_ events: [EncodedEvent], _ positions: [UInt64], failures: Int) async throws {
        let expected = (6..<12).map { StoredEvent(position: positions[$0], event: events[$0], failures: failures) }
        let pending = try await self.store.pending()
        try self.require(pending.map(\.event), are: expected.map(\.event), "The events that failed, which stay pending")
        try self.require(pending.map(\.failures), is: expected.map(\.failures), "The counted failures")
        try self.require(pending.map(\.position), is: expected.map(\.position), "The positions of the events that failed")
        let letters = try await self.store.deadLetters().map(\.event)
        try self.require(
            StoreEvents.sorted(letters),
            are: Array(events[12...]),
            "The events that became dead letters"
        )
    }

    func summarizes() async throws {
        try await self.checkSummary(hasOldest: true)
        try await self.store.append(StoreEvents.events(0..<24))
        try await self.checkSummary(hasOldest: true)
        let positions = try await self.store.pending().map(\.position)
        try await self.store.settle(Array(positions[0..<5]), .delivered)
        try await self.checkSummary(hasOldest: true)
        try await self.store.settle(Array(positions[5..<12]), .deadLetter(reason: "rejected"))
        try await self.store.settle(Array(positions[5..<12]), .dropped)
        try await self.store.settle(Array(positions[12..<14]), .failed)
        try await self.checkSummary(hasOldest: true)
        try await self.store.reopen()
        try await self.checkSummary(hasOldest: true)
        _ = try await self.store.discard(DeadLetterSelection(types: [.pageView, .purchase]))
        try await self.checkSummary(hasOldest: true)
        _ = try await self.store.requeue()
        try await self.checkSummary(hasOldest: false)
        try await self.store.settle(try await self.store.pending().map(\.position), .dropped)
        try await self.checkSummary(hasOldest: true)
    }

    /// Compares the summary with a count of what is read.
    ///
    /// - Parameter hasOldest: Whether the time of the oldest event is compared, which a store may take from the first position: a
    ///   requeued event is older than its position.
    /// - Throws: `ConformanceFailure` when they differ.
    func checkSummary(hasOldest: Bool) async throws {
        let summary = try await self.store.summary()
        let pending = try await self.store.pending().map(\.event)
        try self.require(summary.pending, is: StoreEvents.counts(pending), "The pending events by type")
        let letters = try await self.store.deadLetters().map(\.event)
        try self.require(summary.deadLetters, is: StoreEvents.counts(letters), "The dead letters by type")
        if hasOldest || pending.isEmpty {
            let oldest = pending.map(\.date).min()
            try self.require(
                summary.oldest == oldest,
                "The time of the oldest event: \(oldest.map { "\($0)" } ?? "none").",
                "\(summary.oldest.map { "\($0)" } ?? "none")."
            )
        }
    }

    func findsOrders() async throws {
        // The ID of the first is the beginning of the ID of others.
        let events = [1, 10, 11, 12, 13].map { StoreEvents.event($0, $0 == 10 ? .conversion : .purchase) }
        try await self.store.append(events + [StoreEvents.event(2, .pageView)])
        try await self.checkOrder(events[0], .pending)
        try self.require(try await self.store.deliveries(ofOrder: "unknown"), is: [], "The entries of an unknown ID")
        let positions = try await self.store.read(.orders).map(\.position)
        try await self.store.settle([
            Settlement(position: positions[0], outcome: .delivered),
            Settlement(position: positions[1], outcome: .dropped),
            Settlement(position: positions[2], outcome: .failed),
            Settlement(position: positions[3], outcome: .deadLetter(reason: "rejected")),
            Settlement(position: positions[4], outcome: .deadLetter(reason: "unconfirmed")),
        ])
        for _ in 0..<2 {
            try await self.checkOrder(events[0], .delivered)
            try await self.checkOrder(events[1], .discarded)
            try await self.checkOrder(events[2], .pending)
            try await self.checkOrder(events[3], .deadLetter(reason: "rejected"))
            try await self.store.reopen()
        }
        _ = try await self.store.requeue(DeadLetterSelection(reason: "rejected"))
        try await self.checkOrder(events[3], .pending)
        _ = try await self.store.discard()
        try await self.checkOrder(events[4], .discarded)
    }

    /// Checks the newest entry of an order.
    private func checkOrder(_ event: EncodedEvent, _ state: OrderDelivery.State) async throws {
        let id = event.orderID ?? ""
        let entries = try await self.store.deliveries(ofOrder: id)
        let number = StoreEvents.number(event)
        try self.require(
            entries.allSatisfy { $0.orderID == id && $0.eventID == event.id && $0.type == event.type },
            "Entries of order \(number) only, with its event ID and type.",
            "Others."
        )
        if !self.options.keepsSettledOrders, state == .delivered || state == .discarded {
            let isPending = entries.contains { $0.state == .pending }
            return try self.require(!isPending, "Order \(number) is not pending.", "It is.")
        }
        let seen = entries.first.map { "\($0.state)" } ?? "no entry"
        try self.require(entries.first?.state == state, "The newest state of order \(number): \(state).", "\(seen).")
        if state == .pending {
            try self.require(entries.first?.date == event.date, "The time of the event.", "Another time.")
        }
    }
}
