//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct ExporterCoreTests {
    private typealias Core = ExporterCore<ManualClock.Instant>

    private let start = ManualClock.Instant(offset: .zero)

    private func core(hasStore: Bool = false) -> Core {
        var batches = BatchConfiguration()
        batches.maximumEvents = 2
        batches.maximumConcurrentDeliveries = 1
        return Core(batches: batches, retry: RetryConfiguration(), hasStore: hasStore)
    }

    private func next(_ core: inout Core, isQueueEmpty: Bool = true) -> Core.Step {
        core.next(at: self.start, isQueueEmpty: isQueueEmpty)
    }

    private func stored(_ positions: ClosedRange<UInt64>) throws -> [StoredEvent] {
        let batch = try EventBatch.stub(positions.map { "/\($0)" }, firstID: positions.lowerBound)
        return zip(positions, batch).map { StoredEvent(position: $0, event: $1) }
    }

    @Test func takesFullBatchesUntilAFlush() throws {
        var core = self.core()
        guard case .takeFromQueue(isPartial: false) = self.next(&core) else { throw Unexpected() }
        core.tookFromQueue(0)
        core.add([])
        guard case .wait(until: nil) = self.next(&core) else { throw Unexpected() }
        core.requestFlush()
        core.wake()
        guard case .takeFromQueue(isPartial: true) = self.next(&core) else { throw Unexpected() }
        core.tookFromQueue(1)
        core.add([try .stub(["/1"])])
        guard case .deliver(let attempt) = self.next(&core) else { throw Unexpected() }
        #expect(core.complete(attempt, nil, at: self.start, jitter: 0).isDelivered)
        // The flush ended with the first take that was not full.
        guard case .takeFromQueue(isPartial: false) = self.next(&core) else { throw Unexpected() }
    }

    @Test func endsOnceTheClosedQueueIsDrained() throws {
        var core = self.core()
        core.close()
        guard case .takeFromQueue(isPartial: true) = self.next(&core) else { throw Unexpected() }
        core.tookFromQueue(2)
        core.add([try .stub(["/1", "/2"])])
        guard case .deliver(let attempt) = self.next(&core) else { throw Unexpected() }
        guard case .wait(until: nil) = self.next(&core) else { throw Unexpected() }
        _ = core.complete(attempt, nil, at: self.start, jitter: 0)
        guard case .takeFromQueue(isPartial: true) = self.next(&core) else { throw Unexpected() }
        core.tookFromQueue(0)
        core.add([])
        guard case .end = self.next(&core) else { throw Unexpected() }
    }

    @Test func readsTheStoreInOrder() throws {
        var core = self.core(hasStore: true)
        guard case .readStore(after: 0) = self.next(&core) else { throw Unexpected() }
        core.add([try .stub(["/1", "/2"], firstID: 1)], readFromStore: try self.stored(1...2))
        guard case .deliver(let attempt) = self.next(&core) else { throw Unexpected() }
        #expect(attempt.batch.positions == [1, 2])
        _ = core.complete(attempt, nil, at: self.start, jitter: 0)
        guard case .readStore(after: 2) = self.next(&core) else { throw Unexpected() }
        core.add([], readFromStore: [])
        guard case .wait(until: nil) = self.next(&core) else { throw Unexpected() }
        core.wake()
        guard case .readStore(after: 2) = self.next(&core) else { throw Unexpected() }
    }

    @Test func readsAgainAfterAFailedRead() throws {
        var core = self.core(hasStore: true)
        core.readFailed()
        guard case .wait(until: nil) = self.next(&core) else { throw Unexpected() }
        core.wake()
        guard case .readStore(after: 0) = self.next(&core) else { throw Unexpected() }
    }

    /// Events in a store wait for the next start; events in memory wait for the deadline.
    @Test(arguments: [false, true])
    func endsDuringAnOutageOnlyWithAStore(hasStore: Bool) throws {
        var core = self.core(hasStore: hasStore)
        core.close()
        if hasStore {
            core.add([try .stub(["/1"], firstID: 1)], readFromStore: try self.stored(1...1))
        } else {
            core.tookFromQueue(1)
            core.add([try .stub(["/1"])])
        }
        guard case .deliver(let attempt) = self.next(&core) else { throw Unexpected() }
        #expect(core.complete(attempt, .retryable("down"), at: self.start, jitter: 1).isRetried)
        switch self.next(&core) {
        case .end: #expect(hasStore)
        case .wait(let time): #expect(!hasStore && time == self.start.advanced(by: .milliseconds(500)))
        default: throw Unexpected()
        }
        #expect(core.takeUnfinished().map(\.count) == [1])
    }

    /// Queued events have the deadline, even when the batch that probed the destination has just expired.
    @Test func waitsForTheProbeWhileEventsAreQueued() throws {
        var retry = RetryConfiguration()
        retry.maximumRetryDuration = .zero
        var core = Core(batches: BatchConfiguration(), retry: retry, hasStore: false)
        core.add([try .stub(["/1"])])
        core.close()
        guard case .deliver(let attempt) = self.next(&core) else { throw Unexpected() }
        let later = self.start.advanced(by: .seconds(1))
        _ = core.complete(attempt, .retryable("down"), at: self.start, jitter: 1)
        guard case .deliver(let again) = core.next(at: later, isQueueEmpty: false) else { throw Unexpected() }
        #expect(core.complete(again, .retryable("down"), at: later, jitter: 1).isExpired)
        guard case .wait(let probe?) = core.next(at: later, isQueueEmpty: false) else { throw Unexpected() }
        guard case .end = core.next(at: later, isQueueEmpty: true) else { throw Unexpected() }
        guard case .takeFromQueue(isPartial: true) = core.next(at: probe, isQueueEmpty: false) else { throw Unexpected() }
    }

    /// A flush that is requested while records are resolved is not lost.
    @Test func keepsAFlushThatIsRequestedDuringResolution() throws {
        var core = self.core()
        core.requestFlush()
        guard case .takeFromQueue(isPartial: true) = self.next(&core) else { throw Unexpected() }
        core.tookFromQueue(1)
        core.requestFlush()
        core.add([])
        core.wake()
        guard case .takeFromQueue(isPartial: true) = self.next(&core) else { throw Unexpected() }
    }

    @Test func unfinishedBatchesAreThoseInFlightAndThoseThatWait() throws {
        var core = self.core()
        core.tookFromQueue(3)
        core.add([try .stub(["/1", "/2"]), try .stub(["/3"], firstID: 2)])
        guard case .deliver = self.next(&core) else { throw Unexpected() }
        #expect(core.takeUnfinished().map(\.count) == [2, 1])
        #expect(core.takeUnfinished().isEmpty)
    }

    private struct Unexpected: Error {}
}
