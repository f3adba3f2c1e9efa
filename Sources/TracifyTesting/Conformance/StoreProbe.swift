//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Synchronization
import Tracify

/// A store under test: each call has the time limit, and each error is checked.
final class StoreProbe: Sendable {
    private let run: ConformanceRun
    private let current: Mutex<any EventStore>
    private let open: @Sendable () async throws -> any EventStore

    init(run: ConformanceRun, store: any EventStore, open: @escaping @Sendable () async throws -> any EventStore) {
        self.run = run
        self.current = Mutex(store)
        self.open = open
    }

    func reopen() async throws {
        try await self.close()
        let store = try await self.open()
        self.current.withLock { $0 = store }
    }

    func close() async throws {
        _ = try await self.call("close()") { await $0.close() }
    }

    @discardableResult
    func append(_ events: [EncodedEvent]) async throws -> [EventType: Int] {
        try await self.call("append(_:)") { try await $0.append(events) }
    }

    func read(_ lane: DeliveryLane, after position: UInt64 = 0, count: Int = .max) async throws -> [StoredEvent] {
        try await self.call("read(_:after:count:)") { try await $0.read(lane, after: position, count: count).events }
    }

    /// Returns all pending events by position.
    func pending() async throws -> [StoredEvent] {
        try await (self.read(.orders) + self.read(.observations)).sorted { $0.position < $1.position }
    }

    @discardableResult
    func settle(_ settlements: [Settlement]) async throws -> SettlementResult {
        try await self.call("settle(_:)") { try await $0.settle(settlements) }
    }

    @discardableResult
    func settle(_ positions: [UInt64], _ outcome: Settlement.Outcome) async throws -> SettlementResult {
        try await self.settle(positions.map { Settlement(position: $0, outcome: outcome) })
    }

    func deadLetters(_ selection: DeadLetterSelection = .all, count: Int = .max) async throws -> [DeadLetter] {
        try await self.call("deadLetters(_:count:)") { try await $0.deadLetters(selection, count: count) }
    }

    func requeue(_ selection: DeadLetterSelection = .all) async throws -> Int {
        try await self.call("requeueDeadLetters(_:)") { try await $0.requeueDeadLetters(selection) }
    }

    func discard(_ selection: DeadLetterSelection = .all) async throws -> [EventType: Int] {
        try await self.call("discardDeadLetters(_:)") { try await $0.discardDeadLetters(selection) }
    }

    func erase(_ visitor: AnonymizedHash) async throws -> [EventType: Int] {
        try await self.call("eraseObservations(of:)") { try await $0.eraseObservations(of: visitor) }
    }

    func summary() async throws -> EventStoreSummary {
        try await self.call("summary()") { try await $0.summary() }
    }

    func deliveries(ofOrder id: String) async throws -> [OrderDelivery] {
        try await self.call("deliveries(ofOrder:)") { try await $0.deliveries(ofOrder: id) }
    }

    /// Makes a call from a task that is cancelled before or during it.
    ///
    /// - Returns: The result; `nil` when the call threw.
    func cancelledCall<Value: Sendable>(
        early: Bool,
        _ operation: @escaping @Sendable (any EventStore) async throws -> Value
    ) async throws -> Value? {
        let store = self.current.withLock { $0 }
        let result = try await self.run.bounded("A cancelled call", .storeEnds) {
            let task = Task {
                if early { withUnsafeCurrentTask { $0?.cancel() } }
                return try await operation(store)
            }
            if !early { task.cancel() }
            return try await task.value
        }
        switch result {
        case .success(let value): return value
        case .failure(is CancellationError): return nil
        case .failure(let error):
            _ = try self.checked(error)
            return nil
        }
    }

    private func call<Value: Sendable>(
        _ name: String,
        _ operation: @escaping @Sendable (any EventStore) async throws -> Value
    ) async throws -> Value {
        let store = self.current.withLock { $0 }
        switch try await self.run.bounded(name, .storeEnds, { try await operation(store) }) {
        case .success(let value): return value
        case .failure(let error): throw try self.checked(error)
        }
    }

    /// Returns an error that a store may throw.
    private func checked(_ error: any Error) throws -> EventStoreError {
        guard let error = error as? EventStoreError else {
            throw self.run.failure(.storeErrors, "An EventStoreError.", "\(type(of: error)).")
        }
        guard !error.reason.contains(StoreEvents.marker) else {
            throw self.run.failure(.storeErrors, "A reason without the content of an event.", "A reason with content.")
        }
        return error
    }
}

/// Runs `body` with a new directory, which is removed afterward.
package func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("tracify-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory.path)
}
