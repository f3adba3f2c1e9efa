//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Testing
import Tracify

@testable import TracifySQLite

@Suite
struct ConfigurationTests {
    let directory = TemporaryDirectory()

    @Test(arguments: [Int64.min, -1, 0, (1 << 20) - 1, (1 << 40) + 1, .max])
    func namesAByteLimitOutOfRange(bytes: Int64) throws {
        let error = #expect(throws: ValidationError.self) { _ = try self.directory.open(maximumBytes: bytes) }
        #expect(error?.field == "store.maximumBytes" && error?.code == .outOfRange)
        #expect(error?.allowed == "1048576 to 1099511627776 bytes")
        #expect(self.directory.names == [], "no file is created")
    }

    @Test(arguments: [Int.min, -1, 10_000_001, .max])
    func namesADeadLetterLimitOutOfRange(count: Int) throws {
        let error = #expect(throws: ValidationError.self) { _ = try self.directory.open(maximumDeadLetters: count) }
        #expect(error?.field == "store.maximumDeadLetters" && error?.code == .outOfRange)
        #expect(self.directory.names == [], "no file is created")
    }

    @Test(arguments: [Duration.seconds(-1), .seconds(366 * 86_400) + .nanoseconds(1)])
    func namesALedgerDurationOutOfRange(duration: Duration) throws {
        let error = #expect(throws: ValidationError.self) { _ = try self.directory.open(adjusting: { $0.ledgerDuration = duration }) }
        #expect(error?.field == "store.ledgerDuration" && error?.allowed == "0 to 31622400 seconds")
    }

    @Test(arguments: [Duration.seconds(-1), .seconds(301)])
    func namesALockTimeoutOutOfRange(timeout: Duration) throws {
        let error = #expect(throws: ValidationError.self) { _ = try self.directory.open(adjusting: { $0.lockTimeout = timeout }) }
        #expect(error?.field == "store.lockTimeout" && error?.allowed == "0 to 300 seconds")
    }

    @Test(arguments: [-1, 10_000_001])
    func namesALedgerLimitOutOfRange(count: Int) throws {
        let error = #expect(throws: ValidationError.self) { _ = try self.directory.open(adjusting: { $0.maximumLedgerEntries = count }) }
        #expect(error?.field == "store.maximumLedgerEntries" && error?.allowed == "0 to 10000000 entries")
    }

    @Test(arguments: [(Int64(1) << 20, 0), (1 << 40, 10_000_000)])
    func acceptsTheLimitsOfTheRanges(bytes: Int64, deadLetters: Int) async throws {
        let store = try self.directory.open(maximumBytes: bytes, maximumDeadLetters: deadLetters)
        #expect(try await store.append([event(1)]) == [:])
        await store.close()
    }

    @Test(arguments: [SQLiteEventStore.Synchronization.full, .normal])
    func commitsWithEachSynchronization(synchronization: SQLiteEventStore.Synchronization) async throws {
        var configuration = SQLiteEventStore.Configuration(path: self.directory.store)
        #expect(configuration.synchronization == .full)
        configuration.synchronization = synchronization
        let store = try SQLiteEventStore(configuration: configuration)
        #expect(try await store.append([event(1)]) == [:])
        await store.close()
    }
}
#endif
