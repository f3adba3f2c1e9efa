//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import SimulatedDisk
import Tracify

@testable import TracifySQLite

/// A recorded run of a store on a simulated disk.
///
/// The calls are made one after another and depend on the seed only.
struct RecordedRun: Sendable {
    /// One call.
    struct Step: Sendable {
        let name: String
        /// The length of the disk's log before the call.
        let start: Int
        /// The length of the disk's log when the call had returned.
        let end: Int
        /// The content of the store after the call.
        let content: StoreContent
        /// The orders that must be in the store, pending or as a dead letter, after the call.
        let orders: Set<Int>
        /// The highest position that the store had given.
        let lastPosition: UInt64
    }

    let disk: SimulatedDisk
    let steps: [Step]
    /// The number of evicted events.
    let evictions: Int
}

/// Makes the calls of a ``RecordedRun``.
struct RunRecorder {
    private let disk: SimulatedDisk
    private let opening: StoreOpening
    private var store: SQLiteEventStore
    private var generator: SplitMix64
    private var steps: [RecordedRun.Step] = []
    private var content = StoreContent.empty
    private var orders: Set<Int> = []
    private var nextNumber = 0
    private var evictions = 0
    private var lastPosition: UInt64 = 0

    private init(seed: UInt64, disk: SimulatedDisk, opening: StoreOpening) throws {
        self.generator = SplitMix64(seed: seed)
        self.disk = disk
        self.opening = opening
        self.store = try opening.open(disk)
    }

    /// Records a run of a number of calls on an empty disk.
    static func record(
        seed: UInt64,
        calls: Int,
        on disk: SimulatedDisk,
        opening: StoreOpening = StoreOpening()
    ) async throws -> RecordedRun {
        var recorder = try RunRecorder(seed: seed, disk: disk, opening: opening)
        try await recorder.finish("open", start: 0)
        for _ in 0..<calls { try await recorder.call() }
        let start = disk.logLength
        await recorder.store.close()
        recorder.append("close", start: start)
        return RecordedRun(disk: disk, steps: recorder.steps, evictions: recorder.evictions)
    }

    private mutating func append(_ name: String, start: Int) {
        self.lastPosition = max(self.lastPosition, self.content.pending.last?.position ?? 0)
        self.steps.append(
            RecordedRun.Step(
                name: name,
                start: start,
                end: self.disk.logLength,
                content: self.content,
                orders: self.orders,
                lastPosition: self.lastPosition
            )
        )
    }

    private mutating func finish(_ name: String, start: Int) async throws {
        self.content = try await StoreContent(of: self.store)
        guard self.orders.isSubset(of: self.content.numbers) else {
            throw PowerLossFailure("\(name) lost orders without a power loss")
        }
        self.append(name, start: start)
    }

    private mutating func call() async throws {
        let start = self.disk.logLength
        // In an outage nothing is settled, so that the store becomes full.
        let isOutage = self.steps.count / 40 % 2 == 1
        switch Int.random(in: 0..<(isOutage ? 17 : 40), using: &self.generator) {
        case 0..<10: try await self.appendEvents(1...1, of: [.purchase, .conversion], start: start)
        case 10..<14:
            let types: [EventType] = [.pageView, .pageView, .productView, .addToCart]
            try await self.appendEvents(isOutage ? 20...60 : 1...20, of: types, start: start)
        case 14..<17: try await self.appendEvents(2...9, of: EventType.allCases, start: start)
        case 17..<33: try await self.settle(start: start)
        case 33..<35: try await self.requeue(start: start)
        case 35: try await self.discard(start: start)
        case 36, 37:
            _ = try await self.store.summary()
            try await self.finish("summary", start: start)
        default:
            await self.store.close()
            self.store = try self.opening.open(self.disk)
            try await self.finish("close and open", start: start)
        }
    }

    private mutating func appendEvents(_ counts: ClosedRange<Int>, of types: [EventType], start: Int) async throws {
        var events: [EncodedEvent] = []
        for _ in 0..<Int.random(in: counts, using: &self.generator) {
            guard let type = types.randomElement(using: &self.generator) else { return }
            let bytes = Int.random(in: 0..<4, using: &self.generator) == 0 ? 9000 : 1500
            let orderID = DeliveryLane(type) == .orders ? "order-\(self.nextNumber)" : nil
            let length = Int.random(in: 20...bytes, using: &self.generator)
            events.append(event(self.nextNumber, type, bytes: length, orderID: orderID))
            self.nextNumber += 1
        }
        if let evicted = try await self.store.appendUnlessFull(events) {
            self.evictions += evicted
            self.orders.formUnion(events.filter { DeliveryLane($0.type) == .orders }.compactMap { number($0) })
        }
        try await self.finish("append \(events.count)", start: start)
    }

    private mutating func settle(start: Int) async throws {
        let lane: DeliveryLane = Bool.random(using: &self.generator) ? .orders : .observations
        let events = try await self.store.read(lane, after: 0, count: .random(in: 1...40, using: &self.generator)).events
        var settlements: [Settlement] = []
        for stored in events where Int.random(in: 0..<8, using: &self.generator) > 0 {
            let outcome: Settlement.Outcome =
                switch Int.random(in: 0..<12, using: &self.generator) {
                case 0: .failed
                case 1: .deadLetter(reason: "rejected \(stored.position % 3)")
                case 2: .dropped
                default: .delivered
                }
            settlements.append(Settlement(position: stored.position, outcome: outcome))
        }
        let result = try await self.store.settle(settlements)
        let refused = Set(result.refused)
        let numbers = Dictionary(uniqueKeysWithValues: events.map { ($0.position, number($0) ?? -1) })
        for settlement in settlements where !refused.contains(settlement.position) {
            if case .delivered = settlement.outcome { self.orders.remove(numbers[settlement.position] ?? -1) }
            if case .dropped = settlement.outcome { self.orders.remove(numbers[settlement.position] ?? -1) }
        }
        self.evictions += result.evicted.values.reduce(0, +)
        try await self.finish("settle", start: start)
    }

    private mutating func requeue(start: Int) async throws {
        _ = try await self.store.requeueDeadLetters(DeadLetterSelection(reason: "rejected \(self.nextNumber % 3)"))
        try await self.finish("requeue", start: start)
    }

    private mutating func discard(start: Int) async throws {
        let selection = DeadLetterSelection(reason: "rejected \(self.nextNumber % 3)")
        let letters = try await self.store.deadLetters(selection, count: .max)
        _ = try await self.store.discardDeadLetters(selection)
        for letter in letters { self.orders.remove(number(letter.event) ?? -1) }
        try await self.finish("discard", start: start)
    }
}
#endif
