//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import GRDB
import GRDBSQLite
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Inserting an event and reading it back without a box for each value.
///
/// GRDB's arguments and rows made up a third of the CPU of an event that goes through the store.
extension Statement {
    /// Executes the statement with an event's columns as its values, from the first on.
    func insert(_ event: EncodedEvent, position: Int64, withOrderID: Bool) throws {
        let statement = self.sqliteStatement
        sqlite3_bind_int64(statement, 1, position)
        sqlite3_bind_int64(statement, 2, Int64(event.type.storeCode))
        sqlite3_bind_int64(statement, 4, event.id.storedHigh)
        sqlite3_bind_int64(statement, 5, event.id.storedLow)
        sqlite3_bind_double(statement, 6, event.date.timeIntervalSince1970)
        try event.json.withUnsafeBytes { json in
            // Without a copy: the values are released before the closure returns.
            if json.isEmpty {
                sqlite3_bind_zeroblob(statement, 3, 0)
            } else {
                sqlite3_bind_blob64(statement, 3, json.baseAddress, UInt64(json.count), nil)
            }
            try Statement.withText(event.site) { site in
                sqlite3_bind_text64(statement, 7, site.baseAddress, UInt64(site.count), nil, UInt8(SQLITE_UTF8))
                guard withOrderID, let orderID = event.orderID else { return try self.runOnce() }
                try Statement.withText(orderID) { orderID in
                    sqlite3_bind_text64(statement, 8, orderID.baseAddress, UInt64(orderID.count), nil, UInt8(SQLITE_UTF8))
                    try self.runOnce()
                }
            }
        }
    }

    /// Calls a closure with the bytes of a text, whose address is never `nil`: that would be `NULL`.
    private static func withText(_ text: String, _ body: (UnsafeBufferPointer<CChar>) throws -> Void) rethrows {
        try text.withCString { try body(UnsafeBufferPointer(start: $0, count: text.utf8.count)) }
    }

    /// Executes the statement with the values that are bound, and releases them.
    private func runOnce() throws {
        let code = sqlite3_step(self.sqliteStatement)
        let error = code == SQLITE_DONE ? nil : self.error(code)
        sqlite3_reset(self.sqliteStatement)
        sqlite3_clear_bindings(self.sqliteStatement)
        if let error { throw error }
    }

    /// Calls a closure for each row of a query with integers as its values, or with those that it has already.
    func forEachRow(_ values: Int64..., body: (borrowing DirectRow) throws -> Void) throws {
        let statement = self.sqliteStatement
        for (index, value) in values.enumerated() { sqlite3_bind_int64(statement, CInt(index + 1), value) }
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                if code == SQLITE_DONE { return }
                throw self.error(code)
            }
            try body(DirectRow(statement))
        }
    }

    private func error(_ code: CInt) -> DatabaseError {
        let message = sqlite3_errmsg(sqlite3_db_handle(self.sqliteStatement)).map { String(cString: $0) }
        return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}

/// The current row of a statement.
struct DirectRow: ~Copyable {
    private let statement: SQLiteStatement

    fileprivate init(_ statement: SQLiteStatement) {
        self.statement = statement
    }

    /// - Throws: `DatabaseError` with SQLite's code for damage when there is none, as on a damaged page.
    func integer(_ column: CInt) throws -> Int64 {
        try self.require(column)
        return sqlite3_column_int64(self.statement, column)
    }

    /// - Throws: The same as ``integer(_:)``.
    func number(_ column: CInt) throws -> Double {
        try self.require(column)
        return sqlite3_column_double(self.statement, column)
    }

    /// - Throws: The same as ``integer(_:)``.
    func bytes(_ column: CInt) throws -> [UInt8] {
        try self.require(column)
        let bytes = sqlite3_column_blob(self.statement, column)
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(self.statement, column))))
    }

    /// - Throws: The same as ``integer(_:)``.
    func text(_ column: CInt) throws -> String {
        try self.require(column)
        return self.optionalText(column) ?? ""
    }

    /// Returns the text in a column; `nil` when there is none.
    func optionalText(_ column: CInt) -> String? {
        sqlite3_column_text(self.statement, column)
            .map { text in
                let count = Int(sqlite3_column_bytes(self.statement, column))
                return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
            }
    }

    private func require(_ column: CInt) throws {
        guard sqlite3_column_type(self.statement, column) != SQLITE_NULL else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "NULL value in column \(column)")
        }
    }
}
#endif
