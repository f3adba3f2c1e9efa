#if SQLite
import Foundation
import Testing
import Tracify

@testable import TracifySQLite

/// What a store should hold, in plain arrays.
private struct Model {
    struct Entry: Equatable {
        let id: UInt64
        let event: StorableEvent
    }

    var entries: [Entry] = []
    var dead: [Entry] = []
    var lastID: UInt64 = 0
    let maximumDead: Int

    static func classOf(_ type: EventType) -> Int {
        switch type {
        case .pageView: 0
        case .productView, .addToCart: 1
        default: 2
        }
    }

    mutating func removeOldest(_ count: Int, inClass number: Int) -> [EventType: Int] {
        var counts: [EventType: Int] = [:]
        var left = count
        self.entries.removeAll { entry in
            guard left > 0, Model.classOf(entry.event.type) == number else { return false }
            left -= 1
            counts[entry.event.type, default: 0] += 1
            return true
        }
        return counts
    }

    mutating func setAside(_ ids: Set<UInt64>) -> [EventType: Int] {
        self.dead.append(contentsOf: self.entries.filter { ids.contains($0.id) })
        self.entries.removeAll { ids.contains($0.id) }
        let surplus = self.dead.prefix(max(0, self.dead.count - self.maximumDead))
        self.dead.removeFirst(surplus.count)
        return surplus.reduce(into: [:]) { $0[$1.event.type, default: 0] += 1 }
    }
}

@Suite("Against a model")
struct ModelTests {
    let directory = TemporaryDirectory()

    @Test("Any sequence of calls keeps what it should, in order, within the bounds", arguments: 1...8)
    func randomCalls(seed: UInt64) async throws {
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
                    let highest = events.map { Model.classOf($0.type) }.max() ?? 0
                    #expect(error.code == .full)
                    // Refused only when what may not go for it leaves no room; pages are half full at worst.
                    let bytes = events.filter { Model.classOf($0.type) == highest }.reduce(0) { $0 + $1.json.count }
                    let kept = model.entries.filter { Model.classOf($0.event.type) > min(highest, 1) } + model.dead
                    let needed = kept.reduce(bytes) { $0 + $1.event.json.count }
                    #expect(needed * 2 > Int(maximumBytes) * 3 / 4, "step \(step)")
                }
            case 11..<16:
                let count = Int.random(in: 0...60, using: &generator)
                let after = model.entries.randomElement(using: &generator)?.id ?? 0
                let ids = try await store.events(after: Bool.random(using: &generator) ? 0 : after, count: count).map(\.id)
                    .filter { _ in Int.random(in: 0..<10, using: &generator) > 0 }
                try await store.remove(ids)
                let gone = Set(ids)
                model.entries.removeAll { gone.contains($0.id) }
            case 16, 17:
                let ids = model.entries.map(\.id).shuffled(using: &generator).prefix(Int.random(in: 0...8, using: &generator))
                for id in ids {
                    #expect(try await store.setAside([id], reason: "seed \(seed)") == model.setAside([id]))
                }
            case 18:
                #expect(try await store.putBackDeadLetters() == model.dead.count)
                for entry in model.dead {
                    model.lastID += 1
                    model.entries.append(Model.Entry(id: model.lastID, event: entry.event))
                }
                model.dead = []
            default:
                await store.close()
                store = try self.directory.open(maximumBytes: maximumBytes, maximumDeadLetters: model.maximumDead)
                #expect(store.setAsidePath == nil)
            }
            try await self.compare(store, model, "seed \(seed), step \(step)")
            // The call's own size is the slack that is stated.
            #expect(self.directory.storeBytes <= Int(maximumBytes) + 128 * 1024, "step \(step)")
        }
        #expect(evictions + refusals > 0, "the bound was never met")
        await store.close()
    }

    /// Applies an append to the model. Of each class the oldest went, and less important ones went first.
    private func check(
        append events: [StorableEvent],
        evicted: [EventType: Int],
        _ store: SQLiteEventStore,
        _ model: inout Model
    ) async throws {
        let before = model.lastID
        let stored = try await store.events(after: before, count: .max)
        var remaining = events[...]
        for event in stored {
            let index = try #require(remaining.firstIndex { $0.type == event.type && $0.json == Array(event.json) })
            remaining = remaining[(index + 1)...]
        }
        #expect(stored.map(\.id) == (0..<UInt64(stored.count)).map { before + 1 + $0 })
        let included = Set(stored.map { Model.classOf($0.type) })
        var counts: [EventType: Int] = [:]
        for event in events where !included.contains(Model.classOf(event.type)) { counts[event.type, default: 0] += 1 }
        let ownHighest = counts.keys.map(Model.classOf).max() ?? -1
        #expect(ownHighest < (events.map { Model.classOf($0.type) }.max() ?? 0), "never of the most important class")
        for number in 0...1 {
            let total = evicted.filter { Model.classOf($0.key) == number }.values.reduce(0, +)
            let own = counts.filter { Model.classOf($0.key) == number }.values.reduce(0, +)
            counts.merge(model.removeOldest(total - own, inClass: number), uniquingKeysWith: +)
        }
        #expect(counts == evicted, "conservation")
        if evicted.keys.contains(where: { Model.classOf($0) == 1 }) {
            #expect(!model.entries.contains { Model.classOf($0.event.type) == 0 }, "page views go first")
        }
        model.entries.append(
            contentsOf: stored.map {
                Model.Entry(id: $0.id, event: StorableEvent(type: $0.type, json: Array($0.json)))
            }
        )
        model.lastID += UInt64(stored.count)
    }

    private func compare(_ store: SQLiteEventStore, _ model: Model, _ comment: Comment) async throws {
        let all = try await store.all().map { Model.Entry(id: $0.id, event: StorableEvent(type: $0.type, json: Array($0.json))) }
        #expect(all == model.entries, comment)
        let dead = try await store.deadLetters(count: .max).map(\.event)
        let deadEntries = dead.map { Model.Entry(id: $0.id, event: StorableEvent(type: $0.type, json: Array($0.json))) }
        #expect(deadEntries == model.dead.reversed(), comment)
        let waiting = model.entries.reduce(into: [EventType: Int]()) { $0[$1.event.type, default: 0] += 1 }
        #expect(try await store.waiting() == waiting, comment)
    }
}
#endif
