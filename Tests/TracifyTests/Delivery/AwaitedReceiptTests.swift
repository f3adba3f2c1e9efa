//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// Events that a broker has, and that the destination has not confirmed.
@Suite(.timeLimit(.minutes(5)))
struct AwaitedReceiptTests {
    private let start = DeliveryInstant(offset: .zero)
    private let miss = DeliveryError.awaitingReceipt("no receipt", retryAfter: .seconds(30))

    private func schedule() -> DeliverySchedule {
        DeliverySchedule(configuration: RetryConfiguration(), batches: BatchConfiguration(), maximumInFlight: 1)
    }

    private func attempt(_ id: UInt64, count: Int = 1) throws -> DeliveryAttempt {
        DeliveryAttempt(lane: .orders, batch: try .stub((0..<count).map { "/\(id)/\($0)" }, firstID: id))
    }

    private func sent(_ schedule: inout DeliverySchedule, at now: DeliveryInstant) -> DeliveryAttempt? {
        if case .send(let attempt) = schedule.next(at: now, canFetch: false) { attempt } else { nil }
    }

    @Test func othersAreSentMeanwhileAndTheReceiptIsAskedForAgain() throws {
        var schedule = self.schedule()
        schedule.add([try self.attempt(0), try self.attempt(10)])
        let first = try #require(self.sent(&schedule, at: self.start))
        #expect(schedule.complete(first, self.miss, at: self.start, jitter: 0) == .retried(countsFailure: false))
        let second = try #require(self.sent(&schedule, at: self.start))
        #expect(second.batch.first?.id == .stub(10))
        #expect(schedule.complete(second, nil, at: self.start, jitter: 0) == .delivered)
        #expect(!schedule.isIdle)
        #expect(schedule.waitingEvents == 1)
        guard case .wait(let time?) = schedule.next(at: self.start, canFetch: false) else {
            Issue.record("nothing is waited for")
            return
        }
        #expect(self.start.duration(to: time) == .seconds(30))
        let again = try #require(self.sent(&schedule, at: time))
        #expect(again.batch.first?.id == .stub(0))
        #expect(schedule.complete(again, nil, at: time, jitter: 0) == .delivered)
        #expect(schedule.isIdle)
    }

    @Test func whatNoOneHasComesFirstAndTheRestIsAskedForTogether() throws {
        var schedule = self.schedule()
        for id in 0..<5 as Range<UInt64> {
            schedule.add([try self.attempt(10 * id + 1)])
            let attempt = try #require(self.sent(&schedule, at: self.start))
            _ = schedule.complete(attempt, self.miss, at: self.start, jitter: 0)
        }
        let later = self.start.advanced(by: .seconds(31))
        schedule.add([try self.attempt(100)])
        let fresh = try #require(self.sent(&schedule, at: later))
        #expect(fresh.batch.map(\.id) == [.stub(100)])
        _ = schedule.complete(fresh, nil, at: later, jitter: 0)
        let again = try #require(self.sent(&schedule, at: later))
        #expect(again.batch.count == 5)
    }

    @Test func severalMissesInARowAreAProblem() throws {
        var schedule = self.schedule()
        var now = self.start
        schedule.add([try self.attempt(0)])
        for count in 1...4 {
            let attempt = try #require(self.sent(&schedule, at: now))
            _ = schedule.complete(attempt, self.miss, at: now, jitter: 0)
            #expect((schedule.problem == self.miss) == (count >= 3))
            now = now.advanced(by: .seconds(31))
        }
        let attempt = try #require(self.sent(&schedule, at: now))
        _ = schedule.complete(attempt, nil, at: now, jitter: 0)
        #expect(schedule.problem == nil)
    }

    @Test func memoryIsBounded() throws {
        var schedule = self.schedule()
        schedule.add(Array(repeating: try self.attempt(1, count: 1000), count: 12))
        var sent = 0
        while let attempt = self.sent(&schedule, at: self.start) {
            sent += attempt.batch.count
            _ = schedule.complete(attempt, self.miss, at: self.start, jitter: 0)
        }
        #expect(sent == AwaitedReceipts.maximumEvents)
        #expect(schedule.waitingEvents == 12_000)
    }

    /// The broker is down: that is an outage like any other.
    @Test func failureOfARepetitionOpensTheCircuit() throws {
        var schedule = self.schedule()
        schedule.add([try self.attempt(0)])
        let attempt = try #require(self.sent(&schedule, at: self.start))
        _ = schedule.complete(attempt, self.miss, at: self.start, jitter: 0)
        var now = self.start.advanced(by: .seconds(31))
        for _ in 0..<2 {
            let attempt = try #require(self.sent(&schedule, at: now))
            _ = schedule.complete(attempt, .retryable("no broker"), at: now, jitter: 1)
            now = now.advanced(by: .seconds(61))
        }
        #expect(schedule.problem?.reason == "no broker")
        let probe = try #require(self.sent(&schedule, at: now))
        _ = schedule.complete(probe, nil, at: now, jitter: 0)
        #expect(schedule.isIdle)
    }

    /// Without a store, the tracker waits for the receipts of its orders until the deadline.
    @Test func shutdownAsksAgainAtOnce() throws {
        var schedule = self.schedule()
        schedule.add([try self.attempt(0)])
        let attempt = try #require(self.sent(&schedule, at: self.start))
        _ = schedule.complete(attempt, self.miss, at: self.start, jitter: 0)
        let now = self.start.advanced(by: .seconds(1))
        schedule.close(ShutdownDeadline(after: .seconds(20), at: now), at: now)
        #expect(self.sent(&schedule, at: now) != nil)
    }
}
