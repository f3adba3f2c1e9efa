//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import TracifySQLite
import TracifyTesting

/// The stores of this package meet the requirements of every store.
@Suite(.timeLimit(.minutes(15)))
struct StoreConformanceTests {
    @Test(arguments: 0..<5 as Range<UInt64>)
    func inMemoryEventStoreConforms(seed: UInt64) async throws {
        let stores = StoresByDirectory {
            InMemoryEventStore(maximumEvents: 300, maximumDeadLetters: 20)
        } reopen: {
            $0.reopen()
        }
        var options = StoreConformanceOptions()
        options.maximumBytes = 128 << 10
        try await checkStoreConformance(options: options, seed: seed, stores.open)
    }

    #if SQLite
    @Test func sqliteEventStoreConforms() async throws {
        try await checkStoreConformance { directory in
            var configuration = SQLiteEventStore.Configuration(path: "\(directory)/events.sqlite")
            configuration.maximumBytes = 1 << 20
            configuration.maximumDeadLetters = 40
            return try SQLiteEventStore(configuration: configuration)
        }
    }

    @Test func sqliteEventStoreWithoutLedgerConforms() async throws {
        var options = StoreConformanceOptions()
        options.keepsSettledOrders = false
        try await checkStoreConformance(options: options) { directory in
            var configuration = SQLiteEventStore.Configuration(path: "\(directory)/events.sqlite")
            configuration.maximumBytes = 1 << 20
            configuration.maximumDeadLetters = 40
            configuration.ledgerDuration = .zero
            return try SQLiteEventStore(configuration: configuration)
        }
    }
    #endif
}
