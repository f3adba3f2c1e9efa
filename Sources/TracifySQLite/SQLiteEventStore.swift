#if SQLite
public import Logging
public import Tracify

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Keeps events in an SQLite file until the sink took them, through crashes, restarts and outages.
///
/// ``append(_:)`` returns when the events are on the disk. Calls that come at the same time share one transaction, so that a busy
/// server waits for the disk once and not once an event; a lone call waits for nobody.
///
/// ## Faults
///
/// - **Full or failing disk:** ``EventStoreError/Code/disk`` with SQLite's words. Nothing is half committed, and the store works
///   again as soon as the disk does.
/// - **Corrupt file at start:** set aside as `<path>.corrupt-<time>` and a new one begun; see ``setAsidePath``.
/// - **Damage found later:** ``EventStoreError/Code/disk``. Nothing is deleted; the next start looks at the whole file.
/// - **In use:** one store at a time. The second one fails with ``EventStoreError/Code/inUse``. The lock goes with the process,
///   however it ends.
///
/// ## What it holds
///
/// Events in wire form, that is with hashes and without addresses. The files are readable for their owner only, and events are
/// never written to the log.
///
/// File access happens on a thread of its own, never on one that the server's tasks share.
public final class SQLiteEventStore: EventStore {
    /// Where damaged files were put when the store was opened; `nil` when there were none.
    ///
    /// It is the common beginning of their names: the write-ahead log has `-wal` behind it. When only the log was damaged, only
    /// that was copied there, and the store goes on with what was readable.
    public let setAsidePath: String?

    private let commits: GroupCommit
    private let maximumDeadLetters: Int
    private let now: @Sendable () -> Date

    /// Opens the file, or creates it with mode 0600.
    ///
    /// The whole file is checked, which takes about two seconds per gigabyte. Call it when the server starts.
    ///
    /// - Parameters:
    ///   - configuration: Where the file is, and its bounds.
    ///   - logger: Where damage is reported, at level error.
    /// - Throws: ``EventStoreError``: ``EventStoreError/Code/inUse`` when another store has the file,
    ///   ``EventStoreError/Code/tooNew`` when a newer version of this library wrote it, ``EventStoreError/Code/disk`` when it
    ///   cannot be opened or is a database of something else.
    public convenience init(
        configuration: Configuration,
        logger: Logger = Logger(label: "tracify.sqlite")
    ) throws(EventStoreError) {
        try self.init(configuration: configuration, logger: logger, now: { Date() })
    }

    /// The same with another clock, for the dates of dead letters and the names of files set aside.
    init(
        configuration: Configuration,
        logger: Logger,
        now: @escaping @Sendable () -> Date
    ) throws(EventStoreError) {
        let opened = try StoreOpening(configuration: configuration, logger: logger, now: now()).open()
        self.setAsidePath = opened.setAsidePath
        self.commits = GroupCommit(database: opened.database)
        self.maximumDeadLetters = configuration.maximumDeadLetters
        self.now = now
    }

    /// Commits events, in order, all of them or none, and makes room for them if need be.
    ///
    /// Page views go first, then product views and add-to-carts, the oldest first; orders, conversions and survey answers never
    /// go. If that is not enough for events of several kinds, the less important of these very events go as well.
    ///
    /// - Parameter events: Events in wire form.
    /// - Returns: What was given up to make room, by type.
    /// - Throws: ``EventStoreError``: ``EventStoreError/Code/full`` when there is nothing less important to give up.
    public func append(_ events: [StorableEvent]) async throws(EventStoreError) -> [EventType: Int] {
        let weight = events.reduce(0) { $0 + $1.json.count }
        return try await self.commits.perform(weight: weight) { transaction in try transaction.append(events) }
    }

    /// The oldest events after a place, in the order they were committed.
    ///
    /// - Parameters:
    ///   - id: The id of the last event that was read before; 0 for the beginning.
    ///   - count: How many events at most.
    /// - Throws: ``EventStoreError``.
    public func events(after id: UInt64, count: Int) async throws(EventStoreError) -> [EncodedEvent] {
        try await self.commits.perform { transaction in try transaction.events(after: id, count: count) }
    }

    /// Deletes events that the sink took. Ids that are not there are ignored.
    ///
    /// - Throws: ``EventStoreError``.
    public func remove(_ ids: [UInt64]) async throws(EventStoreError) {
        try await self.commits.perform(weight: ids.count * 64) { transaction in try transaction.remove(ids) }
    }

    /// Sets events aside that the far end will not take.
    ///
    /// - Parameters:
    ///   - ids: The events. Ids that are not there are ignored.
    ///   - reason: What the far end said. Cut after 1,024 characters.
    /// - Returns: The older dead letters that were given up to keep to ``Configuration/maximumDeadLetters``, by type.
    /// - Throws: ``EventStoreError``.
    public func setAside(_ ids: [UInt64], reason: String) async throws(EventStoreError) -> [EventType: Int] {
        let (maximum, date) = (self.maximumDeadLetters, self.now())
        return try await self.commits.perform(weight: ids.count * 1024) { transaction in
            try transaction.setAside(ids, reason: String(reason.prefix(1024)), date: date, maximum: maximum)
        }
    }

    /// The dead letters, the newest first, with the ids they had as events.
    ///
    /// - Parameter count: How many at most.
    /// - Throws: ``EventStoreError``.
    public func deadLetters(count: Int) async throws(EventStoreError) -> [DeadLetter] {
        try await self.commits.perform { transaction in try transaction.deadLetters(count: count) }
    }

    /// Puts all dead letters back among the events, the oldest first, with new ids.
    ///
    /// - Returns: How many.
    /// - Throws: ``EventStoreError``.
    public func putBackDeadLetters() async throws(EventStoreError) -> Int {
        try await self.commits.perform { transaction in try transaction.putBackDeadLetters() }
    }

    /// How many events wait, by type; types of which none waits are left out.
    ///
    /// - Throws: ``EventStoreError``.
    public func waiting() async throws(EventStoreError) -> [EventType: Int] {
        try await self.commits.perform { transaction in transaction.waiting }
    }

    /// Closes the store after what was asked of it before is done. Afterwards everything fails with
    /// ``EventStoreError/Code/closed``. Closing it again does nothing.
    public func close() async {
        await self.commits.close()
    }
}
#endif
