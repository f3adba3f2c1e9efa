//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

package import Synchronization

/// The tasks that wait for a number of events, part of the state of what collects these.
package struct EventWaiters: Sendable {
    package typealias Continuation = CheckedContinuation<[Event], any Error>

    private struct Waiter: Sendable {
        let count: Int
        let type: EventType?
        let continuation: Continuation
    }

    private var nextID = 0
    private var waiters: [Int: Waiter] = [:]

    package init() {}

    fileprivate mutating func makeID() -> Int {
        self.nextID += 1
        return self.nextID
    }

    fileprivate mutating func add(_ id: Int, _ count: Int, of type: EventType?, _ continuation: Continuation) {
        self.waiters[id] = Waiter(count: count, type: type, continuation: continuation)
    }

    fileprivate mutating func remove(_ id: Int) -> Continuation? {
        self.waiters.removeValue(forKey: id)?.continuation
    }

    /// Removes the tasks that wait no longer.
    ///
    /// - Parameter events: Returns the events of a type.
    /// - Returns: Their continuations with the events, to be resumed outside of a lock.
    package mutating func takeDue(_ events: (EventType?) -> [Event]) -> [(continuation: Continuation, events: [Event])] {
        var due: [(Continuation, [Event])] = []
        for (id, waiter) in self.waiters {
            let events = events(waiter.type)
            guard events.count >= waiter.count else { continue }
            self.waiters[id] = nil
            due.append((waiter.continuation, events))
        }
        return due
    }
}

/// The state of what collects events and lets tasks wait for them.
package protocol EventCollecting: ~Copyable, Sendable {
    var waiters: EventWaiters { get set }
    /// Returns the events of a type, or all, in the order they came.
    func events(of type: EventType?) -> [Event]
}

extension Mutex where Value: EventCollecting & ~Copyable {
    /// Waits until there is a number of events of a type, or of all, and returns them.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    package borrowing func waitForEvents(_ count: Int, of type: EventType?) async throws -> [Event] {
        let id = self.withLock { $0.waiters.makeID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<[Event], any Error>? = self.withLock { state in
                    let events = state.events(of: type)
                    if events.count >= count { return .success(events) }
                    // The cancellation handler has already run, or it will find the waiter.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters.add(id, count, of: type, continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            self.withLock { $0.waiters.remove(id) }?.resume(throwing: CancellationError())
        }
    }
}
