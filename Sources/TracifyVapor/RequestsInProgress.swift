//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor
import Synchronization
import Vapor

/// The number of an application's requests whose handlers have not ended.
///
/// Vapor's server waits for connections, not for handlers: it closes a connection under its handlers when the client has gone, and at
/// shutdown an HTTP/2 stream and a connection without `supportPipelining`. Their orders must reach the tracker, too.
final class RequestsInProgress: Sendable {
    private struct State {
        var count = 0
        var waiters: [AsyncStream<Void>.Continuation] = []
    }

    fileprivate struct Key: StorageKey {
        typealias Value = RequestsInProgress
    }

    private let state = Mutex(State())

    func begin() {
        self.state.withLock { $0.count += 1 }
    }

    func end() {
        let waiters = self.state.withLock { state -> [AsyncStream<Void>.Continuation] in
            state.count -= 1
            return state.count == 0 ? state.waiters : []
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Waits until no handler runs, or until a deadline.
    func waitUntilNone(until deadline: ContinuousClock.Instant) async {
        let (none, waiter) = AsyncStream.makeStream(of: Void.self)
        let isNone = self.state.withLock { state in
            state.waiters.append(waiter)
            return state.count == 0
        }
        if isNone { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in none {} }
            group.addTask { try? await Task.sleep(until: deadline) }  // Vapor's shutdown timeout, by Vapor's own clock.
            await group.next()
            group.cancelAll()
        }
    }
}

extension Application {
    /// The requests in progress; `nil` until a ``TracifyLifecycle`` counts them.
    var requestsInProgress: RequestsInProgress? { self.storage[RequestsInProgress.Key.self] }

    /// Begins to count the requests in progress.
    func countRequestsInProgress() {
        if self.requestsInProgress == nil { self.storage[RequestsInProgress.Key.self] = RequestsInProgress() }
    }
}
#endif
