//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import Testing
import Tracify

@testable import TracifySQLite

/// The expected content of a store, in arrays.
private struct Model {
    var entries: [StoredEvent] = []
    var dead: [EncodedEvent] = []
    var lastPosition: UInt64 = 0
    let maximumDead: Int

    static func priority(_ type: EventType) -> Int {
        switch type {
        case .pageView: 0
        case .productView, .addToCart: 1
        default: 2
        }
    }

    mutating func removeOldest(_ count: Int, ofPriority number: Int) -> [EventType: Int] {
        var counts: [EventType: Int] = [:]
        var left = count
        self.entries.removeAll { entry in
            guard left > 0, Model.priority(entry.event.type) == number else { return false }
            left -= 1
            counts[entry.event.type, default: 0] += 1
            return true
        }
        return counts
    }

    /// Moves an event to the dead letters: page views' are evicted first, and an order that finds no room stays.
    mutating func moveToDeadLetters(_ position: UInt64) -> SettlementResult {
        guard let entry = self.entries.first(where: { $0.position == position }) else { return SettlementResult() }
        if Model.priority(entry.event.type) == 2, self.dead.filter({ Model.priority($0.type) == 2 }).count >= self.maximumDead {
            return SettlementResult(refused: [position])
        }
        self.entries.removeAll { $0.position == position }
        self.dead.append(entry.event)
        guard self.dead.count > self.maximumDead,
            let index = self.dead.firstIndex(where: { Model.priority($0.type) == 0 })
                ?? self.dead.firstIndex(where: { Model.priority($0.type) == 1 })
        else { return SettlementResult() }
        return SettlementResult(evicted: [self.dead.remove(at: index).type: 1])
    }

    /// Removes the oldest dead letters that may be evicted for orders.
    mutating func removeOldestDead(_ count: Int) -> [EventType: Int] {
        var counts: [EventType: Int] = [:]
        for _ in 0..<count {
            guard let index = self.dead.firstIndex(where: { Model.priority($0.type) < 2 }) else { break }
            counts[self.dead.remove(at: index).type, default: 0] += 1
        }
        return counts
    }
}

@Suite
struct ModelTests {
    let directory = TemporaryDirectory()

    @Test(arguments: 1...4)
    func behavesLikeTheModelForRandomCalls(seed: UInt64) async throws {
        var generator = SplitMix64(seed: seed)
        let maximumBytes: Int64 = 1 << 20
        var model = Model(maximumDead: 20)
        var store = try self.directory.open(maximumBytes: maximumBytes, maximumDeadLetters: model.maximumDead)
        var number = 0
        var refusals = 0
        var evictions = 0
        for step in 0..<250 {
            switch Int.random(in: 0..<20, using: &generator) {
            case 0..<11:
                let isOrders = Int.random(in: 0..<4, using: &generator) == 0
                let events = (0..<Int.random(in: 0...40, using: &generator))
                    .map { offset in
                        let type: EventType =
                            isOrders ? .purchase : EventType.allCases.randomElement(using: &generator) ?? .pageView
                        return event(number + offset, type, bytes: Int.random(in: 10...3000, using: &generator))
                    }
                number += events.count
                do {
                    let evicted = try await store.append(events)
                    evictions += evicted.values.reduce(0, +)
                    try await self.check(append: events, evicted: evicted, store, &model)
                } catch let error as EventStoreError {
                    refusals += 1
                    let highest = events.map { Model.priority($0.type) }.max() ?? 0
                    #expect(error.code == .full)
                    // Refused only when what cannot be evicted leaves no room; pages are half full at worst.
                    let bytes = events.filter { Model.priority($0.type) == highest }.reduce(0) { $0 + $1.json.count }
                    let dead = highest == 2 ? model.dead.filter { Model.priority($0.type) == 2 } : model.dead
                    let kept = model.entries.map(\.event).filter { Model.priority($0.type) > min(highest, 1) } + dead
                    let needed = kept.reduce(bytes) { $0 + $1.json.count }
                    #expect(needed * 2 > Int(maximumBytes) * 3 / 4, "step \(step)")
                }
            case 11..<16:
                let count = Int.random(in: 0...60, using: &generator)
                let after = model.entries.randomElement(using: &generator)?.position ?? 0
                let positions = try await store.events(after: Bool.random(using: &generator) ? 0 : after, count: count)
                    .map(\.position)
                    .filter { _ in Int.random(in: 0..<10, using: &generator) > 0 }
                try await store.remove(positions)
                let removed = Set(positions)
                model.entries.removeAll { removed.contains($0.position) }
            case 16, 17:
                let positions = model.entries.map(\.position).shuffled(using: &generator)
                for position in positions.prefix(Int.random(in: 0...8, using: &generator)) {
                    let result = try await store.settle([.init(position: position, outcome: .deadLetter(reason: "seed \(seed)"))])
                    #expect(result == model.moveToDeadLetters(position))
                }
            case 18:
                #expect(try await store.requeueDeadLetters(.all) == model.dead.count)
                for event in model.dead {
                    model.lastPosition += 1
                    model.entries.append(StoredEvent(position: model.lastPosition, event: event))
                }
                model.dead = []
            default:
                await store.close()
                store = try self.directory.open(maximumBytes: maximumBytes, maximumDeadLetters: model.maximumDead)
                #expect(store.quarantinePath == nil)
            }
            try await self.compare(store, model, "seed \(seed), step \(step)")
            // The documented exception: the log grows by the size of a call.
            #expect(self.directory.storeBytes <= Int(maximumBytes) + 128 * 1024, "step \(step)")
        }
        #expect(evictions + refusals > 0, "the byte limit was never reached")
        await store.close()
    }

    /// Applies an append to the model: the oldest of each priority are evicted, lower priorities first.
    private func check(
        append events: [EncodedEvent],
        evicted: [EventType: Int],
        _ store: SQLiteEventStore,
        _ model: inout Model
    ) async throws {
        let before = model.lastPosition
        let stored = try await store.events(after: before, count: .max)
        var remaining = events[...]
        for event in stored.map(\.event) {
            let index = try #require(remaining.firstIndex { areSame([$0], [event]) })
            remaining = remaining[(index + 1)...]
        }
        #expect(stored.map(\.position) == (0..<UInt64(stored.count)).map { before + 1 + $0 })
        let included = Set(stored.map { Model.priority($0.event.type) })
        var counts: [EventType: Int] = [:]
        for event in events where !included.contains(Model.priority(event.type)) { counts[event.type, default: 0] += 1 }
        let ownHighest = counts.keys.map(Model.priority).max() ?? -1
        #expect(ownHighest < (events.map { Model.priority($0.type) }.max() ?? 0), "never of the highest priority")
        // The number of evicted dead letters is not in the result; it is the store's, and must be plausible.
        let letters = try await store.deadLetters(.all, count: .max).count
        if letters < model.dead.count {
            #expect(events.contains { Model.priority($0.type) == 2 }, "only for orders")
            #expect(!model.entries.contains { Model.priority($0.event.type) < 2 } || evicted.values.reduce(0, +) > 0)
            for (type, count) in model.removeOldestDead(model.dead.count - letters) { counts[type, default: 0] += count }
        }
        let other = counts
        for number in 0...1 {
            let total = evicted.filter { Model.priority($0.key) == number }.values.reduce(0, +)
            let own = other.filter { Model.priority($0.key) == number }.values.reduce(0, +)
            counts.merge(model.removeOldest(total - own, ofPriority: number), uniquingKeysWith: +)
        }
        #expect(counts == evicted, "conservation")
        if evicted.keys.contains(where: { Model.priority($0) == 1 }) {
            #expect(!model.entries.contains { Model.priority($0.event.type) == 0 }, "page views are evicted first")
        }
        model.entries.append(contentsOf: stored)
        model.lastPosition += UInt64(stored.count)
    }

    private func compare(_ store: SQLiteEventStore, _ model: Model, _ comment: Comment) async throws {
        let stored = try await store.all()
        #expect(areSame(stored, model.entries), comment)
        let dead = try await store.deadLetters(.all, count: .max).map(\.event)
        #expect(areSame(dead, model.dead.reversed()), comment)
        let pending = model.entries.reduce(into: [EventType: Int]()) { $0[$1.event.type, default: 0] += 1 }
        #expect(try await store.pendingCounts() == pending, comment)
    }
}
#endif
