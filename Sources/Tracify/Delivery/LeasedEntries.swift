//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule

/// The entries of an outbox that a relay has claimed, and what it remembers of others.
struct LeasedEntries: Sendable {
    private struct Lease {
        let id: EventID
        /// The time before the claim.
        var start: Duration
    }

    /// The number of rejected entries that are remembered; beyond it the oldest is sent again with its next lease.
    private static let maximumRejected = 10_000

    private var leases: [UInt64: Lease] = [:]
    private var positions: [EventID: UInt64] = [:]
    private var lastPosition: UInt64 = 0
    /// The counted failures of the claimed entries and of those that were given back.
    private var failures: [EventID: Int] = [:]
    private var rejected: [EventID: Duration] = [:]
    private var rejectedIDs: Deque<EventID> = []

    /// The IDs of the claimed entries.
    var ids: [EventID] { Array(self.positions.keys) }

    /// Notes a claimed entry.
    ///
    /// - Returns: Its new position and its counted failures; `nil` when it is not to be sent: it is claimed already, which lengthens its
    ///   lease, or it was rejected not long ago.
    mutating func claim(_ id: EventID, at now: Duration) -> (position: UInt64, failures: Int)? {
        if let position = self.positions[id] {
            self.leases[position]?.start = now
            return nil
        }
        if let end = self.rejected[id] {
            guard end <= now else { return nil }
            self.rejected[id] = nil
        }
        self.lastPosition += 1
        self.leases[self.lastPosition] = Lease(id: id, start: now)
        self.positions[id] = self.lastPosition
        return (self.lastPosition, self.failures[id] ?? 0)
    }

    func id(at position: UInt64) -> EventID? { self.leases[position]?.id }

    mutating func countFailure(at position: UInt64) {
        guard let id = self.id(at: position) else { return }
        self.failures[id, default: 0] += 1
    }

    /// Forgets entries that were delivered or dropped.
    mutating func forget(_ ids: [EventID]) {
        self.giveBack(ids)
        for id in ids { self.failures[id] = nil }
    }

    /// Forgets the lease of entries that will be claimed again.
    mutating func giveBack(_ ids: [EventID]) {
        for id in ids {
            if let position = self.positions.removeValue(forKey: id) { self.leases[position] = nil }
        }
        // What other servers deliver is never heard of again.
        if self.failures.count > Self.maximumRejected { self.failures = self.failures.filter { self.positions[$0.key] != nil } }
    }

    /// Notes that an entry is not sent again before a time, although it stays in the outbox.
    mutating func reject(_ id: EventID, until end: Duration) {
        self.forget([id])
        if self.rejected.updateValue(end, forKey: id) == nil { self.rejectedIDs.append(id) }
        while self.rejectedIDs.count > Self.maximumRejected, let oldest = self.rejectedIDs.popFirst() {
            self.rejected[oldest] = nil
        }
    }

    /// Returns the IDs of the entries that were claimed before a time.
    func ids(claimedBefore time: Duration) -> Set<EventID> {
        Set(self.leases.values.lazy.filter { $0.start < time }.map(\.id))
    }
}
