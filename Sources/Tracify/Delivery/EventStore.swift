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
/// instead.
public protocol EventStore: Sendable {
    /// Commits events, in order, all of them or none.
    ///
    /// - Parameter events: The events.
    /// - Returns: The number of events that were evicted for them, by type.
    /// - Throws: ``EventStoreError``.
    func append(_ events: [EncodedEvent]) async throws -> [EventType: Int]

    /// Returns the oldest events after a position, in the order they were committed.
    ///
    /// - Parameters:
    ///   - position: The position of the last event that was read before; 0 for the beginning.
    ///   - count: The maximum number of events.
    /// - Returns: The oldest events after a position, in the order they were committed.
    /// - Throws: ``EventStoreError``.
    func events(after position: UInt64, count: Int) async throws -> [StoredEvent]

    /// Deletes events that the sink accepted. Unknown positions are ignored.
    ///
    /// - Parameter positions: The events' positions.
    /// - Throws: ``EventStoreError``.
    func remove(_ positions: [UInt64]) async throws

    /// Moves events that the destination rejected to the dead letters. They stay in the store, bounded, and are no longer returned by
    /// ``events(after:count:)``.
    ///
    /// - Parameters:
    ///   - positions: The events' positions.
    ///   - reason: The destination's reason.
    /// - Returns: The number of older dead letters that were evicted, by type.
    /// - Throws: ``EventStoreError``.
    func moveToDeadLetters(_ positions: [UInt64], reason: String) async throws -> [EventType: Int]

    /// Returns the dead letters, the newest first.
    ///
    /// - Parameter count: The maximum number of dead letters.
    /// - Returns: The dead letters, the newest first.
    /// - Throws: ``EventStoreError``.
    func deadLetters(count: Int) async throws -> [DeadLetter]

    /// Moves all dead letters back to the events, with new positions.
    ///
    /// - Returns: The number of events.
    /// - Throws: ``EventStoreError``.
    func requeueDeadLetters() async throws -> Int

    /// Returns the number of pending events by type.
    ///
    /// - Throws: ``EventStoreError``.
    func pendingCounts() async throws -> [EventType: Int]

    /// Closes the store. Committed events stay.
    func close() async
}

/// An event in a store, with its position.
public struct StoredEvent: Sendable, Hashable {
    /// The event's position in the store.
    public let position: UInt64
    /// The event.
    public let event: EncodedEvent

    /// Creates a stored event.
    ///
    /// - Parameters:
    ///   - position: The event's position in the store.
    ///   - event: The event.
    public init(position: UInt64, event: EncodedEvent) {
        self.position = position
        self.event = event
    }
}
