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

    private struct Unexpected: Error {
        let step: String

        init(_ step: Any? = nil) {
            self.step = "\(step ?? "nothing")"
        }
    }

    /// Returns the next step, after answering the takes and reads of both lanes with nothing.
    private func next(_ core: inout Core, at now: ManualClock.Instant? = nil) -> Core.Step {
        while true {
            let step = core.next(at: now ?? self.start)
            switch step {
            case .takeFromQueue(let lane, let isPartial, let isStored):
                core.tookFromQueue(0, lane, isPartial: isPartial)
                if isStored { core.stored(lane, isEmpty: true) } else { core.add([], to: lane) }
            case .readStore(let lane, _):
                core.add([], read: [], from: lane)
            default:
                return step
            }
        }
    }

    private func stored(_ positions: ClosedRange<UInt64>) throws -> [StoredEvent] {
        let batch = try EventBatch.stub(positions.map { "/\($0)" }, firstID: positions.lowerBound)
        return zip(positions, batch).map { StoredEvent(position: $0, event: $1) }
    }

    private func read(_ core: inout Core, _ positions: ClosedRange<UInt64>, from lane: DeliveryLane = .observations) throws {
        let batch = try EventBatch.stub(positions.map { "/\($0)" }, firstID: positions.lowerBound)
        core.add([(batch, 0)], read: try self.stored(positions), from: lane)
    }

    @Test func takesFullBatchesUntilAFlush() throws {
        var core = self.core()
        guard case .takeFromQueue(.orders, isPartial: false, isStored: false) = core.next(at: self.start) else {
            throw Unexpected()
        }
        guard case .takeFromQueue(.observations, isPartial: false, isStored: false) = core.next(at: self.start) else {
            throw Unexpected()
        }
        guard case .wait(until: nil) = core.next(at: self.start) else { throw Unexpected() }
        for lane in DeliveryLane.allCases {
            core.tookFromQueue(0, lane, isPartial: false)
            core.add([], to: lane)
        }
        core.requestFlush()
        core.wake()
        guard case .takeFromQueue(.orders, isPartial: true, isStored: false) = core.next(at: self.start) else {
            throw Unexpected()
        }
    }

    /// A flush that is requested while records are taken or resolved is not lost.
    @Test func keepsAFlushThatIsRequestedMeanwhile() throws {
        var core = self.core()
        _ = core.next(at: self.start)
        core.requestFlush()
        core.tookFromQueue(0, .orders, isPartial: false)
        core.add([], to: .orders)
        guard case .takeFromQueue(.orders, isPartial: true, isStored: false) = core.next(at: self.start) else {
            throw Unexpected()
        }
    }

    /// An event that is stored while the store is read is not overlooked.
    @Test func readsAgainWhatWasStoredDuringARead() throws {
        var core = self.core(hasStore: true)
        for lane in DeliveryLane.allCases {
            core.tookFromQueue(0, lane, isPartial: false)
            core.stored(lane, isEmpty: true)
        }
        guard case .readStore(.orders, after: 0) = core.next(at: self.start) else { throw Unexpected() }
        core.wake()
        core.add([], read: [], from: .orders)
        core.tookFromQueue(0, .orders, isPartial: false)
        core.stored(.orders, isEmpty: true)
        guard case .readStore(.orders, after: 0) = core.next(at: self.start) else { throw Unexpected() }
    }

    @Test func lanesReadTheStoreByThemselves() throws {
        var core = self.core(hasStore: true)
        for lane in DeliveryLane.allCases {
            core.tookFromQueue(0, lane, isPartial: false)
            core.stored(lane, isEmpty: true)
        }
        guard case .readStore(.orders, after: 0) = core.next(at: self.start) else { throw Unexpected() }
        guard case .readStore(.observations, after: 0) = core.next(at: self.start) else { throw Unexpected() }
        try self.read(&core, 1...2)
        guard case .deliver(let view) = core.next(at: self.start), view.lane == .observations else { throw Unexpected() }
        try self.read(&core, 3...3, from: .orders)
        guard case .deliver(let order) = core.next(at: self.start), order.lane == .orders else { throw Unexpected() }
        #expect(core.complete(order, nil, at: self.start, jitter: 0) == .delivered)
        guard case .settle(let events) = core.next(at: self.start) else { throw Unexpected() }
        #expect(events.map(\.position) == [3])
    }

    /// A failed read must not leave a committed order unsent for ever in a quiet shop.
    @Test func repeatsAFailedReadAfterAPause() throws {
        var core = self.core(hasStore: true)
        core.readFailed(.orders, at: self.start)
        guard case .wait(until: let time?) = self.next(&core) else { throw Unexpected() }
        #expect(time == self.start.advanced(by: .milliseconds(500)))
        guard case .readStore(.orders, after: 0) = core.next(at: time) else { throw Unexpected() }
    }

    /// A failed acknowledgement is kept, so that its events are not sent again after the next start.
    @Test func repeatsAcknowledgementsTogether() throws {
        var core = self.core(hasStore: true)
        try self.read(&core, 1...2)
        guard case .deliver(let first) = self.next(&core) else { throw Unexpected() }
        _ = core.complete(first, nil, at: self.start, jitter: 0)
        guard case .settle(let events) = core.next(at: self.start) else { throw Unexpected() }
        #expect(events.map(\.position) == [1, 2])
        core.settlementFailed(at: self.start)
        try self.read(&core, 3...4)
        guard case .deliver(let second) = self.next(&core) else { throw Unexpected() }
        _ = core.complete(second, nil, at: self.start, jitter: 0)
        guard case .wait(until: let time?) = self.next(&core) else { throw Unexpected() }
        guard case .settle(let again) = core.next(at: time) else { throw Unexpected() }
        #expect(again.map(\.position) == [1, 2, 3, 4])
    }

    @Test func eventsBypassAStoreThatFails() throws {
        var core = self.core(hasStore: true)
        core.storeFailed(at: self.start)
        core.wake()
        guard case .readStore = core.next(at: self.start) else { throw Unexpected() }
        core.readFailed(.orders, at: self.start)
        guard case .takeFromQueue(.orders, isPartial: false, isStored: false) = core.next(at: self.start) else {
            throw Unexpected()
        }
    }

    /// While the store fails and the destination is down, the queue bounds the events, not the exporter's memory.
    @Test func takesNoMoreThanItSendsWhileTheStoreFails() throws {
        var core = self.core(hasStore: true)
        core.storeFailed(at: self.start)
        var (now, taken, sent) = (self.start, 0, 0)
        for number in UInt64(0)..<3000 {
            switch core.next(at: now) {
            case .takeFromQueue(let lane, let isPartial, let isStored):
                taken += 1
                core.tookFromQueue(2, lane, isPartial: isPartial)
                if isStored { core.storeFailed(at: now) }
                core.add([try .stub(["/1", "/2"], firstID: 2 * number)], to: lane)
            case .readStore(let lane, _):
                core.readFailed(lane, at: now)
            case .deliver(let attempt):
                sent += 1
                _ = core.complete(attempt, .retryable("down", after: .seconds(600)), at: now, jitter: 1)
            case .wait:
                now = now.advanced(by: .seconds(5))
                core.wake()
            case let step:
                throw Unexpected(step)
            }
        }
        #expect(sent > 10)
        #expect(taken <= sent + 2, "one batch of each lane waits for its first delivery")
    }

    /// Events in a store wait for the next start; events in memory are tried until the deadline.
    @Test(arguments: [false, true])
    func endsDuringAnOutageOnlyWithAStore(hasStore: Bool) throws {
        var core = self.core(hasStore: hasStore)
        if hasStore {
            try self.read(&core, 1...1)
        } else {
            core.add([try .stub(["/1"])], to: .observations)
        }
        core.close(after: .seconds(10), at: self.start)
        guard case .deliver(let attempt) = self.next(&core) else { throw Unexpected() }
        #expect(core.complete(attempt, .retryable("down"), at: self.start, jitter: 1) == .retried(countsFailure: false))
        switch self.next(&core) {
        case .end: #expect(hasStore)
        case .wait(let time): #expect(!hasStore && time == self.start.advanced(by: .milliseconds(500)))
        case let step: throw Unexpected(step)
        }
        #expect(core.takeUnfinished().batches.map(\.count) == [1])
    }

    @Test func endsAtTheDeadlineWhateverIsUnderWay() throws {
        var core = self.core()
        core.add([try .stub(["/1"])], to: .observations)
        guard case .deliver = self.next(&core) else { throw Unexpected() }
        core.close(after: .seconds(10), at: self.start)
        guard case .wait(until: self.start.advanced(by: .seconds(10))) = self.next(&core) else { throw Unexpected() }
        core.close(after: .seconds(2), at: self.start)
        guard case .wait(until: self.start.advanced(by: .seconds(2))) = self.next(&core) else { throw Unexpected() }
        guard case .end = core.next(at: self.start.advanced(by: .seconds(2))) else { throw Unexpected() }
    }

    @Test func unconfirmedOrdersBecomeDeadLettersAndPageViewsAreDropped() throws {
        for lane in DeliveryLane.allCases {
            var core = self.core(hasStore: true)
            try self.read(&core, 1...1, from: lane)
            guard case .deliver(let confirmed) = self.next(&core) else { throw Unexpected() }
            _ = core.complete(confirmed, nil, at: self.start, jitter: 0)
            guard case .settle = core.next(at: self.start) else { throw Unexpected() }
            _ = core.settled(refusing: { _ in false }, at: self.start)
            try self.read(&core, 2...2, from: lane)
            for _ in 0..<2 {
                guard case .deliver(let attempt) = self.next(&core) else { throw Unexpected() }
                #expect(
                    core.complete(attempt, .unconfirmed("empty"), at: self.start, jitter: 0) == .retried(countsFailure: false)
                )
            }
            guard case .deliver(let attempt) = self.next(&core) else { throw Unexpected() }
            #expect(core.complete(attempt, .unconfirmed("empty"), at: self.start, jitter: 0) == .unconfirmed)
            guard case .settle(let events) = core.next(at: self.start) else { throw Unexpected() }
            #expect(events.map(\.outcome) == [lane == .orders ? .deadLetter(reason: "unconfirmed: empty") : .dropped])
        }
    }

    @Test func unfinishedBatchesAreThoseInFlightAndThoseThatWait() throws {
        var core = self.core()
        core.add([try .stub(["/1", "/2"]), try .stub(["/3"], firstID: 2)], to: .observations)
        guard case .deliver = self.next(&core) else { throw Unexpected() }
        #expect(core.takeUnfinished().batches.map(\.count) == [2, 1])
        #expect(core.takeUnfinished().batches.isEmpty)
    }
}
