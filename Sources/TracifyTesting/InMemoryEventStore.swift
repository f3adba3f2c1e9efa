//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
import Synchronization
public import Tracify

/// An event store in memory, for tests.
///
/// It has the rules of a durable store, and its content ends with the object. ``reopen()`` opens it again after ``close()``, as a
/// new process would open a file.
public final class InMemoryEventStore: EventStore {
    private struct State {
        var content: StoreContent
        var isClosed = false
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Date

    /// Creates an empty store.
    ///
    /// - Parameters:
    ///   - maximumEvents: The maximum number of pending events, 0 or more; a full store evicts by priority.
    ///   - maximumDeadLetters: The maximum number of dead letters, 0 or more.
    ///   - now: A closure that returns the current time, for the dates of dead letters and of settled orders.
    public init(
        maximumEvents: Int = 100_000,
        maximumDeadLetters: Int = 10_000,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        let content = StoreContent(maximumEvents: max(0, maximumEvents), maximumDeadLetters: max(0, maximumDeadLetters))
        self.state = Mutex(State(content: content))
        self.now = now
    }

    /// Opens a closed store with the content that it had.
    public func reopen() {
        self.state.withLock { $0.isClosed = false }
    }

    /// Commits events, in order, all of them or none, and evicts others for them if necessary.
    ///
    /// - Parameter events: The events.
    /// - Returns: The number of events that were evicted for them, by type.
    /// - Throws: `EventStoreError`: `full` when there is nothing of lower priority to evict, `closed` after ``close()``.
    public func append(_ events: [EncodedEvent]) async throws -> [EventType: Int] {
        try self.perform { content throws(EventStoreError) in try content.append(events) }
    }

    /// Returns the oldest events of a lane after a position, in the order they were committed.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - position: The position of the last event of the lane that was read before; 0 for the beginning.
    ///   - count: The maximum number of events.
    /// - Returns: The events; none when there are no more after the position.
    /// - Throws: `EventStoreError`: `closed` after ``close()``.
    public func read(_ lane: DeliveryLane, after position: UInt64, count: Int) async throws -> StoredEvents {
        try self.perform { content in StoredEvents(events: content.read(lane, after: position, count: count)) }
    }

    /// Records what became of events.
    ///
    /// - Parameter settlements: The events' positions and outcomes; unknown positions are ignored.
    /// - Returns: The dead letters that were evicted or refused for the limit.
    /// - Throws: `EventStoreError`: `closed` after ``close()``.
    public func settle(_ settlements: [Settlement]) async throws -> SettlementResult {
        let date = self.now()
        return try self.perform { content in content.settle(settlements, at: date) }
    }

    /// Returns dead letters, the newest first.
    ///
    /// - Parameters:
    ///   - selection: The dead letters to return.
    ///   - count: The maximum number of dead letters.
    /// - Returns: Dead letters, the newest first.
    /// - Throws: `EventStoreError`: `closed` after ``close()``.
    public func deadLetters(_ selection: DeadLetterSelection, count: Int) async throws -> [DeadLetter] {
        try self.perform { content in
            Array(content.letters.reversed().lazy.filter(selection.contains).prefix(max(0, count)))
        }
    }

    /// Moves dead letters back to the events, the oldest first, with new positions and without failures.
    ///
    /// - Parameter selection: The dead letters to move.
    /// - Returns: The number of events.
    /// - Throws: `EventStoreError`: `closed` after ``close()``.
    public func requeueDeadLetters(_ selection: DeadLetterSelection) async throws -> Int {
        try self.perform { content in content.requeue(selection) }
    }

    /// Deletes dead letters.
    ///
    /// - Parameter selection: The dead letters to delete.
    /// - Returns: The number of deleted dead letters, by type.
    /// - Throws: `EventStoreError`: `closed` after ``close()``.
    public func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> [EventType: Int] {
        let date = self.now()
        return try self.perform { content in content.discard(selection, at: date) }
    }

    /// Deletes the pending page views, product views and add-to-carts of a visitor, and their dead letters.
    ///
    /// - Parameter visitor: The hash of the visitor's session, email, address or user agent.
    /// - Returns: The number of deleted events and dead letters, by type.
    /// - Throws: `EventStoreError`: `closed` after ``close()``.
    public func eraseObservations(of visitor: AnonymizedHash) async throws -> [EventType: Int] {
        try self.perform { content in content.eraseObservations(of: visitor) }
    }

    /// Returns the content of the store in numbers.
    ///
    /// - Throws: `EventStoreError`: `closed` after ``close()``.
    public func summary() async throws -> EventStoreSummary {
        try self.perform { content in content.summary }
    }

    /// Returns what became of the order or conversion with an ID.
    ///
    /// - Parameter id: The order's, conversion's or survey answer's order ID.
    /// - Returns: The newest entry first; empty when the ID is unknown.
    /// - Throws: `EventStoreError`: `closed` after ``close()``.
    public func deliveries(ofOrder id: String) async throws -> [OrderDelivery] {
        try self.perform { content in content.deliveries(ofOrder: id) }
    }

    /// Closes the store; its content stays.
    public func close() async {
        self.state.withLock { $0.isClosed = true }
    }

    private func perform<Result>(
        _ operation: (inout StoreContent) throws(EventStoreError) -> sending Result
    ) throws(EventStoreError) -> sending Result {
        try self.state.withLock { state throws(EventStoreError) in
            guard !state.isClosed else { throw EventStoreError(.closed, "the event store is closed. Open it again.") }
            return try operation(&state.content)
        }
    }
}
