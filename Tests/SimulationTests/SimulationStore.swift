//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Tracify

/// A store of a simulation: a model, or the real one on a simulated disk.
protocol SimulationStore {
    /// The IDs of the pending events.
    var pendingIDs: Set<EventID> { get }
    /// The IDs of the dead letters' events.
    var letterIDs: Set<EventID> { get }
    /// Whether it is the product's store.
    var isReal: Bool { get }
    /// Whether a process has crashed and its last calls may be cut off.
    var isCrashing: Bool { get }

    /// Returns whether an event is pending.
    func contains(_ id: EventID) -> Bool

    mutating func append(_ events: [EncodedEvent], _ call: StoreCall) -> StoreCommit
    /// Returns `nil` when the store failed.
    mutating func read(_ lane: DeliveryLane, after position: UInt64, count: Int, _ call: StoreCall) -> [StoredEvent]?
    /// Returns the dead letters that were evicted and the positions that were refused; `nil` when the store failed.
    mutating func settle(_ settlements: [Settlement], _ call: StoreCall) -> (evicted: [EventID], refused: [UInt64])?
    /// Requeues all dead letters.
    mutating func requeue(_ call: StoreCall)
    /// Deletes all dead letters, and returns their events.
    mutating func discard(_ call: StoreCall) -> [EventID]

    /// Ends with its process.
    mutating func close()
    /// Ends with its process, which settles what it has just delivered.
    mutating func crash(afterDelivering delivered: [EventID], _ call: StoreCall)
    /// Opens the store for a new process.
    ///
    /// - Returns: What became of the events in doubt; `nil` when the store cannot be opened now.
    mutating func open(_ call: StoreCall) -> StoreOpening?

    /// Returns what was wrong since the last call.
    mutating func takeComplaints() -> [String]
    /// Returns what is wrong at the end.
    mutating func complaints(about events: [SimulatedEvent], _ call: StoreCall) -> [String]
    /// A number that is the same for the same run.
    var trace: UInt64 { get }
}

/// The circumstances of a call.
struct StoreCall {
    /// Whether the disk fails.
    var isFailing = false
    /// The process that calls.
    var generation: Int
    /// The wall clock.
    var date: Date
}

/// What an attempt to commit came to.
enum StoreCommit {
    case committed(evicted: [EventID])
    case full, failed
}

/// What a process finds when it opens the store.
struct StoreOpening {
    /// Events of calls that were cut off and left nothing.
    var lost: [EventID] = []
    /// Events that were delivered just before a crash and are settled.
    var settled: [EventID] = []
    /// Events whose commit had failed as far as anyone knew.
    var restored: [EventID] = []
}

// The model fails when it is told to, and does nothing then.
extension SimulatedStore: SimulationStore {
    var isReal: Bool { false }
    var isCrashing: Bool { false }
    var trace: UInt64 { 0 }

    mutating func append(_ events: [EncodedEvent], _ call: StoreCall) -> StoreCommit {
        guard !call.isFailing else { return .failed }
        return self.append(events).map { .committed(evicted: $0.map(\.id)) } ?? .full
    }

    mutating func read(_ lane: DeliveryLane, after position: UInt64, count: Int, _ call: StoreCall) -> [StoredEvent]? {
        call.isFailing ? nil : self.read(lane, after: position, count: count)
    }

    mutating func settle(_ settlements: [Settlement], _ call: StoreCall) -> (evicted: [EventID], refused: [UInt64])? {
        guard !call.isFailing else { return nil }
        let settled = self.settle(settlements, at: call.date)
        return (settled.evicted.map(\.id), settled.refused)
    }

    mutating func requeue(_ call: StoreCall) { self.requeue() }
    mutating func discard(_ call: StoreCall) -> [EventID] { self.discard().map(\.event.id) }
    mutating func close() {}
    mutating func crash(afterDelivering delivered: [EventID], _ call: StoreCall) {}
    mutating func open(_ call: StoreCall) -> StoreOpening? { StoreOpening() }
    mutating func takeComplaints() -> [String] { [] }
    mutating func complaints(about events: [SimulatedEvent], _ call: StoreCall) -> [String] { [] }
}
