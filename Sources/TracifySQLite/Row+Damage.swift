//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB

extension Row {
    /// Returns a value that the schema requires.
    ///
    /// A damaged page can hold `NULL` where the schema has `NOT NULL`, which GRDB takes for a programming error.
    ///
    /// - Parameter index: The column.
    /// - Returns: The value.
    /// - Throws: `DatabaseError` with SQLite's code for damage when there is none.
    func required<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ index: Int) throws -> Value {
        let value: Value? = self[index]
        guard let value else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "NULL value in column \(index)") }
        return value
    }
}

extension DatabaseError {
    /// Whether SQLite found damage in the file.
    var isDamage: Bool { self.resultCode == .SQLITE_CORRUPT || self.resultCode == .SQLITE_NOTADB }

    /// Whether the disk, or the system, failed, which says nothing about the file.
    var isFailure: Bool {
        switch self.resultCode {
        case .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_NOMEM, .SQLITE_PERM, .SQLITE_READONLY: true
        default: false
        }
    }
}
#endif
