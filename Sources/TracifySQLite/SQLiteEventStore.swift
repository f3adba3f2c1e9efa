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
/// - **Damaged file:** the file is quarantined as `<path>.corrupt-<time>`, and the store continues with a new one that has
///   everything that could be read. The whole file is checked at the start (see ``quarantinePath``); damage that is found later is
///   handled in the same way, and the next ``read(_:after:count:)`` counts the events that could not be read. This needs as much
///   free disk space as the file has, and happens at most five times until the store is opened again; otherwise the call throws
///   `EventStoreError.Code.disk`.
/// - **File in use:** a file belongs to one store at a time. A second store waits for ``Configuration/lockTimeout`` and then throws
///   `EventStoreError.Code.inUse`. The kernel releases the lock when the process ends, even after a crash.
/// - **Another file:** what is not an event store is refused with `EventStoreError.Code.notEventStore`, and nothing is touched.
/// - **A newer version's events:** rows of a type that this version does not know stay in the file, and are skipped.
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
    private let now: @Sendable () -> Date

    /// Opens the file, or creates it with mode 0600.
    ///
    /// The whole file is checked, which takes about two seconds per gigabyte, so create the store when the server starts. A file of
    /// an older schema version is migrated, which needs as much free disk space as the file has.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: The logger for damage, at level error; for a file that others can read, at level warning; and for waiting for
    ///     another process, at level notice.
    /// - Throws: `ValidationError` naming a setting that is out of range; `EventStoreError`: `EventStoreError.Code.inUse` when
    ///   another store has the file open, `EventStoreError.Code.tooNew` when a newer version of this library wrote it,
    ///   `EventStoreError.Code.notEventStore` when it is something else, `EventStoreError.Code.disk` when it cannot be opened.
    public convenience init(configuration: Configuration, logger: Logger = Logger(label: "tracify.sqlite")) throws {
        try self.init(configuration: configuration, logger: logger, fileSystem: SystemFileSystem(), now: { Date() })
    }

    /// Opens the file with another file system and clock.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: The logger.
    ///   - fileSystem: The file operations that go past SQLite.
    ///   - vfsName: The name of SQLite's own file system (`sqlite3_vfs`), which must show the same files; its default when `nil`.
    ///   - now: The clock, for the dates of dead letters and of the ledger, and the names of quarantined files.
    /// - Throws: `ValidationError`, `EventStoreError`.
    init(
        configuration: Configuration,
        logger: Logger,
        fileSystem: any StoreFileSystem,
        vfsName: String? = nil,
        now: @escaping @Sendable () -> Date
    ) throws {
        try configuration.validate()
        let opener = StoreOpener(
            path: configuration.path,
            lockTimeout: configuration.lockTimeout,
            limits: StoreLimits(
                deadLetters: configuration.maximumDeadLetters,
                ledgerDuration: configuration.ledgerDuration,
                ledgerEntries: configuration.maximumLedgerEntries,
                maximumBytes: configuration.maximumBytes
            ),
            connector: StoreConnector(
                bounds: StoreBounds(maximumBytes: configuration.maximumBytes),
                synchronization: configuration.synchronization.mode,
                fileSystem: fileSystem,
                vfsName: vfsName
            ),
            logger: logger,
            now: now
        )
        let opened = try opener.open()
        self.quarantinePath = opened.quarantinePath
        self.commits = GroupCommit(database: opened.database)
        self.now = now
    }

    /// Commits events, in order, all of them or none, and evicts others for them if necessary.
    ///
    /// Page views are evicted first, then product views and add-to-carts, the oldest first. Orders, conversions and survey answers
    /// are never evicted. When that is not enough for a call with events of several priorities, its own events of lower priority
    /// are evicted as well. For orders, conversions and survey answers, dead letters of the other types are evicted after that.
    ///
    /// - Parameter events: The events.
    /// - Returns: The number of evicted events and dead letters, by type.
    /// - Throws: `EventStoreError`: `EventStoreError.Code.full` when there is nothing of lower priority to evict.
    public func append(_ events: [EncodedEvent]) async throws(EventStoreError) -> [EventType: Int] {
        let weight = events.reduce(0) { $0 + $1.json.count }
        return try await self.commits.perform(weight: weight) { transaction in try transaction.append(events) }
    }

    /// Returns the oldest events of a lane after a position, in the order they were committed.
    ///
    /// When a page of the file is damaged, the store is rebuilt with everything that can be read, and the rest is counted here once.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - position: The position of the last event of the lane that was read before; 0 for the beginning.
    ///   - count: The maximum number of events.
    /// - Returns: The events; none when there are no more after the position.
    /// - Throws: `EventStoreError`.
    public func read(
        _ lane: DeliveryLane,
        after position: UInt64,
        count: Int
    ) async throws(EventStoreError) -> StoredEvents {
        try await self.commits.perform { transaction in
            let events = try transaction.read(lane, after: position, count: count)
            return StoredEvents(events: events, damaged: transaction.takeDamaged(lane))
        }
    }

    /// Records what became of events, all of it or nothing.
    ///
    /// A dead letter's reason is cut after 1,024 characters. Unknown positions are ignored.
    ///
    /// - Parameter settlements: The events' positions and outcomes.
    /// - Returns: The dead letters that were evicted for ``Configuration/maximumDeadLetters``, and the orders that stay pending because
    ///   orders fill that limit.
    /// - Throws: `EventStoreError`.
    public func settle(_ settlements: [Settlement]) async throws(EventStoreError) -> SettlementResult {
        let date = self.now()
        let weight = settlements.reduce(0) { if case .deadLetter = $1.outcome { $0 + 1024 } else { $0 + 64 } }
        return try await self.commits.perform(weight: weight) { transaction in try transaction.settle(settlements, at: date) }
    }

    /// Returns dead letters, the newest first.
    ///
    /// Their events have the IDs and dates that they were appended with.
    ///
    /// - Parameters:
    ///   - selection: The dead letters to return.
    ///   - count: The maximum number of dead letters.
    /// - Returns: Dead letters, the newest first.
    /// - Throws: `EventStoreError`.
    public func deadLetters(
        _ selection: DeadLetterSelection,
        count: Int
    ) async throws(EventStoreError) -> [DeadLetter] {
        try await self.commits.perform { transaction in try transaction.deadLetters(selection, count: count) }
    }

    /// Moves dead letters back to the events, the oldest first, with new positions and the same IDs and dates.
    ///
    /// - Parameter selection: The dead letters to move.
    /// - Returns: The number of events.
    /// - Throws: `EventStoreError`.
    public func requeueDeadLetters(_ selection: DeadLetterSelection) async throws(EventStoreError) -> Int {
        try await self.commits.perform { transaction in try transaction.requeueDeadLetters(selection) }
    }

    /// Deletes dead letters.
    ///
    /// - Parameter selection: The dead letters to delete.
    /// - Returns: The number of deleted dead letters, by type.
    /// - Throws: `EventStoreError`.
    public func discardDeadLetters(_ selection: DeadLetterSelection) async throws(EventStoreError) -> [EventType: Int] {
        let date = self.now()
        return try await self.commits.perform { transaction in try transaction.discardDeadLetters(selection, at: date) }
    }

    /// Deletes the pending page views, product views and add-to-carts of a visitor, and their dead letters.
    ///
    /// The store is searched in many short transactions, which do not delay commits. SQLite does not overwrite what it deletes: the hashes may
    /// remain in unused space of the files until it is needed. Files that were quarantined are not searched; see ``quarantinePath``.
    ///
    /// - Parameter visitor: The hash of the visitor's session, email, address or user agent.
    /// - Returns: The number of deleted events and dead letters, by type.
    /// - Throws: `EventStoreError`. A part may be deleted then; repeat the call.
    public func eraseObservations(of visitor: AnonymizedHash) async throws(EventStoreError) -> [EventType: Int] {
        let pattern = VisitorPattern(visitor)
        var counts: [EventType: Int] = [:]
        // The dead letters twice, because one may be requeued and an event may become one meanwhile.
        let pending = DeliveryLane.observations.priorities.map { ObservationTable.pending($0) }
        for table in [.deadLetters] + pending + [.deadLetters] {
            let end = try await self.commits.perform { transaction in try transaction.lastID(of: table) }
            var position: Int64? = 0
            while let start = position {
                let (erased, next) = try await self.commits.perform(weight: 1 << 20) { transaction in
                    try transaction.eraseObservations(in: table, containing: pattern, after: start, through: end)
                }
                counts.merge(erased, uniquingKeysWith: +)
                position = next
            }
        }
        return counts
    }

    /// Returns the content of the store in numbers.
    ///
    /// The numbers are kept up to date by each commit; no table is scanned. The time of the oldest event is that of the first
    /// position of each type's table: a requeued event has a later position.
    ///
    /// - Throws: `EventStoreError`.
    public func summary() async throws(EventStoreError) -> EventStoreSummary {
        try await self.commits.perform { transaction in try transaction.contents() }
    }

    /// Returns what became of the order or conversion with an ID, as far as the store still knows.
    ///
    /// A pending event is first, also a requeued one; then dead letters and the entries of the ledger, the newest first. The ledger
    /// keeps them for ``Configuration/ledgerDuration``. An order that was dropped is `discarded`.
    ///
    /// - Parameter id: The order's, conversion's or survey answer's order ID.
    /// - Returns: The newest entry first; empty when the ID is unknown.
    /// - Throws: `EventStoreError`.
    public func deliveries(ofOrder id: String) async throws(EventStoreError) -> [OrderDelivery] {
        let date = self.now()
        var pending: [OrderDelivery] = []
        var settled: [OrderDelivery] = []
        var position: Int64? = 0
        while let start = position {
            let (entries, next, others) = try await self.commits.perform { transaction in
                let (entries, next) = try transaction.pendingDeliveries(ofOrder: id, after: start)
                // Last, so that an order that is settled during the search is found at least here.
                return (entries, next, next == nil ? try transaction.settledDeliveries(ofOrder: id, at: date) : [])
            }
            pending = entries + pending
            settled = others
            position = next
        }
        let finished = Set(settled.filter { $0.state == .delivered || $0.state == .discarded }.map(\.eventID))
        pending.removeAll { finished.contains($0.eventID) }
        return pending + settled
    }

    /// Closes the store after the calls that were made before.
    ///
    /// Later calls throw `EventStoreError.Code.closed`. Closing it again does nothing.
    public func close() async {
        await self.commits.close()
    }
}
#endif
