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

/// Requirement 21.
extension StoreConformance {
    /// Makes the same random calls to the store and to a model without limits.
    ///
    /// How many events a store evicts depends on its limits, so that number is taken from its results. Which events it evicts is
    /// checked.
    func survivesRandomRun() async throws {
        var random = SplitMix64(seed: self.run.seed)
        var model = StoreContent()
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
                try self.require(result, is: model.settle(settlements, at: .distantPast), "Step \(step): the result of settling")
            case 15, 16:
                try await self.reject(model.pending.randomElement(using: &random), &model, step)
            case 17:
                let selection = DeadLetterSelection(types: Set(EventType.allCases.filter { _ in random.once(in: 2) }))
                let requeued = try await self.store.requeue(selection)
                let last = model.lastPosition
                try self.require(requeued, is: model.requeue(selection), "Step \(step): the number of requeued events")
                try await self.readNew(after: last, inOrder: false, &model, step)
            case 18:
                let selection = DeadLetterSelection(types: Set(EventType.allCases.filter { _ in random.once(in: 3) }))
                let discarded = try await self.store.discard(selection)
                let expected = model.discard(selection, at: .distantPast)
                try self.require(discarded, is: expected, "Step \(step): the discarded dead letters")
            default:
                try await self.store.reopen()
            }
            try await self.compare(model, step)
        }
    }

    private func randomEvents(from number: Int, using random: inout SplitMix64) -> [EncodedEvent] {
        let size = min(3000, self.options.maximumBytes / 300)
        let isOrders = random.once(in: 5)
        return (0..<Int.random(in: 0...24, using: &random))
            .map { offset in
                let type = isOrders ? .purchase : EventType.allCases.randomElement(using: &random) ?? .pageView
                return StoreEvents.event(number + offset, type, bytes: Int.random(in: 0...max(1, size), using: &random))
            }
    }

    private static func randomOutcome(using random: inout SplitMix64) -> Settlement.Outcome {
        let outcomes: [Settlement.Outcome] = [.delivered, .delivered, .delivered, .dropped, .failed]
        return outcomes.randomElement(using: &random) ?? .delivered
    }

    private func append(_ events: [EncodedEvent], _ model: inout StoreContent, _ step: Int) async throws {
        do {
            var evicted = try await self.store.append(events)
            if !evicted.isEmpty, events.contains(where: { EventPriority($0.type) == .orders }) {
                evicted = try await self.subtractLetters(from: evicted, &model)
            }
            let last = model.lastPosition
            _ = try model.append(events)
            let expected = model.evict(evicted.values.reduce(0, +))
            try self.require(evicted, is: expected, "Step \(step): the evicted events, the oldest of the lowest priority")
            try await self.readNew(after: last, inOrder: true, &model, step)
        } catch let error as EventStoreError {
            try self.require(error.code, is: .full, "Step \(step): the error of an append")
        }
    }

    /// Removes the dead letters that the store evicted for orders, which the protocol does not require, from the model.
    ///
    /// - Returns: The number of evicted events without these dead letters, by type.
    private func subtractLetters(from evicted: [EventType: Int], _ model: inout StoreContent) async throws -> [EventType: Int] {
        let kept = Set(try await self.store.deadLetters().map(\.event.id))
        let isKept = { (letter: DeadLetter) in EventPriority(letter.event.type) == .orders || kept.contains(letter.event.id) }
        let letters = StoreEvents.counts(model.letters.filter { !isKept($0) }.map(\.event))
        model.letters.removeAll { !isKept($0) }
        return evicted.merging(letters, uniquingKeysWith: -).filter { $0.value != 0 }
    }

    /// Moves an event to the dead letters, which may evict one or refuse the event.
    private func reject(_ stored: StoredEvent?, _ model: inout StoreContent, _ step: Int) async throws {
        guard let stored else { return }
        let settlement = Settlement(position: stored.position, outcome: .deadLetter(reason: "step \(step)"))
        let result = try await self.store.settle([settlement])
        guard result.refused.isEmpty else {
            let isFull = (model.letters.map(\.event) + [stored.event]).allSatisfy { EventPriority($0.type) == .orders }
            return try self.require(isFull, "Step \(step): the dead letter is accepted.", "It is refused.")
        }
        _ = model.settle([settlement], at: .distantPast)
        let expected = model.evictLetters(result.evicted.values.reduce(0, +))
        try self.require(result.evicted, is: expected, "Step \(step): the evicted dead letters")
    }

    /// Takes the positions of new events from the store, and checks that they grow.
    private func readNew(after last: UInt64, inOrder: Bool, _ model: inout StoreContent, _ step: Int) async throws {
        let new = try await self.store.pending().filter { $0.position > last }
        let expected = model.pending.filter { $0.position > last }.map(\.event)
        let seen = new.map(\.event)
        try self.require(
            inOrder ? seen : StoreEvents.sorted(seen),
            are: inOrder ? expected : StoreEvents.sorted(expected),
            "Step \(step): the events with new positions, which are greater than \(last)"
        )
        model.setPositions(after: last, new)
    }

    private func compare(_ model: StoreContent, _ step: Int) async throws {
        let pending = try await self.store.pending()
        // The content of all of them is compared less often, because that takes most of the time.
        if (step + 1).isMultiple(of: 16) || pending.map(\.event.id) != model.pending.map(\.event.id) {
            try self.require(pending.map(\.event), are: model.pending.map(\.event), "Step \(step): the pending events")
        }
        try self.require(pending.map(\.position), is: model.pending.map(\.position), "Step \(step): the positions")
        try self.require(pending.map(\.failures), is: model.pending.map(\.failures), "Step \(step): the failures")
        let letters = try await self.store.deadLetters()
        try self.require(letters.map(\.event), are: model.letters.reversed().map(\.event), "Step \(step): the dead letters")
        try self.require(letters.map(\.reason), is: model.letters.reversed().map(\.reason), "Step \(step): the reasons")
        let summary = try await self.store.summary()
        try self.require(summary.pending, is: model.summary.pending, "Step \(step): the pending events by type in the summary")
        try self.require(
            summary.deadLetters,
            is: model.summary.deadLetters,
            "Step \(step): the dead letters by type in the summary"
        )
    }
}
