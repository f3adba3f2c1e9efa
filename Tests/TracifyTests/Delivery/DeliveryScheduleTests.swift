//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// The delivery schedule against a simple model.
///
/// For any order of results, no event is lost, sent again after it was accepted, or sent while it is in flight, and the limits
/// hold.
struct DeliveryScheduleTests {
    private typealias Schedule = DeliverySchedule<ManualClock.Instant>

    @Test(arguments: 0..<40)
    func conservesEvents(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var configuration = RetryConfiguration()
        configuration.maximumRetryDuration = .seconds(30)
        var schedule = Schedule(configuration: configuration, maximumInFlight: 3, isLimited: seed % 2 == 0)
        var now = ManualClock.Instant(offset: .zero)
        var nextID: UInt64 = 0
        var added: Set<EventID> = []
        var done: Set<EventID> = []
        var inFlight: [Schedule.Attempt] = []

        func finish(_ batch: EventBatch) {
            for event in batch {
                #expect(done.insert(event.id).inserted, "seed \(seed): event \(event.id) ended twice")
            }
        }

        for _ in 0..<1500 {
            now = now.advanced(by: .milliseconds(Int.random(in: 0...400, using: &random)))
            let isCompleting = !inFlight.isEmpty && Bool.random(using: &random)
            if isCompleting {
                let attempt = inFlight.remove(at: Int.random(in: 0..<inFlight.count, using: &random))
                let failure = Self.result(attempt.batch, using: &random)
                let consequence = schedule.complete(attempt, failure, at: now, jitter: .random(in: 0...1, using: &random))
                if consequence.isDelivered || consequence.isExpired || consequence.deadLetterReason != nil {
                    finish(attempt.batch)
                }
                #expect(consequence.deadLetterReason == nil || attempt.batch.count == 1)
                #expect(!consequence.isExpired || seed % 2 == 0)
            } else {
                switch schedule.next(at: now) {
                case .send(let attempt):
                    let busy = Set(inFlight.flatMap { $0.batch.map(\.id) })
                    #expect(attempt.batch.allSatisfy { !busy.contains($0.id) && !done.contains($0.id) }, "seed \(seed)")
                    inFlight.append(attempt)
                case .fetch:
                    let count = Int.random(in: 1...20, using: &random)
                    schedule.add([try .stub((0..<count).map { "/\($0)" }, firstID: nextID)])
                    for offset in 0..<UInt64(count) { added.insert(.stub(nextID + offset)) }
                    nextID += UInt64(count)
                case .wait(let time):
                    if let time { now = max(now, time) }
                }
            }
            #expect(inFlight.count == schedule.inFlight)
            #expect(inFlight.count <= 3)
        }
        let left = Set(inFlight.flatMap { $0.batch.map(\.id) } + schedule.takeWaiting().flatMap { $0.map(\.id) })
        #expect(done.isDisjoint(with: left))
        #expect(done.union(left) == added)
    }

    /// Events whose id ends in 7 are rejected, large batches are too large, and the destination fails at random.
    private static func result(_ batch: EventBatch, using random: inout SplitMix64) -> DeliveryError? {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return .retryable("down")
        case 1: return .retryable("busy", after: .seconds(2))
        case 2: return .unauthorized("token")
        default: break
        }
        if batch.body.count > 6000 { return .tooLarge("large") }
        return batch.contains { $0.id.low % 10 == 7 } ? .rejected("poison") : nil
    }

    @Test func sendsSingleProbeAfterEachBackoff() throws {
        var schedule = Schedule(configuration: RetryConfiguration(), maximumInFlight: 2, isLimited: false)
        let start = ManualClock.Instant(offset: .zero)
        schedule.add([try .stub(["/1"]), try .stub(["/2"], firstID: 1), try .stub(["/3"], firstID: 2)])
        guard case .send(let first) = schedule.next(at: start), case .send(let second) = schedule.next(at: start) else {
            Issue.record("two batches are in flight at first")
            return
        }
        _ = schedule.complete(first, .retryable("down"), at: start, jitter: 1)
        guard case .wait(nil) = schedule.next(at: start) else {
            Issue.record("the second batch is still in flight")
            return
        }
        _ = schedule.complete(second, .retryable("down"), at: start, jitter: 1)
        guard case .wait(let probe?) = schedule.next(at: start) else {
            Issue.record("a pause precedes the probe")
            return
        }
        #expect(probe.offset == .milliseconds(500))
        guard case .send(let third) = schedule.next(at: probe) else {
            Issue.record("a probe follows the pause")
            return
        }
        guard case .wait(nil) = schedule.next(at: probe) else {
            Issue.record("one probe is in flight at a time")
            return
        }
        _ = schedule.complete(third, .retryable("down"), at: probe, jitter: 1)
        guard case .wait(let next?) = schedule.next(at: probe) else {
            Issue.record("a longer pause follows")
            return
        }
        #expect(next.offset == .milliseconds(1500))
    }

    /// The result of a batch that was in flight before the destination requested a pause does not end that pause.
    @Test(arguments: [nil, DeliveryError.rejected("no"), .tooLarge("no")])
    func resultOfEarlierAttemptKeepsRetryAfterPause(result: DeliveryError?) throws {
        var schedule = Schedule(configuration: RetryConfiguration(), maximumInFlight: 2, isLimited: false)
        let start = ManualClock.Instant(offset: .zero)
        schedule.add([try .stub(["/1"]), try .stub(["/2"], firstID: 1), try .stub(["/3"], firstID: 2)])
        guard case .send(let first) = schedule.next(at: start), case .send(let second) = schedule.next(at: start) else {
            Issue.record("two batches are in flight at first")
            return
        }
        _ = schedule.complete(first, .retryable("busy", after: .seconds(3)), at: start, jitter: 1)
        _ = schedule.complete(second, result, at: start, jitter: 1)
        guard case .wait(let probe?) = schedule.next(at: start) else {
            Issue.record("the pause remains")
            return
        }
        #expect(probe.offset >= .seconds(3))
        guard case .send(let third) = schedule.next(at: probe) else {
            Issue.record("a probe follows the pause")
            return
        }
        _ = schedule.complete(third, nil, at: probe, jitter: 1)
        #expect(!schedule.isDown)
    }

    @Test func learnedSizeGrowsWhileBodiesAreAccepted() throws {
        let batch = try EventBatch.stub((0..<8).map { "/\($0)" })
        let first = LearnedSize(refused: batch, before: nil)
        #expect(first.bytes == batch.body.count / 2)

        var size = first
        for _ in 0..<1000 { size.noteAccepted(first.bytes / 2) }
        #expect(size == first, "bodies far below the learned size do not count")
        for _ in 0..<31 { size.noteAccepted(first.bytes) }
        #expect(size.bytes == first.bytes)
        size.noteAccepted(first.bytes)
        #expect(size.bytes == first.bytes * 2)

        // The larger size fails: the next attempt to grow takes twice as many batches.
        var again = LearnedSize(refused: batch, before: size)
        #expect(again.bytes == first.bytes)
        for _ in 0..<63 { again.noteAccepted(first.bytes) }
        #expect(again.bytes == first.bytes)
        again.noteAccepted(first.bytes)
        #expect(again.bytes == first.bytes * 2)
    }

    @Test func repeatedHalvingDoesNotSlowGrowth() throws {
        let batch = try EventBatch.stub((0..<8).map { "/\($0)" })
        let half = try #require(batch.halves()).0
        var size = LearnedSize(refused: half, before: LearnedSize(refused: batch, before: nil))
        let bytes = size.bytes
        #expect(bytes == half.body.count / 2)
        for _ in 0..<32 { size.noteAccepted(bytes) }
        #expect(size.bytes == bytes * 2)
    }

    /// A single event that is too large says nothing about batches of shorter ones.
    @Test func oversizedSingleEventDoesNotHalveBatches() throws {
        let event = try EventBatch.stub(["/" + String(repeating: "x", count: 1500)])
        #expect(LearnedSize(refused: event, before: nil).bytes == event.body.count - 1)
    }
}
