//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// Requirement 21.
extension StoreConformance {
    func survivesRandomRun() async throws {
        var random = SeededGenerator(seed: self.run.seed)
        var model = StoreModel()
        var number = 0
        for step in 0..<160 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9:
                let events = self.randomEvents(from: number, using: &random)
                number += events.count
                try await self.append(events, &model, step)
            case 9..<15:
                let settlements = model.pending.shuffled(using: &random).prefix(Int.random(in: 0...12, using: &random))
                    .map { Settlement(position: $0.position, outcome: Self.randomOutcome(using: &random)) }
                let result = try await self.store.settle(settlements)
                try self.require(result, is: SettlementResult(), "Step \(step): the result of the settlements")
                model.settle(settlements)
            case 15, 16:
                let stored = model.pending.randomElement(using: &random)
                try await self.reject(stored, &model, step)
            case 17:
                let types = Set(EventType.allCases.filter { _ in random.once(in: 2) })
                let requeued = try await self.store.requeue(DeadLetterSelection(types: types))
                try self.require(requeued, is: model.take(types).count, "Step \(step): the number of requeued events")
                try await self.readNew(&model, step)
            case 18:
                let types = Set(EventType.allCases.filter { _ in random.once(in: 3) })
                let discarded = try await self.store.discard(DeadLetterSelection(types: types))
                let expected = StoreEvents.counts(model.take(types))
                model.incoming = []
                try self.require(discarded, is: expected, "Step \(step): the discarded dead letters")
            default:
                try await self.store.reopen()
            }
            try await self.compare(model, step)
        }
    }

    private func randomEvents(from number: Int, using random: inout SeededGenerator) -> [EncodedEvent] {
        let size = min(3000, self.options.maximumBytes / 300)
        let isOrders = random.once(in: 5)
        return (0..<Int.random(in: 0...24, using: &random)).map { offset in
            let type = isOrders ? .purchase : EventType.allCases.randomElement(using: &random) ?? .pageView
            return StoreEvents.event(number + offset, type, bytes: Int.random(in: 0...max(1, size), using: &random))
        }
    }

    private static func randomOutcome(using random: inout SeededGenerator) -> Settlement.Outcome {
        let outcomes: [Settlement.Outcome] = [.delivered, .delivered, .delivered, .dropped, .failed]
        return outcomes.randomElement(using: &random) ?? .delivered
    }

    private func append(_ events: [EncodedEvent], _ model: inout StoreModel, _ step: Int) async throws {
        do {
            let evicted = try await self.store.append(events)
            let letters = evicted.isEmpty ? model.letters.count : try await self.store.deadLetters().count
            let expected = model.append(events, evicting: evicted.values.reduce(0, +), lettersLeft: letters)
            try self.require(evicted, is: expected, "Step \(step): the evicted events, the oldest of the lowest priority")
            try await self.readNew(&model, step)
        } catch let error as EventStoreError {
            try self.require(error.code, is: .full, "Step \(step): the error of an append")
        }
    }

    /// Moves an event to the dead letters, which may evict one or refuse the event.
    private func reject(_ stored: StoredEvent?, _ model: inout StoreModel, _ step: Int) async throws {
        guard let stored else { return }
        let result = try await self.store.settle([stored.position], .deadLetter(reason: "step \(step)"))
        guard result.refused.isEmpty else {
            let isFull = EventPriority(stored.event.type) == .orders
                && model.letters.allSatisfy { EventPriority($0.type) == .orders }
            return try self.require(isFull, "Step \(step): the dead letter is accepted.", "It is refused.")
        }
        let expected = model.reject(stored, evicting: result.evicted.values.reduce(0, +))
        try self.require(result.evicted, is: expected, "Step \(step): the evicted dead letters")
    }

    /// Takes the positions of new events from the store, and checks that they grow.
    private func readNew(_ model: inout StoreModel, _ step: Int) async throws {
        let pending = try await self.store.pending()
        let last = model.lastPosition
        let new = pending.filter { $0.position > last }
        let isExpected = Set(new.map(\.event)) == Set(model.incoming) && new.count == model.incoming.count
        try self.require(
            isExpected,
            "Step \(step): new positions greater than \(last) for \(StoreEvents.list(model.incoming)).",
            "\(StoreEvents.list(new.map(\.event)))."
        )
        model.add(new)
    }

    private func compare(_ model: StoreModel, _ step: Int) async throws {
        let pending = try await self.store.pending()
        try self.require(pending.map(\.event), are: model.pending.map(\.event), "Step \(step): the pending events")
        try self.require(pending.map(\.position), is: model.pending.map(\.position), "Step \(step): the positions")
        try self.require(pending.map(\.failures), is: model.pending.map(\.failures), "Step \(step): the failures")
        let letters = try await self.store.deadLetters().map(\.event)
        try self.require(letters, are: model.letters.reversed(), "Step \(step): the dead letters")
        let summary = try await self.store.summary()
        try self.require(
            summary.pending,
            is: StoreEvents.counts(pending.map(\.event)),
            "Step \(step): the pending events by type in the summary"
        )
    }
}

/// The expected content of a store, without its limits: what a store evicts is taken from its results, and checked.
private struct StoreModel {
    /// The pending events, by position.
    var pending: [StoredEvent] = []
    /// The dead letters, the oldest first.
    var letters: [EncodedEvent] = []
    /// The events that are pending next, whose positions are not known yet.
    var incoming: [EncodedEvent] = []
    var lastPosition: UInt64 = 0

    /// Appends events as if all were stored and then the oldest of the lowest priority were evicted.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - count: The number of evicted events and dead letters.
    ///   - lettersLeft: The number of dead letters afterward, because a store may evict some for orders.
    /// - Returns: The expected evicted events, by type.
    mutating func append(_ events: [EncodedEvent], evicting count: Int, lettersLeft: Int) -> [EventType: Int] {
        var counts: [EventType: Int] = [:]
        let evictedLetters = events.contains { EventPriority($0.type) == .orders } ? max(0, self.letters.count - lettersLeft) : 0
        for _ in 0..<evictedLetters {
            guard let index = self.letters.firstIndex(where: { EventPriority($0.type) != .orders }) else { break }
            counts[self.letters.remove(at: index).type, default: 0] += 1
        }
        self.incoming = events
        for _ in 0..<max(0, count - evictedLetters) {
            guard let type = self.evictOldest() else { break }
            counts[type, default: 0] += 1
        }
        return counts
    }

    private mutating func evictOldest() -> EventType? {
        for priority in EventPriority.allCases where priority != .orders {
            if let index = self.pending.firstIndex(where: { EventPriority($0.event.type) == priority }) {
                return self.pending.remove(at: index).event.type
            }
            if let index = self.incoming.firstIndex(where: { EventPriority($0.type) == priority }) {
                return self.incoming.remove(at: index).type
            }
        }
        return nil
    }

    /// Adds the incoming events with their positions.
    mutating func add(_ new: [StoredEvent]) {
        self.pending += new
        self.lastPosition = max(self.lastPosition, new.last?.position ?? 0)
        self.incoming = []
    }

    mutating func settle(_ settlements: [Settlement]) {
        let outcomes = Dictionary(settlements.map { ($0.position, $0.outcome) }) { first, _ in first }
        self.pending = self.pending.compactMap { stored in
            switch outcomes[stored.position] {
            case nil: stored
            case .failed?: StoredEvent(position: stored.position, event: stored.event, failures: stored.failures + 1)
            default: nil
            }
        }
    }

    mutating func reject(_ stored: StoredEvent, evicting count: Int) -> [EventType: Int] {
        self.pending.removeAll { $0.position == stored.position }
        self.letters.append(stored.event)
        var counts: [EventType: Int] = [:]
        for _ in 0..<count {
            let lowest = self.letters.map { EventPriority($0.type) }.min()
            guard let lowest, lowest != .orders,
                let index = self.letters.firstIndex(where: { EventPriority($0.type) == lowest })
            else { break }
            counts[self.letters.remove(at: index).type, default: 0] += 1
        }
        return counts
    }

    /// Removes and returns the dead letters of some types, which a requeue makes the incoming events.
    mutating func take(_ types: Set<EventType>) -> [EncodedEvent] {
        let taken = self.letters.filter { types.contains($0.type) }
        self.letters.removeAll { types.contains($0.type) }
        self.incoming = taken
        return taken
    }
}
