//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Logging
import Synchronization
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An open store: its connection, its lock, and a summary of its content.
///
/// It is used on one thread only; the mutexes prove that to the compiler.
final class StoreDatabase: Sendable {
    private struct State: Sendable {
        /// The connection; `nil` after closing, or when a rebuild has failed half way.
        var connected: StoreConnector.Connected?
        /// The state after the last commit.
        var summary: StoreSummary
        var lock: (any StoreFileLock)?
        var rebuilds = 0
        /// The time before which no rebuild is attempted, because the last one failed.
        var nextRebuild = Date.distantPast
    }

    /// Each rebuild leaves a quarantined file, and a failing disk would fill up with them.
    private static let maximumRebuilds = 5
    /// The number of seconds until a failed rebuild is attempted again.
    private static let rebuildInterval = 60.0

    private let state: Mutex<State>
    private let builder: StoreBuilder
    private let bounds: StoreBounds
    private let limits: StoreLimits
    private let logger: Logger
    private let now: @Sendable () -> Date

    init(
        _ connected: StoreConnector.Connected,
        builder: StoreBuilder,
        limits: StoreLimits,
        lock: any StoreFileLock,
        logger: Logger,
        now: @escaping @Sendable () -> Date
    ) {
        self.state = Mutex(State(connected: connected, summary: connected.summary, lock: lock))
        self.builder = builder
        self.bounds = builder.connector.bounds
        self.limits = limits
        self.logger = logger
        self.now = now
    }

    private var path: String { self.builder.files.path }

    /// Executes `body` in one transaction and commits it as a whole or not at all.
    func transaction<Value>(_ body: (inout StoreTransaction) throws -> Value) throws(EventStoreError) -> Value {
        do {
            return try self.attempt(body)
        } catch let error as DatabaseError where self.recover(from: error) {
            // Once more.
        } catch {
            throw EventStoreError(error, path: self.path)
        }
        do {
            return try self.attempt(body)
        } catch {
            throw EventStoreError(error, path: self.path)
        }
    }

    private func attempt<Value>(_ body: (inout StoreTransaction) throws -> Value) throws -> Value {
        let connected = try self.connected()
        return try connected.connection.writeWithoutTransaction { connection in
            var value: Value?
            var summary = self.state.withLock { $0.summary }
            try connection.inTransaction(.immediate) {
                var transaction = StoreTransaction(connection, bounds: self.bounds, limits: self.limits, summary: summary)
                value = try body(&transaction)
                try transaction.finish(preallocating: connected.preallocator)
                summary = transaction.summary
                return .commit
            }
            self.state.withLock { $0.summary = summary }
            guard let value else {
                throw EventStoreError(.disk, "Cannot commit to the event store at \(self.path): the transaction did not run.")
            }
            return value
        }
    }

    private func connected() throws -> StoreConnector.Connected {
        let (connected, isClosed) = self.state.withLock { ($0.connected, $0.lock == nil) }
        if let connected { return connected }
        guard !isClosed else { throw EventStoreError.storeClosed }
        return try self.reconnect()
    }

    // MARK: - Recovery

    /// Returns whether the transaction can be executed again.
    private func recover(from error: DatabaseError) -> Bool {
        // On a full disk, a checkpoint lets SQLite overwrite the log from its beginning, which may be enough room, for example for a
        // deletion.
        if error.resultCode == .SQLITE_FULL { return self.checkpoint() }
        return error.isDamage && self.rebuild(problem: error.message ?? "damaged")
    }

    /// Moves the write-ahead log into the main file, so that the log is reused from its beginning.
    ///
    /// Returns whether that worked.
    private func checkpoint() -> Bool {
        guard let connected = self.state.withLock({ $0.connected }) else { return false }
        do {
            try connected.connection.writeWithoutTransaction { connection in _ = try connection.checkpoint(.restart) }
            return true
        } catch {
            return false
        }
    }

    /// Replaces the damaged file by a new one that has everything that can be read, and quarantines it.
    ///
    /// Returns whether that worked.
    private func rebuild(problem: String) -> Bool {
        let date = self.now()
        let (connected, last) = self.state.withLock { state -> (StoreConnector.Connected?, Int64) in
            guard state.rebuilds < StoreDatabase.maximumRebuilds, date >= state.nextRebuild else { return (nil, 0) }
            return (state.connected, state.summary.lastPosition)
        }
        guard let connected else { return false }
        let quarantine = StoreQuarantine(
            files: self.builder.files,
            fileSystem: self.builder.connector.fileSystem,
            logger: self.logger
        )
        let newPath = quarantine.unusedPath(at: date)
        do {
            try self.builder.salvage(from: connected.connection, lastPosition: last)
            self.state.withLock { $0.connected = nil }
            try connected.connection.close()
            try quarantine.move(to: newPath)
            let before = self.state.withLock { $0.summary }
            let after = try self.reconnect().summary
            self.logRebuild(problem, newPath, before, after)
            return true
        } catch {
            self.state.withLock { $0.nextRebuild = date.addingTimeInterval(StoreDatabase.rebuildInterval) }
            self.logger.error(
                "The event store is damaged and could not be rebuilt. Free disk space, check the disk, and restart",
                metadata: [
                    "path": "\(self.path)", "problem": "\(problem)", "reason": "\(EventStoreError(error, path: self.path).reason)",
                ]
            )
            return false
        }
    }

    /// Gives the rebuilt file its name, if that is still to be done, and connects to it.
    private func reconnect() throws -> StoreConnector.Connected {
        if self.builder.connector.fileSystem.status(self.path) == nil { try self.builder.create() }
        let connected = try self.builder.connector.connect(self.path)
        self.state.withLock { state in
            let damaged = StoreDatabase.lost(state.summary.pending, connected.summary.pending)
            let unreported = state.summary.damaged
            state.connected = connected
            state.summary = connected.summary
            state.summary.damaged = unreported.merging(damaged, uniquingKeysWith: +)
            state.rebuilds += 1
        }
        return connected
    }

    /// Returns how many fewer there are, by type.
    private static func lost(_ before: [EventType: Int], _ after: [EventType: Int]) -> [EventType: Int] {
        before.reduce(into: [:]) { lost, entry in
            let count = entry.value - (after[entry.key] ?? 0)
            if count > 0 { lost[entry.key] = count }
        }
    }

    private func logRebuild(_ problem: String, _ newPath: String, _ before: StoreSummary, _ after: StoreSummary) {
        var metadata: Logger.Metadata = ["path": "\(self.path)", "quarantine_path": "\(newPath)", "problem": "\(problem)"]
        for (type, count) in StoreDatabase.lost(before.pending, after.pending) {
            metadata["lost_\(type.rawValue)"] = "\(count)"
        }
        for (type, count) in StoreDatabase.lost(before.deadLetters, after.deadLetters) {
            metadata["lost_dead_letters_\(type.rawValue)"] = "\(count)"
        }
        self.logger.error(
            """
            The event store was damaged while it was in use. It was quarantined, and a new one was created with all events that could \
            be read. Check the disk, and delete the quarantined files when they are no longer needed.
            """,
            metadata: metadata
        )
    }

    /// Closes the connection and releases the lock.
    func close() {
        let connected = self.state.withLock { $0.connected }
        try? connected?.connection.close()
        self.state.withLock { state in
            state.connected = nil
            state.lock = nil
        }
    }
}
#endif
