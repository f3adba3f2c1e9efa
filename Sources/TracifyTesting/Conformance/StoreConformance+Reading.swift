//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// Requirements 1 to 3.
extension StoreConformance {
    func readsInOrder() async throws {
        let events = StoreEvents.events(0..<60)
        for range in [0..<1, 1..<50, 50..<60] { try await self.store.append(Array(events[range])) }
        for lane in DeliveryLane.allCases {
            let expected = events.filter { DeliveryLane($0.type) == lane }
            try self.require(try await self.store.read(lane).map(\.event), are: expected, "The events of the lane \(lane)")
            var paged: [StoredEvent] = []
            while let page = try await self.page(lane, after: paged.last?.position ?? 0) { paged += page }
            try self.require(paged.map(\.event), are: expected, "The lane \(lane), read in pages of 7")
            try self.require(paged.allSatisfy { $0.failures == 0 }, "Events without failures.", "Events with failures.")
            for (position, count) in [(paged.last?.position ?? 0, 7), (.max, 7), (0, 0)] as [(UInt64, Int)] {
                let read = try await self.store.read(lane, after: position, count: count)
                try self.require(read.map(\.event), are: [], "Events after position \(position), at most \(count)")
            }
        }
    }

    private func page(_ lane: DeliveryLane, after position: UInt64) async throws -> [StoredEvent]? {
        let page = try await self.store.read(lane, after: position, count: 7)
        try self.require(page.count <= 7, "At most 7 events.", "\(page.count) events.")
        try self.require(page.allSatisfy { $0.position > position }, "Events after position \(position).", "An earlier one.")
        return page.isEmpty ? nil : page
    }

    func keepsLanesApart() async throws {
        let events = StoreEvents.events(0..<30)
        try await self.store.append(events)
        for lane in DeliveryLane.allCases {
            let read = try await self.store.read(lane)
            try self.require(
                read.allSatisfy { DeliveryLane($0.event.type) == lane },
                "Only events of the lane \(lane).",
                "Events of the other lane."
            )
        }
        try await self.store.settle(try await self.store.read(.orders).map(\.position), .delivered)
        let observations = try await self.store.read(.observations).map(\.event)
        try self.require(
            observations,
            are: events.filter { DeliveryLane($0.type) == .observations },
            "The observations after all orders were delivered"
        )
    }

    func growsPositions() async throws {
        var last: UInt64 = 0
        for round in 0..<5 {
            let events = StoreEvents.events((round * 10)..<(round * 10 + 10))
            try await self.store.append(events)
            if round == 1 {
                // A requeued event has a new position, too.
                let first = try await self.store.pending().prefix(2).map(\.position)
                try await self.store.settle(first, .deadLetter(reason: "rejected"))
                _ = try await self.store.requeue()
            }
            let pending = try await self.store.pending()
            if round != 1 {
                try self.require(pending.map(\.event), are: events, "The events by position, which is the order of the append")
            }
            let positions = pending.map(\.position)
            try self.require(Set(positions).count == positions.count, "Positions that differ.", "\(positions).")
            try self.require(
                positions.allSatisfy { $0 > last },
                "Positions greater than \(last), which was used before.",
                "\(positions)."
            )
            last = positions.last ?? last
            try await self.store.settle(positions, .delivered)
            if round.isMultiple(of: 2) { try await self.store.reopen() }
        }
    }
}
