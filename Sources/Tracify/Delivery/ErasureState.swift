//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The erasures of visitors that are under way, as an exporter's core sees them.
struct ErasureState: Sendable {
    /// The number of erasures for which no records may be taken.
    private var beforeErasing = 0
    /// The number of erasures for which no events may be read from the store.
    private var unfinished = 0
    /// The IDs of the events in flight that are removed when their delivery fails, by the first ID of their batch.
    var sending: [EventID: Set<EventID>] = [:]
    /// The number of events in flight that were removed when their delivery failed, by type.
    var returned: [EventType: Int] = [:]

    /// Pauses taking and reading observations.
    mutating func begin() {
        self.beforeErasing += 1
        self.unfinished += 1
    }

    /// Continues taking: what is taken now is known to be erased.
    mutating func hasErased() {
        self.beforeErasing -= 1
    }

    /// Continues reading: what the store returns now is not erased.
    mutating func end() {
        self.unfinished -= 1
    }

    func allowsTaking(_ lane: DeliveryLane) -> Bool { lane == .orders || self.beforeErasing == 0 }
    func allowsReading(_ lane: DeliveryLane) -> Bool { lane == .orders || self.unfinished == 0 }

    /// Returns the number of removed events since the last call, by type.
    mutating func takeReturned() -> [EventType: Int] {
        defer { self.returned = [:] }
        return self.returned
    }
}
