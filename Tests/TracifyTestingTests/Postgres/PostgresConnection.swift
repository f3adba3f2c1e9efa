//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if os(Linux)
import Glibc
import Tracify

/// A connection by libpq, which is loaded when a test runs: a build of the tests does not need it.
actor PostgresConnection: PostgresClient {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private typealias Connect = @convention(c) (UnsafePointer<CChar>) -> OpaquePointer?
    private typealias Status = @convention(c) (OpaquePointer) -> CInt
    private typealias Text = @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
    private typealias End = @convention(c) (OpaquePointer) -> Void
    private typealias Value = @convention(c) (OpaquePointer, CInt, CInt) -> UnsafePointer<CChar>?
    private typealias Execute =
        @convention(c) (
            OpaquePointer, UnsafePointer<CChar>, CInt, UnsafePointer<UInt32>?, UnsafePointer<UnsafePointer<CChar>?>?,
            UnsafePointer<CInt>?, UnsafePointer<CInt>?, CInt
        ) -> OpaquePointer?

    /// The library's functions.
    private struct Library {
        let connect: Connect
        let status: Status
        let message: Text
        let finish: End
        let execute: Execute
        let resultStatus: Status
        let rows: Status
        let columns: Status
        let value: Value
        let clear: End

        init() throws {
            guard let handle = dlopen("libpq.so.5", RTLD_NOW) else { throw Failure(description: "libpq is not installed") }
            func symbol<Function>(_ name: String, _ type: Function.Type) throws -> Function {
                guard let address = dlsym(handle, name) else { throw Failure(description: "libpq has no \(name)") }
                return unsafeBitCast(address, to: type)
            }
            self.connect = try symbol("PQconnectdb", Connect.self)
            self.status = try symbol("PQstatus", Status.self)
            self.message = try symbol("PQerrorMessage", Text.self)
            self.finish = try symbol("PQfinish", End.self)
            self.execute = try symbol("PQexecParams", Execute.self)
            self.resultStatus = try symbol("PQresultStatus", Status.self)
            self.rows = try symbol("PQntuples", Status.self)
            self.columns = try symbol("PQnfields", Status.self)
            self.value = try symbol("PQgetvalue", Value.self)
            self.clear = try symbol("PQclear", End.self)
        }
    }

    private let library: Library
    private nonisolated(unsafe) let connection: OpaquePointer  // Only the actor uses it; `deinit` ends it when no one else can.

    init(_ parameters: String) throws {
        self.library = try Library()
        guard let connection = self.library.connect(parameters) else { throw Failure(description: "no memory") }
        self.connection = connection
        // A failed connection is ended as another one is, by `deinit`.
        guard self.library.status(connection) == 0 else {
            throw Failure(description: self.library.message(connection).map { String(cString: $0) } ?? "")
        }
    }

    deinit {
        self.library.finish(self.connection)
    }

    func execute(_ sql: String, _ parameters: [String]) throws -> [[String]] {
        let texts = parameters.map { strdup($0) }
        defer { for text in texts { free(text) } }
        let values = texts.map { UnsafePointer($0) }
        let count = CInt(parameters.count)
        guard let result = self.library.execute(self.connection, sql, count, nil, values, nil, nil, 0) else {
            throw Failure(description: "no memory")
        }
        defer { self.library.clear(result) }
        // A statement without and one with rows.
        guard [1, 2].contains(self.library.resultStatus(result)) else {
            throw Failure(description: self.library.message(self.connection).map { String(cString: $0) } ?? "")
        }
        return (0..<self.library.rows(result))
            .map { row in
                (0..<self.library.columns(result)).map { self.library.value(result, row, $0).map { String(cString: $0) } ?? "" }
            }
    }
}
#endif
