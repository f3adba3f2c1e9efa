//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && SQLite
import GRDB
import Hummingbird
import Tracify
import TracifySQLite

private struct OrderRecord: Codable, PersistableRecord {
    let id: String
}

private func migrate(_ migrator: inout DatabaseMigrator) {
    // sample begin
    migrator.registerMigration("tracify outbox") { db in
        try SQLiteOutbox.createTable(in: db)
    }
    // sample end
}

private func sync(_ database: DatabasePool) throws {
    // sample begin
    try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    // sample end
}

private func checkout(
    _ tracker: Tracker,
    _ relay: OutboxRelay,
    _ database: DatabasePool,
    _ order: Order,
    _ record: OrderRecord,
    _ visit: Visit
) async throws {
    // sample begin
    let entry = try await tracker.prepare(order, by: visit)
    try await database.write { db in
        try record.insert(db)
        if let entry { try SQLiteOutbox.insert(entry, in: db) }
    }
    relay.wake()
    // sample end
}

private func services(
    _ tracker: Tracker,
    _ database: DatabasePool,
    _ app: inout Application<RouterResponder<BasicRequestContext>>
) throws {
    // sample begin
    let relay = try OutboxRelay(SQLiteOutbox(database), tracker: tracker)
    app.addServices(tracker, relay)
    // sample end
}
#endif
