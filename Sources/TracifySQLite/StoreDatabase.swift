#if SQLite
import GRDB
import Synchronization
import Tracify

/// The open file: its connection, its lock, and what is known of its content without asking.
final class StoreDatabase: Sendable {
    private let connection: DatabaseQueue
    private let path: String
    private let bounds: StoreBounds
    /// As of the last commit. Only used on one thread; the mutex says so to the compiler.
    private let summary: Mutex<StoreSummary>
    private let reserve: FileReserve
    private let lock: Mutex<FileLock?>

    init(
        connection: DatabaseQueue,
        path: String,
        bounds: StoreBounds,
        summary: StoreSummary,
        reserve: FileReserve,
        lock: FileLock
    ) {
        self.connection = connection
        self.path = path
        self.bounds = bounds
        self.summary = Mutex(summary)
        self.reserve = reserve
        self.lock = Mutex(lock)
    }

    /// Does `body` in one transaction and commits it; everything or nothing of it is in the file afterwards.
    func transaction<Value>(_ body: (inout StoreTransaction) throws -> Value) throws(EventStoreError) -> Value {
        do {
            return try self.attempt(body)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
            // The disk is full. The log, begun anew in its place, may be the room that is missing, for a deletion for example.
            guard self.checkpoint() else { throw StoreDatabase.failure(error, path: self.path) }
        } catch {
            throw StoreDatabase.failure(error, path: self.path)
        }
        do {
            return try self.attempt(body)
        } catch {
            throw StoreDatabase.failure(error, path: self.path)
        }
    }

    private func attempt<Value>(_ body: (inout StoreTransaction) throws -> Value) throws -> Value {
        try self.connection.writeWithoutTransaction { connection in
            var value: Value?
            var summary = self.summary.withLock { $0 }
            try connection.inTransaction(.immediate) {
                var transaction = StoreTransaction(connection, bounds: self.bounds, summary: summary)
                value = try body(&transaction)
                try transaction.finish(reserving: self.reserve)
                summary = transaction.summary
                return .commit
            }
            self.summary.withLock { $0 = summary }
            guard let value else { throw EventStoreError(.disk, "the transaction was not run") }
            return value
        }
    }

    /// Moves what is in the log into the main file, so that the log begins anew. Whether that worked.
    private func checkpoint() -> Bool {
        do {
            try self.connection.writeWithoutTransaction { connection in _ = try connection.checkpoint(.restart) }
            return true
        } catch {
            return false
        }
    }

    /// Closes the connection and gives the lock back.
    func close() {
        try? self.connection.close()
        self.lock.withLock { $0 = nil }
    }

    /// An error in words that hold nothing of the content.
    static func failure(_ error: any Error, path: String) -> EventStoreError {
        switch error {
        case let error as EventStoreError:
            return error
        case let error as DatabaseError:
            // Not its description: that has the statement in it.
            let reason = "\(path): \(error.message ?? "unknown error") (SQLite \(error.extendedResultCode.rawValue))"
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: return EventStoreError(.inUse, reason)
            case .SQLITE_MISUSE: return .storeClosed
            default: return EventStoreError(.disk, reason)
            }
        default:
            return EventStoreError(.disk, "\(path): \(error)")
        }
    }
}

/// What is in the file, kept up to date with each transaction.
struct StoreSummary: Sendable {
    /// The last id that was given.
    var lastID: Int64 = 0
    /// How many events wait.
    var waiting: [EventType: Int] = [:]
    var deadLetters = 0
}
#endif
