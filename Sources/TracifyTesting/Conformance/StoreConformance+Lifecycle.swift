//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// Requirements 15 to 18.
extension StoreConformance {
    func survivesReopening() async throws {
        try await self.store.append(StoreEvents.events(0..<30))
        let positions = try await self.store.pending().map(\.position)
        try await self.store.settle(Array(positions[0..<6]), .delivered)
        for position in positions[6..<12] { try await self.store.settle([position], .deadLetter(reason: "rejected")) }
        try await self.store.settle(Array(positions[12..<15]), .failed)
        _ = try await self.store.requeue(DeadLetterSelection(types: [.pageView]))
        let pending = try await self.store.pending()
        let letters = try await self.store.deadLetters()
        for _ in 0..<2 {
            try await self.store.reopen()
            let reopened = try await self.store.pending()
            try self.require(reopened.map(\.event), are: pending.map(\.event), "The pending events")
            try self.require(reopened.map(\.position), is: pending.map(\.position), "The positions")
            try self.require(reopened.map(\.failures), is: pending.map(\.failures), "The counted failures")
            let kept = try await self.store.deadLetters()
            try self.require(kept.map(\.event), are: letters.map(\.event), "The dead letters")
            try self.require(kept.map(\.reason), is: letters.map(\.reason), "The reasons of the dead letters")
            try self.require(kept.map(\.date) == letters.map(\.date), "The times of the dead letters.", "Other times.")
            try await self.checkSummary(hasOldest: false)
        }
    }

    func runsConcurrently() async throws {
        let store = self.store
        let (writers, rounds) = (6, 12)
        let settled = try await withThrowingTaskGroup(of: [EncodedEvent].self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for round in 0..<rounds {
                        let number = (writer * rounds + round) * 2
                        try await store.append([
                            StoreEvents.event(number, .purchase), StoreEvents.event(number + 1, .pageView),
                        ])
                    }
                    return []
                }
            }
            for lane in DeliveryLane.allCases {
                group.addTask {
                    var settled: [EncodedEvent] = []
                    for _ in 0..<rounds {
                        let events = try await store.read(lane, count: 3)
                        try await store.settle(events.map(\.position), .delivered)
                        settled += events.map(\.event)
                    }
                    return settled
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let pending = try await self.store.pending()
        let all = StoreEvents.sorted(settled + pending.map(\.event))
        try self.require(
            all,
            are: StoreEvents.events(0..<(writers * rounds * 2), [.purchase, .pageView]),
            "The events of all tasks, each settled once or pending"
        )
        for writer in 0..<writers {
            let numbers = pending.map { StoreEvents.number($0.event) }.filter { $0 / (rounds * 2) == writer }
            try self.require(numbers, is: numbers.sorted(), "The events of one task, in its order")
        }
        let positions = pending.map(\.position)
        try self.require(Set(positions).count == positions.count, "Positions that differ.", "Equal positions.")
    }

    func closes() async throws {
        try await self.checkRaceWithClosing()
        try await self.store.append([StoreEvents.event(1000, .purchase)])
        let pending = try await self.store.pending()
        for _ in 0..<2 { try await self.store.close() }
        let position = pending.first?.position ?? 1
        let calls: [(String, @Sendable (StoreProbe) async throws -> Void)] = [
            ("append(_:)", { try await $0.append([StoreEvents.event(1001, .purchase)]) }),
            ("read(_:after:count:)", { _ = try await $0.read(.orders, count: 1) }),
            ("settle(_:)", { try await $0.settle([position], .delivered) }),
            ("deadLetters(_:count:)", { _ = try await $0.deadLetters(count: 1) }),
            ("requeueDeadLetters(_:)", { _ = try await $0.requeue() }),
            ("discardDeadLetters(_:)", { _ = try await $0.discard() }),
            ("summary()", { _ = try await $0.summary() }),
            ("deliveries(ofOrder:)", { _ = try await $0.deliveries(ofOrder: "1") }),
        ]
        for (name, call) in calls {
            var seen = "It returned"
            do {
                try await call(self.store)
            } catch let error as EventStoreError {
                seen = "\(error.code)"
            }
            try self.require(seen == "\(EventStoreError.Code.closed)", "\(name) throws `closed` after close().", "\(seen).")
        }
        try await self.store.reopen()
        try self.require(try await self.store.pending().map(\.event), are: pending.map(\.event), "The events after reopening")
    }

    /// Appends while the store closes, and checks that exactly the accepted events are there afterward.
    private func checkRaceWithClosing() async throws {
        let store = self.store
        for round in 0..<4 {
            let accepted = try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in (round * 20)..<(round * 20 + 20) {
                    group.addTask {
                        do {
                            try await store.append([StoreEvents.event(number, .purchase)])
                            return number
                        } catch let error as EventStoreError where error.code == .closed {
                            return nil
                        }
                    }
                }
                group.addTask {
                    try await store.close()
                    return nil
                }
                return try await group.reduce(into: [Int]()) { if let number = $1 { $0.append(number) } }
            }
            try await self.store.reopen()
            let pending = try await self.store.pending()
            try self.require(
                pending.map { StoreEvents.number($0.event) }.sorted(),
                is: accepted.sorted(),
                "The events whose append returned while the store was closed"
            )
            try await self.store.settle(pending.map(\.position), .delivered)
        }
    }

    func survivesCancellation() async throws {
        let store = self.store
        var returned: Set<Int> = []
        for number in 0..<24 {
            let events = StoreEvents.events((number * 4)..<(number * 4 + 4), [.purchase, .pageView])
            if try await store.cancelledCall(early: number.isMultiple(of: 2), { try await $0.append(events) }) != nil {
                returned.insert(number)
            }
        }
        try await self.checkWhole(appends: 24, returned)
        try await self.store.reopen()
        try await self.checkWhole(appends: 24, returned)
        for stored in try await self.store.pending() {
            let isEarly = stored.position.isMultiple(of: 2)
            let settlement = Settlement(position: stored.position, outcome: .delivered)
            let result = try await store.cancelledCall(early: isEarly) { try await $0.settle([settlement]) }
            let isPending = try await self.store.pending().contains { $0.position == stored.position }
            try self.require(result == nil || !isPending, "A settlement that returned has its effect.", "The event is pending.")
        }
    }

    /// Checks that appends of four events each are there as a whole, or not at all when they threw.
    private func checkWhole(appends: Int, _ returned: Set<Int>) async throws {
        let groups = Dictionary(grouping: try await self.store.pending()) { StoreEvents.number($0.event) / 4 }
        for number in 0..<appends {
            let count = groups[number]?.count ?? 0
            let isWhole = count == 4 || (count == 0 && !returned.contains(number))
            let result = returned.contains(number) ? "returned: 4" : "threw: 4 or none"
            try self.require(isWhole, "The events of a cancelled append of 4 that \(result).", "\(count).")
        }
    }
}
