//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
public import Logging
public import Tracify

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A durable event store in an SQLite file.
///
/// Its events survive crashes, restarts and outages of the destination.
///
/// ``append(_:)`` returns when the events are durable. Concurrent calls share one transaction, so a busy server waits for one
/// fsync for many events. A single call is committed at once.
///
/// ## Failures
///
/// - **Full or failing disk:** the call throws `EventStoreError.Code.disk` with SQLite's message. Nothing is committed in part,
///   and the store works again as soon as the disk does.
/// - **Damaged file at the start:** the file is quarantined as `<path>.corrupt-<time>`, and a new one is created; see
///   ``quarantinePath``.
/// - **Damage found later:** the call throws `EventStoreError.Code.disk`. Nothing is deleted; the next start checks the whole
///   file.
/// - **File in use:** a file belongs to one store at a time. A second store throws `EventStoreError.Code.inUse`. The kernel
///   releases the lock when the process ends, even after a crash.
///
/// ## Content
///
/// The file holds events in wire form: hashes, no addresses. Only the owner can read it. Events are never logged.
///
/// All file access is on the store's own thread, never on the concurrency thread pool.
public final class SQLiteEventStore: EventStore {
    /// The path at which damaged files were quarantined when the store was opened; `nil` when there were none.
    ///
    /// A quarantined write-ahead log has this path with the suffix `-wal`. When only the log was damaged, only a copy of it is
    /// there, and the store continues with the readable part.
    public let quarantinePath: String?

    private let commits: GroupCommit
    private let maximumDeadLetters: Int
    private let now: @Sendable () -> Date

    /// Opens the file, or creates it with mode 0600.
    ///
    /// The whole file is checked, which takes about two seconds per gigabyte, so create the store when the server starts. A file of
    /// an older schema version is migrated, which needs as much free disk space as the file has.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: The logger for damage, at level error.
    /// - Throws: `ValidationError` naming a setting that is out of range; `EventStoreError`: `EventStoreError.Code.inUse` when
    ///   another store has the file open, `EventStoreError.Code.tooNew` when a newer version of this library wrote it,
    ///   `EventStoreError.Code.disk` when it cannot be opened or belongs to another application.
    public convenience init(configuration: Configuration, logger: Logger = Logger(label: "tracify.sqlite")) throws {
        try self.init(configuration: configuration, logger: logger, now: { Date() })
    }

    /// Opens the file with another clock, for the dates of dead letters and the names of quarantined files.
    init(configuration: Configuration, logger: Logger, now: @escaping @Sendable () -> Date) throws {
        try configuration.validate()
        let opener = StoreOpener(
            path: configuration.path,
            maximumBytes: configuration.maximumBytes,
            synchronization: configuration.synchronization.mode,
            logger: logger,
            now: now()
        )
        let opened = try opener.open()
        self.quarantinePath = opened.quarantinePath
        self.commits = GroupCommit(database: opened.database)
        self.maximumDeadLetters = configuration.maximumDeadLetters
        self.now = now
    }

    /// Commits events, in order, all of them or none, and evicts others for them if necessary.
    ///
    /// Page views are evicted first, then product views and add-to-carts, the oldest first. Orders, conversions and survey answers
    /// are never evicted. When that is not enough for a call with events of several priorities, its own events of lower priority
    /// are evicted as well.
    ///
    /// - Parameter events: The events.
    /// - Returns: The number of evicted events, by type.
    /// - Throws: `EventStoreError`: `EventStoreError.Code.full` when there is nothing of lower priority to evict.
    public func append(_ events: [EncodedEvent]) async throws(EventStoreError) -> [EventType: Int] {
        let weight = events.reduce(0) { $0 + $1.json.count }
        return try await self.commits.perform(weight: weight) { transaction in try transaction.append(events) }
    }

    /// Returns the oldest events after a position, in the order they were committed.
    ///
    /// - Parameters:
    ///   - position: The position of the last event that was read before; 0 for the beginning.
    ///   - count: The maximum number of events.
    /// - Returns: The oldest events after a position, in the order they were committed.
    /// - Throws: `EventStoreError`.
    public func events(after position: UInt64, count: Int) async throws(EventStoreError) -> [StoredEvent] {
        try await self.commits.perform { transaction in try transaction.events(after: position, count: count) }
    }

    /// Deletes events that the sink accepted.
    ///
    /// Unknown positions are ignored.
    ///
    /// - Parameter positions: The events' positions.
    /// - Throws: `EventStoreError`.
    public func remove(_ positions: [UInt64]) async throws(EventStoreError) {
        try await self.commits.perform(weight: positions.count * 64) { transaction in try transaction.remove(positions) }
    }

    /// Moves events that the destination rejected to the dead letters.
    ///
    /// - Parameters:
    ///   - positions: The events' positions. Unknown positions are ignored.
    ///   - reason: The destination's reason. It is cut after 1,024 characters.
    /// - Returns: The number of older dead letters that were evicted for ``Configuration/maximumDeadLetters``, by type.
    /// - Throws: `EventStoreError`.
    public func moveToDeadLetters(_ positions: [UInt64], reason: String) async throws(EventStoreError) -> [EventType: Int] {
        let (maximum, date) = (self.maximumDeadLetters, self.now())
        return try await self.commits.perform(weight: positions.count * 1024) { transaction in
            try transaction.moveToDeadLetters(positions, reason: String(reason.prefix(1024)), date: date, maximum: maximum)
        }
    }

    /// Returns the dead letters, the newest first.
    ///
    /// Their events have the IDs and dates that they were appended with.
    ///
    /// - Parameter count: The maximum number of dead letters.
    /// - Returns: The dead letters, the newest first.
    /// - Throws: `EventStoreError`.
    public func deadLetters(count: Int) async throws(EventStoreError) -> [DeadLetter] {
        try await self.commits.perform { transaction in try transaction.deadLetters(count: count) }
    }

    /// Moves all dead letters back to the events, the oldest first, with new positions and the same IDs and dates.
    ///
    /// - Returns: The number of events.
    /// - Throws: `EventStoreError`.
    public func requeueDeadLetters() async throws(EventStoreError) -> Int {
        try await self.commits.perform { transaction in try transaction.requeueDeadLetters() }
    }

    /// Returns the number of pending events by type, without the types that have none.
    ///
    /// - Throws: `EventStoreError`.
    public func pendingCounts() async throws(EventStoreError) -> [EventType: Int] {
        try await self.commits.perform { transaction in transaction.pendingCounts }
    }

    /// Closes the store after the calls that were made before.
    ///
    /// Later calls throw `EventStoreError.Code.closed`. Closing it again does nothing.
    public func close() async {
        await self.commits.close()
    }
}
#endif
