//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif
import Synchronization

/// A lock for sections of some dozens of instructions, which end without waiting for anything.
///
/// `Mutex` is not for these on Linux: once a thread waits for it, each release hands it over to one that must first be scheduled. With
/// eight threads at full speed on two cores, a page view then waited 260 µs for the queue.
struct BriefLock: ~Copyable {
    private let isHeld = Atomic(false)

    @inline(__always)
    func withLock<Result>(_ body: () -> Result) -> Result {
        if self.isHeld.exchange(true, ordering: .acquiring) { self.wait() }
        defer { self.isHeld.store(false, ordering: .releasing) }
        return body()
    }

    /// Returns `nil`, and does nothing, while another thread holds the lock.
    @inline(__always)
    func withLockIfAvailable<Result>(_ body: () -> Result) -> Result? {
        guard !self.isHeld.exchange(true, ordering: .acquiring) else { return nil }
        defer { self.isHeld.store(false, ordering: .releasing) }
        return body()
    }

    /// Waits for the lock, and takes it.
    @inline(never)
    private func wait() {
        var attempts = 0
        repeat {
            attempts += 1
            switch attempts {
            case ...100: break
            // The thread that holds it has been interrupted, perhaps for this one.
            case ...1000: _ = sched_yield()
            // It has a lower priority, so yielding does not let it run.
            default: usleep(100)
            }
        } while self.isHeld.load(ordering: .relaxed) || self.isHeld.exchange(true, ordering: .acquiring)
    }
}
