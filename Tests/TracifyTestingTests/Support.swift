//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization
import Tracify

/// A value that several tasks of a test share.
final class Shared<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    init(_ value: Value) {
        self.state = Mutex(value)
    }

    var value: Value { self.state.withLock { $0 } }

    func change<Result: Sendable>(_ body: @Sendable (inout Value) -> Result) -> Result {
        self.state.withLock { body(&$0) }
    }
}

/// Stores in memory that are opened again by directory, as files are.
struct StoresByDirectory<Store: EventStore>: Sendable {
    private let stores = Shared<[String: Store]>([:])
    let make: @Sendable () -> Store
    let reopen: @Sendable (Store) -> Void

    init(_ make: @escaping @Sendable () -> Store, reopen: @escaping @Sendable (Store) -> Void) {
        self.make = make
        self.reopen = reopen
    }

    @Sendable func open(_ directory: String) -> Store {
        self.stores.change { stores in
            let store = stores[directory] ?? self.make()
            if stores.updateValue(store, forKey: directory) != nil { self.reopen(store) }
            return store
        }
    }
}

/// A clock whose sleeps end when the test says so, or when they are cancelled.
final class GatedClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: self.offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - self.offset }
        static func < (lhs: Instant, rhs: Instant) -> Bool { lhs.offset < rhs.offset }
    }

    private let gate = Gate()

    var now: Instant { Instant(offset: .zero) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws { try await self.gate.wait() }

    /// Ends all sleeps, present and future.
    func end() { self.gate.open() }
}

/// Makes tasks wait until it is opened or they are cancelled.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var nextID = 0
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    }

    private let state = Mutex(State())

    func wait() async throws {
        let id = self.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.isOpen { return .success(()) }
                    state.waiting[id] = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            self.state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(throwing: CancellationError())
        }
    }

    func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }
}
