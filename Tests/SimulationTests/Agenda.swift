//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// What happens at which simulated time, in the order of time; of equal times, in an order that the seed decides.
struct Agenda<Action> {
    private struct Entry {
        let time: SimulatedInstant
        let rank: UInt64
        let action: Action
    }

    /// A binary heap, the earliest first.
    private var heap: [Entry] = []

    var isEmpty: Bool { self.heap.isEmpty }

    mutating func add(_ action: Action, at time: SimulatedInstant, rank: UInt64) {
        self.heap.append(Entry(time: time, rank: rank, action: action))
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
        guard !self.heap.isEmpty else { return (first.time, first.action) }
        self.heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < self.heap.count {
                if Self.precedes(self.heap[child], self.heap[least]) { least = child }
            }
            guard least != parent else { break }
            self.heap.swapAt(parent, least)
            parent = least
        }
        return (first.time, first.action)
    }

    private static func precedes(_ lhs: Entry, _ rhs: Entry) -> Bool {
        lhs.time == rhs.time ? lhs.rank < rhs.rank : lhs.time < rhs.time
    }
}
