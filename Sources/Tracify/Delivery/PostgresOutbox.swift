//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A connection or a pool of connections to PostgreSQL, as far as ``PostgresOutbox`` needs it.
///
/// Small enough for PostgresNIO, Fluent or libpq: statements, parameters and results are text.
public protocol PostgresClient: Sendable {
    /// Executes one statement in a transaction of its own.
    ///
    /// - Parameters:
    ///   - sql: The statement, with its parameters as `$1`, `$2` and so on.
    ///   - parameters: The values in PostgreSQL's text form, of unknown type: the statement casts them.
    /// - Returns: The rows, each with its columns in text form; none for a statement that returns nothing.
    /// - Throws: The client's error.
    func execute(_ sql: String, _ parameters: [String]) async throws -> [[String]]
}

/// An outbox in a table of the shop's own PostgreSQL database.
///
/// Each statement is a transaction, so it works behind a pooler in transaction mode. Servers that claim at the same time skip the rows
/// of each other (`FOR UPDATE SKIP LOCKED`) instead of waiting. There is no `NOTIFY`, which would make the shop's commits wait for each
/// other.
public struct PostgresOutbox: Outbox {
    /// Creates the table, in a migration of the shop.
    public static let createTable = """
        CREATE TABLE IF NOT EXISTS tracify_outbox (
            id uuid PRIMARY KEY,
            entry text NOT NULL,
            leased_until timestamptz NOT NULL DEFAULT '-infinity'
        )
        """

    /// Writes an entry, in the transaction of its order: `$1` is ``OutboxEntry/id``, `$2` is ``OutboxEntry/json``.
    public static let insert = "INSERT INTO tracify_outbox (id, entry) VALUES ($1::uuid, $2::text)"

    private let client: any PostgresClient

    /// Creates an outbox.
    ///
    /// - Parameter client: The shop's database, which has the table of ``createTable``.
    public init(_ client: any PostgresClient) {
        self.client = client
    }

    /// Claims entries, as ``Outbox/claim(limit:lease:)``.
    ///
    /// - Parameters:
    ///   - limit: The maximum number of entries.
    ///   - lease: The time for which no other caller gets them, by the database's clock.
    /// - Returns: The entries.
    /// - Throws: The client's error.
    public func claim(limit: Int, lease: Duration) async throws -> [OutboxEntry] {
        // The IDs begin with their time, so their order is that of the orders.
        let rows = try await self.client.execute(
            """
            WITH claimed AS MATERIALIZED (
                SELECT id FROM tracify_outbox WHERE leased_until <= now() ORDER BY id LIMIT $1::int FOR UPDATE SKIP LOCKED
            )
            UPDATE tracify_outbox AS entries SET leased_until = now() + $2::float8 * interval '1 second'
            FROM claimed WHERE entries.id = claimed.id RETURNING entries.id::text, entries.entry
            """,
            ["\(limit)", "\(lease / .seconds(1))"]
        )
        return try rows.sorted { $0.lexicographicallyPrecedes($1) }
            .map { row in
                guard row.count == 2 else { throw PostgresOutboxError.unexpectedRow }
                return OutboxEntry(id: try EventID(row[0]), json: row[1])
            }
    }

    /// Deletes entries.
    ///
    /// - Parameter ids: The IDs of the entries.
    /// - Throws: The client's error.
    public func delete(ids: [EventID]) async throws {
        _ = try await self.client.execute("DELETE FROM tracify_outbox WHERE id = ANY($1::uuid[])", [self.array(ids)])
    }

    /// Ends the lease of entries.
    ///
    /// - Parameter ids: The IDs of the entries.
    /// - Throws: The client's error.
    public func release(ids: [EventID]) async throws {
        _ = try await self.client.execute(
            "UPDATE tracify_outbox SET leased_until = '-infinity' WHERE id = ANY($1::uuid[])",
            [self.array(ids)]
        )
    }

    /// Returns IDs as PostgreSQL's text form of an array.
    private func array(_ ids: [EventID]) -> String { "{" + ids.map(\.description).joined(separator: ",") + "}" }
}

/// The client of a ``PostgresOutbox`` returned other columns than the statement has.
enum PostgresOutboxError: Error {
    case unexpectedRow
}
