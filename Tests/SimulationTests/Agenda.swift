//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// What happens at which simulated time, in the order of time; of equal times, in an order that the seed decides.
struct Agenda<Action> {
    /// A time with the place of its action, which is large and not moved.
    private struct Entry {
        let time: SimulatedInstant
        let rank: UInt64
        let slot: Int
    }

    /// A binary heap, the earliest first.
    private var heap: [Entry] = []
    private var actions: [Action?] = []
    private var freeSlots: [Int] = []

    mutating func add(_ action: Action, at time: SimulatedInstant, rank: UInt64) {
        let slot: Int
        if let free = self.freeSlots.popLast() {
            slot = free
            self.actions[slot] = action
        } else {
            slot = self.actions.count
            self.actions.append(action)
        }
        self.heap.append(Entry(time: time, rank: rank, slot: slot))
        var child = self.heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.precedes(self.heap[child], self.heap[parent]) else { break }
            self.heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popFirst() -> (time: SimulatedInstant, action: Action)? {
        guard let first = self.heap.first, let last = self.heap.popLast() else { return nil }
        if !self.heap.isEmpty {
            self.heap[0] = last
            self.sink()
        }
        guard let action = self.actions[first.slot].take() else { return nil }
        self.freeSlots.append(first.slot)
        return (first.time, action)
    }

    /// Moves the first entry to its place.
    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in (2 * parent + 1)..<min(2 * parent + 3, max(2 * parent + 1, self.heap.count)) {
                if Self.precedes(self.heap[child], self.heap[least]) { least = child }
            }
            guard least != parent else { return }
            self.heap.swapAt(parent, least)
            parent = least
        }
    }

    private static func precedes(_ lhs: Entry, _ rhs: Entry) -> Bool {
        lhs.time == rhs.time ? lhs.rank < rhs.rank : lhs.time < rhs.time
    }
}
