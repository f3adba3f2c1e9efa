//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// What became of a stored event.
public struct Settlement: Sendable, Hashable {
    /// The result for an event.
    public enum Outcome: Sendable, Hashable {
        /// The destination accepted the event: it is deleted.
        case delivered
        /// The event was dropped, for example because it was too old: it is deleted.
        case dropped
        /// The destination does not accept the event: it becomes a dead letter with this reason.
        case deadLetter(reason: String)
        /// The event failed while others were accepted: the failure is counted in ``StoredEvent/failures``.
        case failed
    }

    /// The event's position in the store.
    public let position: UInt64
    /// The result.
    public let outcome: Outcome

    /// Creates a settlement.
    ///
    /// - Parameters:
    ///   - position: The event's position in the store.
    ///   - outcome: The result.
    public init(position: UInt64, outcome: Outcome) {
        self.position = position
        self.outcome = outcome
    }
}

/// The result of settling events.
public struct SettlementResult: Sendable, Hashable {
    /// The number of dead letters that were dropped because their limit is reached, by type: older ones, or the new ones themselves.
    public let evicted: [EventType: Int]
    /// The positions of orders that stay pending, because orders fill the limit of dead letters.
    public let refused: [UInt64]

    /// Creates a result.
    ///
    /// - Parameters:
    ///   - evicted: The number of dropped dead letters, by type.
    ///   - refused: The positions of orders that stay pending.
    public init(evicted: [EventType: Int] = [:], refused: [UInt64] = []) {
        self.evicted = evicted
        self.refused = refused
    }
}
