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
import Tracify

/// Requirements 8 to 12.
extension StoreConformance {
    /// Appends events and moves each to the dead letters by a call of its own.
    @discardableResult
    private func reject(_ events: [EncodedEvent], reason: (Int) -> String = { "reason \($0)" }) async throws -> [StoredEvent] {
        let last = try await self.store.pending().last?.position ?? 0
        try await self.store.append(events)
        let stored = try await self.store.pending().filter { $0.position > last }
        for (index, event) in stored.enumerated() {
            try await self.store.settle([event.position], .deadLetter(reason: reason(index)))
        }
        return stored
    }

    func keepsLetters() async throws {
        let events = StoreEvents.events(0..<12)
        try await self.reject(events)
        try self.require(try await self.store.pending().map(\.event), are: [], "The pending events")
        let letters = try await self.store.deadLetters()
        try self.require(letters.map(\.event), are: events.reversed(), "The dead letters, the newest first")
        try self.require(letters.map(\.reason), is: (0..<12).reversed().map { "reason \($0)" }, "The reasons")
        let isSorted = zip(letters, letters.dropFirst()).allSatisfy { $0.date >= $1.date }
        try self.require(isSorted, "Times of rejection, the newest first.", "Another order.")
        for count in [0, 1, 5] {
            let first = try await self.store.deadLetters(count: count).map(\.event)
            try self.require(first, are: Array(events.reversed().prefix(count)), "At most \(count) dead letters")
        }
        // What is returned is not removed.
        try self.require(try await self.store.deadLetters().count, is: 12, "The number of dead letters")
    }

    func boundsLetters() async throws {
        var letters: [EncodedEvent] = []
        for (start, types) in [(0, [.pageView]), (10_000, [.productView, .addToCart])] as [(Int, [EventType])] {
            var isFull = false
            var number = start
            while !isFull {
                try self.require(
                    number - start <= 2 * self.options.maximumDeadLetters,
                    "The dead letters reach their limit after \(self.options.maximumDeadLetters) (`maximumDeadLetters`).",
                    "\(number - start) were added, and none was evicted or only those of lower priority."
                )
                let event = StoreEvents.event(number, types[number % types.count])
                number += 1
                let evicted = try await self.rejectOne(event).evicted
                letters.append(event)
                letters = try await self.checkLetters(letters, evicted)
                isFull = evicted.keys.contains { types.contains($0) }
            }
        }
        try await self.refusesLetters(letters)
    }

    /// Fills the dead letters with orders, and checks that further ones are refused.
    private func refusesLetters(_ others: [EncodedEvent]) async throws {
        var letters = others
        for number in 20_000..<(20_001 + letters.count) {
            let order = StoreEvents.event(number, .purchase)
            let result = try await self.rejectOne(order)
            guard result.refused.isEmpty else {
                try self.require(
                    letters.allSatisfy { $0.type == .purchase },
                    "Observations are evicted first.",
                    "An order is refused."
                )
                return try await self.checkRefused(order, result, letters)
            }
            letters.append(order)
            letters = try await self.checkLetters(letters, result.evicted)
        }
        throw self.run.failure(
            self.requirement,
            "An order that does not fit the limit of \(others.count) dead letters is refused.",
            "None was refused."
        )
    }

    private func checkRefused(_ order: EncodedEvent, _ result: SettlementResult, _ letters: [EncodedEvent]) async throws {
        let pending = try await self.store.pending()
        try self.require(pending.map(\.event), are: [order], "The refused order, which stays pending")
        try self.require(result, is: SettlementResult(refused: pending.map(\.position)), "The result")
        let again = try await self.store.settle(pending.map(\.position), .deadLetter(reason: "again"))
        try self.require(again, is: result, "The result of a repeated settlement")
        _ = try await self.checkLetters(letters, [:])
        // A rejected page view cannot be kept, and must not stay.
        let view = StoreEvents.event(30_000, .pageView)
        try self.require(try await self.rejectOne(view).evicted, is: [.pageView: 1], "The page view that is evicted at once")
        try self.require(try await self.store.pending().map(\.event), are: [order], "The pending events")
        try await self.store.settle(pending.map(\.position), .delivered)
        try self.require(try await self.store.pending().map(\.event), are: [], "The pending events after delivery")
    }

    private func rejectOne(_ event: EncodedEvent) async throws -> SettlementResult {
        try await self.store.append([event])
        let stored = try await self.store.read(DeliveryLane(event.type)).last
        try self.require(stored.map { [$0.event] } ?? [], are: [event], "The event that was appended last")
        return try await self.store.settle(stored.map { [$0.position] } ?? [], .deadLetter(reason: "rejected"))
    }

    /// Checks that the dead letters are those expected after an eviction by priority, and returns them.
    private func checkLetters(_ letters: [EncodedEvent], _ evicted: [EventType: Int]) async throws -> [EncodedEvent] {
        var remaining = letters
        var counts: [EventType: Int] = [:]
        for _ in 0..<evicted.values.reduce(0, +) {
            guard let priority = remaining.map({ EventPriority($0.type) }).min(), priority != .orders,
                let index = remaining.firstIndex(where: { EventPriority($0.type) == priority })
            else { break }
            counts[remaining.remove(at: index).type, default: 0] += 1
        }
        let seen = try await self.store.deadLetters().map(\.event)
        try self.require(seen.reversed(), are: remaining, "The dead letters after the oldest of the lowest priority were evicted")
        try self.require(evicted, is: counts, "The evicted dead letters by type")
        return remaining
    }

    func selectsLetters() async throws {
        // Wildcards of databases are text.
        let reasons = ["no currency", "no amount", "100% wrong", "under_score", "Umlaut ä", "no currency, no amount"]
        try await self.reject(StoreEvents.events(0..<12)) { reasons[$0 % reasons.count] }
        let letters = try await self.store.deadLetters()
        try self.require(letters.count, is: 12, "The number of dead letters")
        for selection in self.selections(letters) {
            let selected = try await self.store.deadLetters(selection)
            try self.require(
                selected.map(\.event),
                are: letters.filter(selection.contains).map(\.event),
                "The dead letters of \(selection)"
            )
        }
    }

    private func selections(_ letters: [DeadLetter]) -> [DeadLetterSelection] {
        let dates = letters.map(\.date)
        let times = [dates.min(), dates.max(), dates[dates.count / 2]].compactMap { $0 }
        return [
            .all, DeadLetterSelection(types: []), DeadLetterSelection(types: [.purchase]),
            DeadLetterSelection(types: [.pageView, .conversion]), DeadLetterSelection(reason: "currency"),
            DeadLetterSelection(reason: "%"), DeadLetterSelection(reason: "_"), DeadLetterSelection(reason: "ä"),
            DeadLetterSelection(reason: "nothing"), DeadLetterSelection(types: [.addToCart, .pageView], reason: "no"),
            DeadLetterSelection(before: Date(timeIntervalSince1970: 0)),
            DeadLetterSelection(before: Date(timeIntervalSince1970: 32_503_680_000)),
        ] + times.map { DeadLetterSelection(before: $0) }
    }

    func requeues() async throws {
        let events = StoreEvents.events(0..<12)
        try await self.store.append(events)
        let positions = try await self.store.pending().map(\.position)
        for _ in 0..<2 { try await self.store.settle(positions, .failed) }
        for position in positions { try await self.store.settle([position], .deadLetter(reason: "rejected")) }
        let types: Set<EventType> = [.pageView, .purchase, .conversion]
        let selection = DeadLetterSelection(types: types)
        let selected = events.filter { types.contains($0.type) }
        let others = events.filter { !types.contains($0.type) }
        try self.require(try await self.store.requeue(selection), is: selected.count, "The number of requeued events")
        let pending = try await self.store.pending()
        try self.require(
            StoreEvents.sorted(pending.map(\.event)),
            are: selected,
            "The requeued events"
        )
        let isNew = pending.allSatisfy { $0.position > positions.last ?? 0 }
        try self.require(isNew, "Positions greater than \(positions.last ?? 0).", "\(pending.map(\.position)).")
        try self.require(pending.map(\.failures), is: selected.map { _ in 0 }, "The failures of requeued events")
        try self.require(try await self.store.deadLetters().map(\.event), are: others.reversed(), "The other dead letters")
        try self.require(try await self.store.requeue(selection), is: 0, "The number of events of a repeated call")
    }

    func discards() async throws {
        let events = StoreEvents.events(0..<12)
        try await self.reject(events)
        let types: Set<EventType> = [.pageView, .purchase]
        let selection = DeadLetterSelection(types: types)
        let selected = events.filter { types.contains($0.type) }
        try self.require(try await self.store.discard(selection), is: StoreEvents.counts(selected), "The discarded dead letters")
        try self.require(
            try await self.store.deadLetters().map(\.event),
            are: events.filter { !types.contains($0.type) }.reversed(),
            "The other dead letters"
        )
        try self.require(try await self.store.pending().map(\.event), are: [], "The pending events")
        try self.require(try await self.store.discard(selection), is: [:], "The dead letters of a repeated call")
    }
}
