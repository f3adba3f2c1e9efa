//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule

/// The events that some branches of a multiplex have accepted and others have not.
///
/// For each branch it counts how often an event was accepted. A delivery takes these acceptances and skips the branch for them; when
/// it fails again, it puts them back. So an acceptance is used once: two equal batches in flight cannot share one, and a branch
/// never misses an event that it has not accepted itself.
struct AcceptanceLedger {
    /// An event, told apart by its ID and its content.
    ///
    /// The ID alone is not enough: trackers that share a multiplex do not share a generator of IDs.
    private struct Key: Hashable {
        let id: EventID
        let contentHash: Int
    }

    private struct Entry {
        /// The number of acceptances by branch.
        var counts: [Int]
        /// The entry's turn in ``order``.
        var turn: UInt64
    }

    private let branchCount: Int
    /// The maximum number of events; the oldest beyond it are forgotten, and a branch may receive them twice.
    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    /// The events, the oldest first; an element is outdated when its entry has another turn.
    private var order: Deque<(key: Key, turn: UInt64)> = []
    private var nextTurn: UInt64 = 0

    init(branchCount: Int, capacity: Int) {
        self.branchCount = branchCount
        self.capacity = max(1, capacity)
    }

    /// The number of events.
    var count: Int { self.entries.count }

    /// Takes the acceptances of a batch's events.
    ///
    /// - Parameter batch: The batch.
    /// - Returns: For each branch, the positions of the events that it has accepted.
    mutating func take(_ batch: EventBatch) -> [Set<Int>] {
        var accepted = [Set<Int>](repeating: [], count: self.branchCount)
        // What most deliveries find.
        guard !self.entries.isEmpty else { return accepted }
        for position in batch.indices {
            let key = AcceptanceLedger.key(batch, position)
            guard var entry = self.entries[key] else { continue }
            for branch in entry.counts.indices where entry.counts[branch] > 0 {
                entry.counts[branch] -= 1
                accepted[branch].insert(position)
            }
            self.entries[key] = entry.counts.contains { $0 > 0 } ? entry : nil
        }
        return accepted
    }

    /// Puts acceptances back, or records new ones.
    ///
    /// - Parameters:
    ///   - accepted: For each branch, the positions of the events that it has accepted.
    ///   - batch: The batch.
    mutating func put(_ accepted: [Set<Int>], of batch: EventBatch) {
        for position in batch.indices {
            let branches = accepted.indices.filter { accepted[$0].contains(position) }
            guard !branches.isEmpty else { continue }
            let key = AcceptanceLedger.key(batch, position)
            var entry = self.entries[key] ?? Entry(counts: Array(repeating: 0, count: self.branchCount), turn: 0)
            for branch in branches { entry.counts[branch] += 1 }
            // A batch that is retried for a long time becomes the newest each time, and does not evict itself.
            self.nextTurn += 1
            entry.turn = self.nextTurn
            self.entries[key] = entry
            self.order.append((key, entry.turn))
        }
        self.evict()
    }

    private mutating func evict() {
        while self.entries.count > self.capacity, let oldest = self.order.popFirst() {
            if self.entries[oldest.key]?.turn == oldest.turn { self.entries[oldest.key] = nil }
        }
        if self.order.count > 2 * self.entries.count + 64 {
            self.order.removeAll { self.entries[$0.key]?.turn != $0.turn }
        }
    }

    private static func key(_ batch: EventBatch, _ position: Int) -> Key {
        let entry = batch.entries[position]
        var hasher = Hasher()
        batch.body[entry.range].withUnsafeBytes { hasher.combine(bytes: $0) }
        return Key(id: entry.header.id, contentHash: hasher.finalize())
    }
}
