//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

/// Lets the exporter's timer rest while nothing happens: an idle process is not woken.
///
/// A request's task only reads a flag.
struct ActivitySignal: ~Copyable, Sendable {
    /// Whether nothing happened since the last call of ``begin()``.
    private let isQuiet = Atomic(false)
    private let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (self.wakes, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Notes that something happened, after it is visible to others: what was enqueued is in the queue.
    @inline(__always)
    func note() {
        // Without an order of its own: the lock of the queue, or of the counts, orders what was done before with ``begin()``.
        if self.isQuiet.load(ordering: .relaxed) { self.wake() }
    }

    @inline(never)
    private func wake() {
        if self.isQuiet.exchange(false, ordering: .relaxed) { self.continuation.yield() }
    }

    /// Begins to watch, before what may have happened is looked at.
    func begin() {
        self.isQuiet.store(true, ordering: .sequentiallyConsistent)
    }

    /// Returns once something has happened since ``begin()``, or the task is cancelled.
    func wait() async {
        for await _ in self.wakes { return }
    }
}
