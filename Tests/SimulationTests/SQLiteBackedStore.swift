//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Foundation
import GRDB
import SimulatedDisk
import Synchronization

@testable import Tracify
@testable import TracifySQLite

/// The real store in a simulation, on a simulated disk that fails, loses what is not synchronized, and has a history.
///
/// What the store answers is what the simulation is told. Besides, the store is compared with what it has answered.
final class SQLiteBackedStore: SimulationStore {
    /// What the disk and SQLite promise.
    enum Durability {
        case full
        /// The disk accepts syncs and does nothing.
        case droppedSyncs
        /// SQLite synchronizes checkpoints only.
        case normalSynchronization
    }

    enum State {
        case open
        /// The process has crashed, and what it still does is cut off somewhere.
        case crashed(logLength: Int)
        case closed
    }

    static let path = "/disk/events.sqlite"

    let scenario: Scenario
    let durability: Durability
    var random: SplitMix64
    var disk: SimulatedDisk
    var database: StoreDatabase?
    var state = State.closed
    private(set) var generation = 0
    let clock = WallClock()
    let log = StoreErrorLog()
    var problems: [String] = []
    /// How often something happened that is rare.
    var counts: [String: Int] = [:]
    var trace: UInt64 = 0

    var pendingIDs: Set<EventID> = []
    var letterIDs: Set<EventID> = []
    /// The events that were read, by position.
    private(set) var readIDs: [UInt64: EventID] = [:]
    /// The events of commits that failed.
    var failedIDs: Set<EventID> = []
    /// The events that were delivered just before a crash.
    var deliveredIDs: Set<EventID> = []
    /// The events of commits after a crash.
    var inFlightIDs: Set<EventID> = []

    init(scenario: Scenario, seed: UInt64, durability: Durability = .full) throws {
        self.scenario = scenario
        self.durability = durability
        self.random = SplitMix64(seed: seed ^ 0x5DEE_CE66_D1CE_4E5B)
        self.disk = SimulatedDisk(seed: seed)
        _ = self.open(StoreCall(generation: 0, date: scenario.date(at: SimulatedInstant())))
    }

    deinit {
        self.database?.close()
    }

    var isReal: Bool { true }

    var isCrashing: Bool {
        if case .crashed = self.state { true } else { false }
    }

    func contains(_ id: EventID) -> Bool { self.pendingIDs.contains(id) }

    // MARK: - Calls

    func append(_ events: [EncodedEvent], _ call: StoreCall) -> StoreCommit {
        let ids = Set(events.map(\.id))
        switch self.perform(call, "append", failing: [.write, .write, .sync, .resize], { try $0.append(events) }) {
        case .success(let evicted):
            if self.isCrashing { self.inFlightIDs.formUnion(ids) }
            self.pendingIDs.formUnion(ids)
            return .committed(evicted: self.evicted(evicted))
        case .failure(let error) where error.code == .full:
            self.count("full")
            return .full
        case .failure:
            self.failedIDs.formUnion(ids)
            return .failed
        }
    }

    func read(_ lane: DeliveryLane, after position: UInt64, count: Int, _ call: StoreCall) -> [StoredEvent]? {
        let result = self.perform(call, "read", failing: [.read]) { transaction in
            // Otherwise, all pages are in memory.
            if call.isFailing { try transaction.connection.execute(sql: "PRAGMA shrink_memory") }
            return try transaction.read(lane, after: position, count: count)
        }
        guard let events = try? result.get() else { return nil }
        for stored in events { self.readIDs[stored.position] = stored.event.id }
        return events
    }

    func settle(_ settlements: [Settlement], _ call: StoreCall) -> (evicted: [EventID], refused: [UInt64])? {
        let result = self.perform(call, "settle", failing: [.write, .sync, .resize]) { try $0.settle(settlements, at: call.date) }
        guard let result = try? result.get() else { return nil }
        let refused = Set(result.refused)
        for settlement in settlements where !refused.contains(settlement.position) {
            guard let id = self.readIDs[settlement.position] else { continue }
            switch settlement.outcome {
            case .failed: break
            case .delivered, .dropped: self.pendingIDs.remove(id)
            case .deadLetter where self.pendingIDs.remove(id) != nil: self.letterIDs.insert(id)
            case .deadLetter: break
            }
        }
        return (self.evicted(result.evicted), result.refused)
    }

    func requeue(_ call: StoreCall) {
        guard case .success = self.perform(call, "requeue", { try $0.requeueDeadLetters(.all) }) else { return }
        self.pendingIDs.formUnion(self.letterIDs)
        self.letterIDs = []
    }

    func discard(_ call: StoreCall) -> [EventID] {
        guard case .success = self.perform(call, "discard", { try $0.discardDeadLetters(.all, at: call.date) }) else { return [] }
        defer { self.letterIDs = [] }
        return self.letterIDs.sorted { $0.low < $1.low }
    }

    func takeComplaints() -> [String] {
        defer { self.problems = [] }
        return self.problems + self.log.take()
    }

    // MARK: - Transactions

    /// Runs a transaction, on a disk that fails somewhere in it if the call says so.
    func perform<Value>(
        _ call: StoreCall,
        _ name: String,
        failing operations: [SimulatedDisk.Operation] = [],
        _ body: (inout StoreTransaction) throws -> Value
    ) -> Result<Value, EventStoreError> {
        // A process that has ended changes nothing.
        guard let database = self.database, call.generation == self.generation else { return .failure(.storeClosed) }
        self.clock.set(call.date)
        let isFailing = call.isFailing && !operations.isEmpty
        if isFailing { self.failDisk(operations) }
        defer { if isFailing { self.repairDisk(operations) } }
        do throws(EventStoreError) {
            // As `GroupCommit` does, which commits the other calls of a transaction.
            let result = try database.transaction { transaction in
                do {
                    return Result<Value, EventStoreError>.success(try body(&transaction))
                } catch let refusal as EventStoreError {
                    return .failure(refusal)
                }
            }
            if isFailing { self.count("\(name) works on a failing disk") }
            return result
        } catch {
            if isFailing {
                self.count("\(name) failed")
            } else {
                self.problems.append("\(name) failed on a disk that works: \(error.reason)")
            }
            return .failure(error)
        }
    }

    func failDisk(_ operations: [SimulatedDisk.Operation]) {
        let operation = self.random.element(operations)
        let canBeFull = operation == .write || operation == .resize
        self.disk.fail(
            operation,
            after: self.random.element([0, 0, 0, 1, 2, 5]),
            with: canBeFull && self.random.once(in: 2) ? .full : .failed,
            times: self.random.element([1, 3, .max])
        )
    }

    func repairDisk(_ operations: [SimulatedDisk.Operation]) {
        for operation in operations { self.disk.fail(operation, times: 0) }
    }

    func count(_ name: String) { self.counts[name, default: 0] += 1 }

    /// Returns the events that the store evicted, of which it tells the number only.
    private func evicted(_ counts: [EventType: Int]) -> [EventID] {
        let count = counts.values.reduce(0, +)
        guard count > 0 else { return [] }
        self.count("evicted")
        let before = self.pendingIDs.union(self.letterIDs)
        self.refresh()
        let evicted = before.subtracting(self.pendingIDs).subtracting(self.letterIDs)
        // A store that hangs may have an event twice, because it was stored again at a shutdown.
        let mayBeTwice = self.scenario.storeFaults.contains { $0.kind == .hangs }
        if evicted.count > count || (evicted.count < count && !mayBeTwice) {
            self.problems.append("the store evicted \(evicted.count) events and counted \(count)")
        }
        return evicted.sorted { $0.low < $1.low }
    }

    /// Reads the IDs of all events.
    func refresh() {
        let call = StoreCall(generation: self.generation, date: self.clock.date)
        let result = self.perform(call, "refresh") { transaction in
            let pending = try Self.ids(EventPriority.allCases.map(\.table), transaction)
            let letters = try Self.ids(["deadletter"], transaction)
            let summary = transaction.summary
            let counts = (summary.pending.values.reduce(0, +), summary.deadLetters.values.reduce(0, +))
            if (pending.count, letters.count) != counts {
                self.problems.append("the store counts \(counts) events and dead letters")
            }
            return (pending, letters)
        }
        guard case .success((let pending, let letters)) = result else { return }
        self.pendingIDs = Set(pending)
        self.letterIDs = Set(letters)
    }

    private static func ids(_ tables: [String], _ transaction: StoreTransaction) throws -> [EventID] {
        let sql = tables.map { "SELECT id_high, id_low FROM \($0)" }.joined(separator: " UNION ALL ")
        return try Row.fetchAll(transaction.connection, sql: sql).map { EventID(storedHigh: $0[0], storedLow: $0[1]) }
    }

    /// Notes the process that has the store open.
    func begin(_ generation: Int, _ database: StoreDatabase) {
        self.generation = generation
        self.database = database
        self.state = .open
        self.readIDs = [:]
    }
}
#endif
