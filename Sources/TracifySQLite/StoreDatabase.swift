//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Synchronization
import Tracify

/// An open store: its connection, its lock, and a summary of its content.
final class StoreDatabase: Sendable {
    private let connection: DatabaseQueue
    private let path: String
    private let bounds: StoreBounds
    private let limits: StoreLimits
    /// The state after the last commit.
    ///
    /// It is used on one thread only; the mutex proves that to the compiler.
    private let summary: Mutex<StoreSummary>
    private let preallocator: DiskPreallocator
    private let lock: Mutex<(any StoreFileLock)?>

    init(
        connection: DatabaseQueue,
        path: String,
        bounds: StoreBounds,
        limits: StoreLimits,
        summary: StoreSummary,
        preallocator: DiskPreallocator,
        lock: any StoreFileLock
    ) {
        self.connection = connection
        self.path = path
        self.bounds = bounds
        self.limits = limits
        self.summary = Mutex(summary)
        self.preallocator = preallocator
        self.lock = Mutex(lock)
    }

    /// Executes `body` in one transaction and commits it as a whole or not at all.
    func transaction<Value>(_ body: (inout StoreTransaction) throws -> Value) throws(EventStoreError) -> Value {
        do {
            return try self.attempt(body)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            // The disk is full. A checkpoint lets SQLite overwrite the log from its beginning, which may be enough room, for example
            // for a deletion.
            guard self.checkpoint() else { throw EventStoreError(error, path: self.path) }
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
        try self.connection.writeWithoutTransaction { connection in
            var value: Value?
            var summary = self.summary.withLock { $0 }
            try connection.inTransaction(.immediate) {
                var transaction = StoreTransaction(connection, bounds: self.bounds, limits: self.limits, summary: summary)
                value = try body(&transaction)
                try transaction.finish(preallocating: self.preallocator)
                summary = transaction.summary
                return .commit
            }
            self.summary.withLock { $0 = summary }
            guard let value else {
                throw EventStoreError(.disk, "Cannot commit to the event store at \(self.path): the transaction did not run.")
            }
            return value
        }
    }

    /// Moves the write-ahead log into the main file, so that the log is reused from its beginning.
    ///
    /// Returns whether that worked.
    private func checkpoint() -> Bool {
        do {
            try self.connection.writeWithoutTransaction { connection in _ = try connection.checkpoint(.restart) }
            return true
        } catch {
            return false
        }
    }

    /// Closes the connection and releases the lock.
    func close() {
        try? self.connection.close()
        self.lock.withLock { $0 = nil }
    }
}
#endif
