//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if os(Linux)
import Testing
import Tracify
import TracifyTesting

/// The outbox in PostgreSQL, with a real server.
@Suite(.timeLimit(.minutes(15)), .enabled(if: PostgresServer.tools != nil))
struct PostgresOutboxTests {
    @Test func conforms() async throws {
        let server = try await PostgresServer.start()
        try await checkOutboxConformance {
            let client = try PostgresConnection(server.connection)
            _ = try await client.execute("DROP TABLE IF EXISTS tracify_outbox", [])
            _ = try await client.execute(PostgresOutbox.createTable, [])
            let pool = PostgresPool(try (0..<4).map { _ in try PostgresConnection(server.connection) })
            return OutboxUnderTest(PostgresOutbox(pool)) { entries in
                _ = try await client.execute("BEGIN", [])
                for entry in entries { _ = try await client.execute(PostgresOutbox.insert, [entry.id.description, entry.json]) }
                _ = try await client.execute("COMMIT", [])
            }
        }
    }

    @Test func entryIsWrittenWithItsOrderOrNotAtAll() async throws {
        let server = try await PostgresServer.start()
        let client = try PostgresConnection(server.connection)
        _ = try await client.execute(PostgresOutbox.createTable, [])
        for end in ["ROLLBACK", "COMMIT"] {
            _ = try await client.execute("BEGIN", [])
            _ = try await client.execute(PostgresOutbox.insert, [EventID().description, "{}"])
            let other = PostgresOutbox(try PostgresConnection(server.connection))
            #expect(try await other.claim(limit: 10, lease: .seconds(60)).isEmpty)
            _ = try await client.execute(end, [])
        }
        #expect(try await PostgresOutbox(client).claim(limit: 10, lease: .seconds(60)).count == 1)
    }

    /// Numbers are given before the commit, so a cursor would skip what is committed later.
    @Test func laterCommitOfAnOlderEntryIsNotSkipped() async throws {
        let server = try await PostgresServer.start()
        let first = try PostgresConnection(server.connection)
        let second = try PostgresConnection(server.connection)
        _ = try await first.execute(PostgresOutbox.createTable, [])
        let older = EventID()
        _ = try await first.execute("BEGIN", [])
        _ = try await first.execute(PostgresOutbox.insert, [older.description, "{}"])
        _ = try await second.execute(PostgresOutbox.insert, [EventID().description, "{}"])
        let outbox = PostgresOutbox(second)
        #expect(try await outbox.claim(limit: 10, lease: .seconds(60)).count == 1)
        _ = try await first.execute("COMMIT", [])
        #expect(try await outbox.claim(limit: 10, lease: .seconds(60)).map(\.id) == [older])
    }

    @Test func fourServersDeliverEachOrderOnce() async throws {
        let server = try await PostgresServer.start()
        let client = try PostgresConnection(server.connection)
        _ = try await client.execute(PostgresOutbox.createTable, [])
        let count = 1000
        let sinks = (0..<4).map { _ in InMemorySink(capacity: count) }
        let trackers = try sinks.map { sink in
            var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
            configuration.shutdown.gracefulDeadline = .seconds(600)
            return try Tracker(configuration: configuration, sink: sink)
        }
        for number in 0..<count {
            let order = try Order(id: "\(number)", currency: .eur, amount: Amount("1.00"))
            guard let entry = try await trackers[number % 4].prepare(order, by: .stub()) else { continue }
            _ = try await client.execute(PostgresOutbox.insert, [entry.id.description, entry.json])
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for tracker in trackers {
                let relay = try OutboxRelay(PostgresOutbox(try PostgresConnection(server.connection)), tracker: tracker)
                group.addTask { try await withTracker(tracker) { _ in try await relay.run() } }
            }
            while try await client.execute("SELECT 1 FROM tracify_outbox LIMIT 1", []).isEmpty == false { await Task.yield() }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
        let orders = sinks.flatMap { $0.events(of: .purchase) }
        #expect(orders.count == count)
        #expect(sinks.filter { !$0.events.isEmpty }.count > 1)
    }
}

/// Connections for calls at the same time.
private actor PostgresPool: PostgresClient {
    private let connections: [PostgresConnection]
    private var next = 0

    init(_ connections: [PostgresConnection]) {
        self.connections = connections
    }

    func execute(_ sql: String, _ parameters: [String]) async throws -> [[String]] {
        self.next += 1
        return try await self.connections[self.next % self.connections.count].execute(sql, parameters)
    }
}
#endif
