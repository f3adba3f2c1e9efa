//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A durable buffer between queue and sink: an event is committed before it is acknowledged, and deleted only after the sink
/// accepted it.
///
/// Delivery is at least once: what was in flight when the process ended is sent again. Tracify ignores repeated orders and
/// conversions, so this is safe for them.
///
/// ## Implementing a store
///
/// ``append(_:)`` returns when the events would survive a crash of the machine. The store gives each event a position; positions
/// grow and are never used twice, also not after a restart. A store is bounded; when it is full it evicts page views first, then
/// product views and add-to-carts, the oldest first, and orders and conversions never: it throws ``EventStoreError/Code/full``
/// instead. Dead letters have a limit of their own and the same order of eviction. An order that needs more room than that evicts
/// dead letters of other types, the oldest first.
///
/// A store belongs to one tracker at a time: ``Tracker`` throws ``TrackerError/Code/storeInUse`` for the store of another tracker of the
/// process that has not ended, if it is a class or an actor.
public protocol EventStore: Sendable {
    /// Commits events, in order, all of them or none.
    ///
    /// - Parameter events: The events.
    /// - Returns: The number of events that were evicted for them, by type.
    /// - Throws: ``EventStoreError``.
    func append(_ events: [EncodedEvent]) async throws -> [EventType: Int]

    /// Returns the oldest events of a lane after a position, in the order they were committed.
    ///
    /// Events that can no longer be read are skipped and counted, so that damage does not stop those behind it.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - position: The position of the last event of the lane that was read before; 0 for the beginning.
    ///   - count: The maximum number of events.
    /// - Returns: The events; none when there are no more after the position.
    /// - Throws: ``EventStoreError``.
    func read(_ lane: DeliveryLane, after position: UInt64, count: Int) async throws -> StoredEvents

    /// Records what became of events, all of it or nothing: accepted and dropped events are deleted, rejected ones are moved to the
    /// dead letters, failures are counted.
    ///
    /// Unknown positions are ignored, because a call that failed is repeated.
    ///
    /// - Parameter settlements: The events' positions and outcomes.
    /// - Returns: The dead letters that were evicted or refused for the limit.
    /// - Throws: ``EventStoreError``.
    func settle(_ settlements: [Settlement]) async throws -> SettlementResult

    /// Returns dead letters, the newest first.
    ///
    /// - Parameters:
    ///   - selection: The dead letters to return.
    ///   - count: The maximum number of dead letters.
    /// - Returns: Dead letters, the newest first.
    /// - Throws: ``EventStoreError``.
    func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter]

    /// Moves dead letters back to the events, with new positions and without failures.
    ///
    /// - Parameter selection: The dead letters to move.
    /// - Returns: The number of events.
    /// - Throws: ``EventStoreError``.
    func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int

    /// Deletes dead letters.
    ///
    /// - Parameter selection: The dead letters to delete.
    /// - Returns: The number of deleted dead letters, by type.
    /// - Throws: ``EventStoreError``.
    func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> [EventType: Int]

    /// Deletes the pending page views, product views and add-to-carts of a visitor, and their dead letters.
    ///
    /// These are the events whose identity contains the hash; see ``EncodedEvent/isOf(_:)``. Orders, conversions and survey answers stay,
    /// and so do their dead letters. The tracker reads no observations until the call returns. The default implementation throws
    /// ``EventStoreError/Code/unsupported``.
    ///
    /// - Parameter visitor: The hash of the visitor's session, email, address or user agent.
    /// - Returns: The number of deleted events and dead letters, by type.
    /// - Throws: ``EventStoreError``. A part may be deleted then; the call is repeated.
    func eraseObservations(of visitor: AnonymizedHash) async throws -> [EventType: Int]

    /// Returns the content of the store in numbers.
    ///
    /// - Throws: ``EventStoreError``.
    func summary() async throws -> EventStoreSummary

    /// Returns what became of the order or conversion with an ID, as far as the store still knows.
    ///
    /// - Parameter id: The order's, conversion's or survey answer's order ID.
    /// - Returns: The newest entry first; empty when the ID is unknown.
    /// - Throws: ``EventStoreError``.
    func deliveries(ofOrder id: String) async throws -> [OrderDelivery]

    /// Closes the store. Committed events stay.
    func close() async
}

extension EventStore {
    /// Throws ``EventStoreError/Code/unsupported``, because a store that deletes nothing must not say that it did.
    ///
    /// - Parameter visitor: The hash of the visitor's session, email, address or user agent.
    /// - Returns: Never.
    /// - Throws: ``EventStoreError/Code/unsupported``.
    public func eraseObservations(of visitor: AnonymizedHash) async throws -> [EventType: Int] {
        throw EventStoreError(
            .unsupported,
            "Cannot erase a visitor in the event store: it does not implement `eraseObservations(of:)`. Implement it."
        )
    }
}
