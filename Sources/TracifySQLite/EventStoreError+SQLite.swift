//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import Tracify

extension EventStoreError {
    static var storeClosed: EventStoreError { EventStoreError(.closed, "Cannot access the event store: it is closed.") }

    /// Creates an error from any other one.
    ///
    /// Its reason never holds content of the store.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as EventStoreError:
            self = error
        case let error as DatabaseError:
            self.init(error, path: path)
        case let error as SystemError:
            self.init(.disk, "Cannot access the event store at \(path): \(error.text). Check the disk and its directory.")
        default:
            self.init(.disk, "Cannot access the event store at \(path): \(error).")
        }
    }

    private init(_ error: DatabaseError, path: String) {
        // The message, not the description: the description includes the statement.
        let problem = "\(error.message ?? "unknown error") (SQLite error \(error.extendedResultCode.rawValue))"
        let reason = "Cannot access the event store at \(path): \(problem)."
        switch error.resultCode {
        case .SQLITE_MISUSE:
            self = .storeClosed
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.inUse, "\(reason) Close the other program that has the file open.")
        case .SQLITE_FULL:
            self.init(.disk, "\(reason) Free disk space or lower `maximumBytes`.")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            self.init(.disk, "\(reason) Check that the file and its directory are writable.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.disk, "\(reason) Free disk space for a rebuild and open the store again.")
        default:
            self.init(.disk, "\(reason) Check the disk.")
        }
    }
}
#endif
