//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

/// Limits the time of many calls, with one task that sleeps for all of them.
///
/// A timer for each call wakes two threads, and the system keeps one that is cancelled until its time, when it wakes them again: with such
/// timers here and in the HTTP sink, an event at 5,000 a second took 20 µs of CPU instead of 16.
final class TimeLimit: Sendable {
    private struct Call {
        let deadline: Duration
        let end: @Sendable () -> Void
    }

    private struct State {
        var calls: [Int: Call] = [:]
        var nextID = 0
        var isWatched = false
    }

    /// The time that a call may take.
    let duration: Duration
    /// Returns the time since the limit was created.
    private let elapsed: @Sendable () -> Duration
    /// Returns at a time since the limit was created.
    private let sleep: @Sendable (Duration) async -> Void
    private let state = Mutex(State())

    init(_ duration: Duration, clock: some Clock<Duration>) {
        self.duration = duration
        let start = clock.now
        self.elapsed = { start.duration(to: clock.now) }
        self.sleep = { try? await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
    }

    /// Runs a call and returns its result, or `nil` if it takes longer or the calling task is cancelled.
    ///
    /// It is cancelled then, but not awaited: it may be third-party code that ignores cancellation, and the caller must not hang on it.
    func run<Result: Sendable>(_ call: @escaping @Sendable () async -> Result) async -> Result? {
        let outcome = Outcome<Result>()
        let id = self.add { outcome.set(nil) }
        let work = Task.startedAtOnce { outcome.set(await call()) }
        defer {
            self.state.withLock { _ = $0.calls.removeValue(forKey: id) }
            work.cancel()
        }
        return await outcome.value
    }

    private func add(_ end: @escaping @Sendable () -> Void) -> Int {
        let deadline = self.elapsed() + self.duration
        let (id, isWatched) = self.state.withLock { state in
            state.nextID += 1
            state.calls[state.nextID] = Call(deadline: deadline, end: end)
            defer { state.isWatched = true }
            return (state.nextID, state.isWatched)
        }
        if !isWatched {
            Task { await self.watch() }
        }
        return id
    }

    /// Ends calls whose time is over, until there are no calls.
    private func watch() async {
        while let deadline = self.nextDeadline() {
            await self.sleep(deadline)
            let now = max(deadline, self.elapsed())
            let overdue = self.state.withLock { state in
                let overdue = state.calls.filter { $0.value.deadline <= now }
                for id in overdue.keys { state.calls[id] = nil }
                return overdue
            }
            for call in overdue.values { call.end() }
        }
    }

    /// Returns the earliest deadline; `nil`, and the watch is over, when there is none.
    private func nextDeadline() -> Duration? {
        self.state.withLock { state in
            let deadline = state.calls.values.lazy.map(\.deadline).min()
            state.isWatched = deadline != nil
            return deadline
        }
    }
}

extension Task where Failure == Never {
    /// Starts a task on the calling thread, where the system can do that: waking another one costs more than some calls.
    fileprivate static func startedAtOnce(_ operation: @escaping @Sendable () async -> Success) -> Task {
        #if compiler(>=6.2)
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) { return Task.immediate { await operation() } }
        #endif
        return Task { await operation() }
    }
}
