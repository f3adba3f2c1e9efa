//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite && os(Linux)  // As PowerLossTests.
import Foundation
import GRDB
import SimulatedDisk
import Testing
import Tracify

@testable import TracifySQLite

/// Power losses while the store does something that a recorded run does not.
@Suite
struct SpecialPowerLossTests {
    /// Calls `check` with each state that a power loss may leave of a disk, once before and once after an acknowledgement.
    ///
    /// `check` gets the state, whether it is one after the acknowledgement, and a comment.
    private func forEachState(
        of disk: SimulatedDisk,
        acknowledgedAt end: Int,
        _ check: (SimulatedDisk, Bool, Comment) async throws -> Void
    ) async throws {
        let image = SimulatedDisk(seed: 0)
        for rule in SimulatedDisk.NameRule.allCases {
            let walk = LogWalk(of: disk, names: rule)
            var keys: Set<UInt64> = []
            for point in 0...disk.logLength {
                walk.move(to: point)
                if point == end { keys = [] }
                let subsets = (0..<3).map { PowerLoss.keepSome(seed: UInt64(point * 3 + $0)) }
                for loss in [.loseAll, .keepAll, .tearLast(seed: UInt64(point))] + subsets {
                    guard keys.insert(walk.key(loss)).inserted else { continue }
                    walk.write(loss, to: image)
                    try await check(image, point >= end, "\(loss) at \(point), \(rule)")
                }
            }
        }
    }

    @Test func aRebuildOfADamagedFileLosesNothingThatCanBeRead() async throws {
        let disk = SimulatedDisk(seed: 1)
        let store = try StoreOpening().open(disk)
        for number in 0..<60 { _ = try await store.append([event(number, bytes: 1500)]) }
        await store.close()

        // The damage itself is durable.
        let second = disk.image(at: disk.logLength, policy: .keepAll)
        let file = try second.open(StoreOpening.path)
        try second.write(Array(repeating: 0x55, count: 4096), to: file, at: second.size(of: file) - 3 * 4096)
        try second.sync(file)
        let log = LogRecorder()
        let rebuilding = try StoreOpening().open(second, log: log)
        let saved = try await rebuilding.all().compactMap { number($0) }
        #expect(saved.count > 40 && saved.count < 60 && log.errors.count == 1)
        _ = try await rebuilding.append([event(100)])
        let end = second.logLength
        await rebuilding.close()

        var states = 0
        try await self.forEachState(of: second, acknowledgedAt: end) { image, isAcknowledged, comment in
            states += 1
            let store = try StoreOpening().open(image)
            let numbers = try await store.all().compactMap { number($0) }
            #expect(Set(saved).isSubset(of: numbers), comment)
            #expect(numbers.contains(100) || !isAcknowledged, comment)
            #expect(Set(numbers).count == numbers.count, comment)
            await store.close()
        }
        #expect(states > 100)
    }

    @Test func aMigrationLosesNoEvent() async throws {
        let disk = SimulatedDisk(seed: 1)
        let connection = try DatabaseQueue(path: "file:\(StoreOpening.path)?vfs=\(disk.vfsName)")
        try await connection.writeWithoutTransaction { connection in
            try connection.execute(sql: "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL")
            for step in StoreSchema.steps.prefix(2) { try step(connection) }
            for number in 1...40 {
                try connection.execute(
                    sql: "INSERT INTO orders (id, type, json) VALUES (?, 4, ?)",
                    arguments: [number, Data(event(number, bytes: 900).json)]
                )
            }
            try connection.execute(sql: "UPDATE sequence SET last = 40")
            try connection.execute(sql: "PRAGMA application_id = \(StoreSchema.applicationID); PRAGMA user_version = 2")
        }
        try connection.close()

        let second = disk.image(at: disk.logLength, policy: .keepAll)
        let store = try StoreOpening().open(second)
        await store.close()
        #expect(second.logLength > 20)
        try await self.forEachState(of: second, acknowledgedAt: 0) { image, _, comment in
            let log = LogRecorder()
            let store = try StoreOpening().open(image, log: log)
            #expect(try await store.all().compactMap { number($0) } == Array(1...40), comment)
            #expect(store.quarantinePath == nil && log.errors == [], comment)
            await store.close()
        }
    }

    @Test func theRemainsOfTwoUnfinishedTransactionsAreNoDamage() async throws {
        let disk = SimulatedDisk(seed: 1)
        let store = try StoreOpening().open(disk)
        _ = try await store.append([event(1)])
        let start = disk.logLength
        _ = try await store.append((2..<6).map { event($0, bytes: 3000) })
        let end = try #require((start..<disk.logLength).first { disk.operation(at: $0) == .sync })
        await store.close()
        for seed in 0..<40 as Range<UInt64> {
            let first = disk.image(at: end, policy: .keepSome(seed: seed))
            let again = try StoreOpening().open(first)
            _ = try await again.append([event(10)])
            let second = try #require((0..<first.logLength).first { first.operation(at: $0) == .sync })
            await again.close()

            let image = first.image(at: second, policy: .tearLast(seed: 4))
            let log = LogRecorder()
            let last = try StoreOpening().open(image, log: log)
            #expect(last.quarantinePath == nil && log.errors == [], "seed \(seed)")
            #expect(try await last.all().first.flatMap { number($0) } == 1)
            await last.close()
        }
    }

    @Test(arguments: [PowerLoss.keepAll, .loseAll, .keepSome(seed: 1)])
    func theRemainsOfFailedCommitsAreNoDamage(loss: PowerLoss) async throws {
        let disk = SimulatedDisk(seed: 1)
        let store = try StoreOpening().open(disk)
        _ = try await store.append([event(1)])
        // Each writes its pages, and leaves those behind the next one's.
        for count in [12, 8, 4] {
            disk.fail(.sync)
            await #expect(throws: EventStoreError.self) {
                _ = try await store.append((0..<count).map { event(10 + $0, bytes: 3000) })
            }
        }
        _ = try await store.append([event(2)])
        let image = disk.image(at: disk.logLength, policy: loss)
        await store.close()

        let log = LogRecorder()
        let again = try StoreOpening().open(image, log: log)
        #expect(again.quarantinePath == nil && log.errors == [])
        #expect(try await again.all().compactMap { number($0) } == [1, 2])
        await again.close()
    }

    @Test(arguments: [1, 2, 8, .max])
    func aFailingDiskIsNoDamageWhenTheStoreIsOpened(times: Int) async throws {
        var refusals = 0
        for operation in [SimulatedDisk.Operation.read, .write, .sync, .create, .resize] {
            for count in 0..<24 {
                let disk = SimulatedDisk(seed: 1)
                let store = try StoreOpening().open(disk)
                for number in 1...6 { _ = try await store.append([event(number, bytes: 3000)]) }
                await store.close()
                let image = disk.image(at: disk.logLength, policy: .keepAll)

                let log = LogRecorder()
                image.fail(operation, after: count, times: times)
                do {
                    let failing = try StoreOpening().open(image, log: log)
                    await failing.close()
                } catch let error as EventStoreError {
                    #expect(error.code == .disk)
                    refusals += 1
                }
                image.fail(operation, times: 0)
                let again = try StoreOpening().open(image, log: log)
                #expect(again.quarantinePath == nil && log.errors == [], "\(operation) \(count)")
                #expect(try await again.all().compactMap { number($0) } == Array(1...6), "\(operation) \(count)")
                await again.close()
            }
        }
        #expect(refusals > 0)
    }

    @Test(arguments: [SimulatedDisk.Operation.sync, .write, .resize])
    func aFailedOperationLosesNoOrderThatWasAcknowledged(operation: SimulatedDisk.Operation) async throws {
        var refusals = 0
        for count in 0..<40 {
            let disk = SimulatedDisk(seed: UInt64(count))
            let store = try StoreOpening().open(disk)
            disk.fail(operation, after: count, with: count.isMultiple(of: 3) && operation != .sync ? .full : .failed)
            var acknowledged: Set<Int> = []
            for number in 0..<24 {
                do {
                    _ = try await store.append([event(number, bytes: 6000)])
                    acknowledged.insert(number)
                } catch {
                    #expect(error.code == .disk)
                    refusals += 1
                }
            }
            for loss in [PowerLoss.loseAll, .keepAll, .keepSome(seed: 0), .keepSome(seed: 1)] {
                let image = disk.image(at: disk.logLength, policy: loss)
                let again = try StoreOpening().open(image)
                let numbers = try await again.all().compactMap { number($0) }
                #expect(acknowledged.isSubset(of: numbers), "\(operation) \(count), \(loss)")
                #expect(again.quarantinePath == nil, "\(operation) \(count), \(loss)")
                await again.close()
            }
            await store.close()
        }
        // A failed resize costs nothing: allocation in advance and truncation are optional.
        #expect(operation == .resize || refusals > 0)
    }
}
#endif
