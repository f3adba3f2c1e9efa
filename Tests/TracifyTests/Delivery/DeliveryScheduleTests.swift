//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// The delivery schedule against a simple model, and its rules one by one.
struct DeliveryScheduleTests {
    private typealias Schedule = DeliverySchedule

    private let start = DeliveryInstant(offset: .zero)

    private static func schedule(maximumInFlight: Int = 2, maximumEvents: Int = 100) -> Schedule {
        var batches = BatchConfiguration()
        batches.maximumEvents = maximumEvents
        return Schedule(configuration: RetryConfiguration(), batches: batches, maximumInFlight: maximumInFlight)
    }

    private static func attempt(_ paths: [String], firstID: UInt64) throws -> Schedule.Attempt {
        DeliveryAttempt(lane: .observations, batch: try .stub(paths, firstID: firstID))
    }

    private struct Unexpected: Error {}

    private func send(_ schedule: inout Schedule, at now: DeliveryInstant) throws -> Schedule.Attempt {
        guard case .send(let attempt) = schedule.next(at: now, canFetch: false) else { throw Unexpected() }
        return attempt
    }

    private func pause(_ schedule: inout Schedule, at now: DeliveryInstant) throws -> Duration {
        guard case .wait(let time?) = schedule.next(at: now, canFetch: false) else { throw Unexpected() }
        return now.duration(to: time)
    }

    /// For any order of results, no event is lost, sent again after it was accepted, or sent while it is in flight, and the limits
    /// hold.
    @Test(arguments: 0..<40)
    func conservesEvents(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var schedule = Self.schedule(maximumInFlight: 3)
        var now = self.start
        var nextID: UInt64 = 0
        var added: Set<EventID> = []
        var done: Set<EventID> = []
        var inFlight: [Schedule.Attempt] = []

        for _ in 0..<1500 {
            now = now.advanced(by: .milliseconds(Int.random(in: 0...400, using: &random)))
            let isCompleting = !inFlight.isEmpty && Bool.random(using: &random)
            if isCompleting {
                let attempt = inFlight.remove(at: Int.random(in: 0..<inFlight.count, using: &random))
                let failure = Self.result(attempt.batch, using: &random)
                let consequence = schedule.complete(attempt, failure, at: now, jitter: .random(in: 0...1, using: &random))
                if case .deadLetter = consequence { #expect(attempt.batch.count == 1) }
                if case .retried = consequence { continue }
                for event in attempt.batch {
                    #expect(done.insert(event.id).inserted, "seed \(seed): event \(event.id) ended twice")
                }
            } else {
                switch schedule.next(at: now, canFetch: true) {
                case .send(let attempt):
                    let busy = Set(inFlight.flatMap { $0.batch.map(\.id) })
                    #expect(attempt.batch.allSatisfy { !busy.contains($0.id) && !done.contains($0.id) }, "seed \(seed)")
                    inFlight.append(attempt)
                case .fetch:
                    let count = Int.random(in: 1...20, using: &random)
                    schedule.add([try Self.attempt((0..<count).map { "/\($0)" }, firstID: nextID)])
                    for offset in 0..<UInt64(count) { added.insert(.stub(nextID + offset)) }
                    nextID += UInt64(count)
                case .wait(let time):
                    if let time { now = max(now, time) }
                }
            }
            #expect(inFlight.count == schedule.inFlight)
            // One more for a batch that failed before.
            #expect(inFlight.count <= 4)
        }
        let left = Set(inFlight.flatMap { $0.batch.map(\.id) } + schedule.takeWaiting().flatMap { $0.map(\.id) })
        #expect(done.isDisjoint(with: left))
        #expect(done.union(left) == added)
    }

    /// Events whose id ends in 7 are rejected, large batches are too large, and the destination fails at random.
    private static func result(_ batch: EventBatch, using random: inout SplitMix64) -> DeliveryError? {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .retryable("down")
        case 1: return .retryable("busy", after: .seconds(2))
        case 2: return .unauthorized("token")
        case 3: return .unconfirmed("html")
        case 4: return .awaitingReceipt("no receipt", retryAfter: .seconds(1))
        default: break
        }
        if batch.body.count > 6000 { return .tooLarge("large") }
        return batch.contains { $0.id.low % 10 == 7 } ? .rejected("poison") : nil
    }

    // MARK: - Outages

    @Test func sendsSingleProbeAfterEachBackoff() throws {
        var schedule = Self.schedule()
        schedule.add(try (0..<3).map { try Self.attempt(["/\($0)"], firstID: $0) })
        let first = try self.send(&schedule, at: self.start)
        let second = try self.send(&schedule, at: self.start)
        _ = schedule.complete(first, .retryable("down"), at: self.start, jitter: 1)
        guard case .wait(nil) = schedule.next(at: self.start, canFetch: true) else { throw Unexpected() }
        _ = schedule.complete(second, .retryable("down"), at: self.start, jitter: 1)
        // Batches that were in flight together fail together.
        #expect(try self.pause(&schedule, at: self.start) == .milliseconds(500))
        let probe = self.start.advanced(by: .milliseconds(500))
        let third = try self.send(&schedule, at: probe)
        guard case .wait(nil) = schedule.next(at: probe, canFetch: true) else { throw Unexpected() }
        _ = schedule.complete(third, .retryable("down"), at: probe, jitter: 1)
        #expect(try self.pause(&schedule, at: probe) == .seconds(1))
    }

    /// The result of a batch that was in flight before the destination requested a pause does not end that pause.
    @Test(arguments: [nil, DeliveryError.rejected("no"), .tooLarge("no")])
    func resultOfEarlierAttemptKeepsRetryAfterPause(result: DeliveryError?) throws {
        var schedule = Self.schedule()
        schedule.add(try (0..<3).map { try Self.attempt(["/\($0)"], firstID: $0) })
        let first = try self.send(&schedule, at: self.start)
        let second = try self.send(&schedule, at: self.start)
        _ = schedule.complete(first, .retryable("busy", after: .seconds(3)), at: self.start, jitter: 1)
        _ = schedule.complete(second, result, at: self.start, jitter: 1)
        #expect(try self.pause(&schedule, at: self.start) >= .seconds(3))
    }

    @Test func probesRotateThroughSingleEvents() throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt((0..<4).map { "/\($0)" }, firstID: 0)])
        var now = self.start
        var sent: [[UInt64]] = []
        for _ in 0..<6 {
            let attempt = try self.send(&schedule, at: now)
            sent.append(attempt.batch.map(\.id.low))
            _ = schedule.complete(attempt, .retryable("down"), at: now, jitter: 0)
        }
        #expect(sent == [[0, 1, 2, 3], [0, 1, 2, 3], [0], [1], [0], [2]])
        now = now.advanced(by: .seconds(1))
        #expect(schedule.waitingEvents == 4)
    }

    @Test func slowlyReturnsToFullConcurrencyAfterAnOutage() throws {
        var schedule = Self.schedule(maximumInFlight: 4)
        schedule.add(try (0..<12).map { try Self.attempt(["/\($0)"], firstID: $0) })
        let first = try self.send(&schedule, at: self.start)
        _ = schedule.complete(first, .retryable("down"), at: self.start, jitter: 0)
        var widths: [Int] = []
        for _ in 0..<4 {
            var round: [Schedule.Attempt] = []
            while case .send(let attempt) = schedule.next(at: self.start, canFetch: false) { round.append(attempt) }
            widths.append(round.count)
            for attempt in round { _ = schedule.complete(attempt, nil, at: self.start, jitter: 0) }
        }
        // The second round has the batch that failed besides.
        #expect(widths == [1, 3, 4, 4])
    }

    @Test func mergesWhatTheProbesOfALongOutageLeft() throws {
        var schedule = Self.schedule(maximumEvents: 100)
        schedule.add([try Self.attempt((0..<50).map { "/\($0)" }, firstID: 1)])
        var now = self.start
        for _ in 0..<40 {
            let attempt = try self.send(&schedule, at: now)
            _ = schedule.complete(attempt, .retryable("down"), at: now, jitter: 1)
            now = now.advanced(by: .seconds(60))
        }
        var requests = 0
        while case .send(let attempt) = schedule.next(at: now, canFetch: false) {
            requests += 1
            _ = schedule.complete(attempt, nil, at: now, jitter: 0)
        }
        #expect(schedule.isIdle)
        #expect(requests <= 3)
    }

    // MARK: - Quarantine

    /// Fails every batch with a poisoned event, and returns the number of requests until nothing is left.
    private func deliver(
        _ schedule: inout Schedule,
        failing: (EventBatch) -> DeliveryError?,
        fresh: [Schedule.Attempt] = [],
        limit: Int = 20_000
    ) throws -> (requests: Int, accepted: Set<UInt64>, letters: [UInt64: String]) {
        var now = self.start
        var result: (requests: Int, accepted: Set<UInt64>, letters: [UInt64: String]) = (0, [], [:])
        while !schedule.isIdle, result.requests < limit {
            switch schedule.next(at: now, canFetch: !fresh.isEmpty) {
            case .send(let attempt):
                result.requests += 1
                now = now.advanced(by: .seconds(1))
                switch schedule.complete(attempt, failing(attempt.batch), at: now, jitter: 1) {
                case .delivered: result.accepted.formUnion(attempt.batch.map(\.id.low))
                case .deadLetter(let reason): result.letters[attempt.batch[0].id.low] = reason
                default: break
                }
            case .fetch: schedule.add(fresh)
            case .wait(let time): now = try #require(time)
            }
        }
        return result
    }

    @Test(arguments: [DeliveryError.retryable("status 503"), .unauthorized("status 403")])
    func quarantinesAndBisectsABatchThatKeepsFailingWhileOthersSucceed(failure: DeliveryError) throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt((0..<20).map { "/\($0)" }, firstID: 0)])
        let other = try Self.attempt(["/other"], firstID: 100)
        let result = try self.deliver(
            &schedule,
            failing: { $0.contains { $0.id.low == 7 } ? failure : nil },
            fresh: [other]
        )
        #expect(result.accepted.isSuperset(of: Set(0..<20).subtracting([7])))
        #expect(result.letters.keys.sorted() == [7])
        #expect(result.letters[7] == "failed 16 times while others were accepted: \(failure.reason)")
    }

    @Test func countsNoFailureWhileNothingIsAccepted() throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt(["/1", "/2"], firstID: 0)])
        let result = try self.deliver(&schedule, failing: { _ in .retryable("down") }, limit: 300)
        #expect(result.letters.isEmpty)
        #expect(schedule.waitingEvents == 2)
    }

    /// An outage that looks the same from one batch: only single events get through a firewall that refuses one of them.
    @Test func findsGoodEventsInTheOnlyBatch() throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt((0..<20).map { "/\($0)" }, firstID: 0)])
        var now = self.start
        var accepted: Set<UInt64> = []
        while accepted.count < 19, now.offset < .seconds(60) {
            switch schedule.next(at: now, canFetch: false) {
            case .send(let attempt):
                let isPoisoned = attempt.batch.contains { $0.id.low == 0 }
                _ = schedule.complete(attempt, isPoisoned ? .retryable("reset") : nil, at: now, jitter: 1)
                if !isPoisoned { accepted.formUnion(attempt.batch.map(\.id.low)) }
            case .wait(let time): now = try #require(time)
            case .fetch: throw Unexpected()
            }
        }
        #expect(accepted == Set(1..<20))
        #expect(now.offset < .seconds(10))
    }

    /// In a quiet shop nothing else is accepted that would show which batch is bad.
    @Test func findsGoodEventsWhenEachBatchHasABadOne() throws {
        var schedule = Self.schedule()
        schedule.add([
            try Self.attempt((0..<10).map { "/\($0)" }, firstID: 0), try Self.attempt((10..<20).map { "/\($0)" }, firstID: 10),
        ])
        let result = try self.deliver(
            &schedule,
            failing: { $0.contains { [7, 17].contains($0.id.low) } ? .retryable("status 503") : nil },
            limit: 200
        )
        #expect(result.accepted == Set(0..<20).subtracting([7, 17]))
        #expect(result.letters.isEmpty)
    }

    @Test func poisonedSuspectDoesNotPauseOthers() throws {
        var schedule = Self.schedule(maximumInFlight: 1)
        schedule.add([try Self.attempt(["/poison"], firstID: 0), try Self.attempt(["/1"], firstID: 1)])
        let poison = try self.send(&schedule, at: self.start)
        _ = schedule.complete(poison, .retryable("reset"), at: self.start, jitter: 0)
        let probe = try self.send(&schedule, at: self.start)
        _ = schedule.complete(probe, nil, at: self.start, jitter: 0)
        let again = try self.send(&schedule, at: self.start)
        #expect(again.batch.map(\.id.low) == [0])
        _ = schedule.complete(again, .retryable("reset"), at: self.start, jitter: 1)
        schedule.add([try Self.attempt(["/2"], firstID: 2)])
        #expect(try self.send(&schedule, at: self.start).batch.map(\.id.low) == [2])
        #expect(schedule.problem == nil)
    }

    // MARK: - Misconfigured and unconfirmed

    @Test func pausesAfterTwentyRejectionsWithoutAnAcceptance() throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt((0..<60).map { "/\($0)" }, firstID: 0)])
        var letters = 0
        var requests = 0
        while case .send(let attempt) = schedule.next(at: self.start, canFetch: false) {
            requests += 1
            if case .deadLetter = schedule.complete(attempt, .rejected("unknown site"), at: self.start, jitter: 1) {
                letters += 1
            }
        }
        #expect(schedule.isMisconfigured)
        #expect(letters == 19)
        #expect(schedule.waitingEvents == 41)
        #expect(requests < 60)
        // Once the setting is corrected, the rest is delivered.
        let result = try self.deliver(&schedule, failing: { _ in nil })
        #expect(result.accepted.count == 41)
        #expect(!schedule.isMisconfigured)
    }

    @Test func endsUnconfirmedBatchAfterThreeTriesIfOthersWereConfirmed() throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt(["/ok"], firstID: 0), try Self.attempt(["/1", "/2"], firstID: 1)])
        let first = try self.send(&schedule, at: self.start)
        _ = schedule.complete(first, nil, at: self.start, jitter: 0)
        var consequences: [Schedule.Consequence] = []
        for _ in 0..<3 {
            let attempt = try self.send(&schedule, at: self.start)
            guard attempt.batch.count == 2 else { break }
            consequences.append(schedule.complete(attempt, .unconfirmed("empty"), at: self.start, jitter: 0))
        }
        #expect(consequences.last == .unconfirmed || schedule.waitingEvents > 0)
    }

    @Test func keepsUnconfirmedEventsWhileNothingWasEverConfirmed() throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt(["/1", "/2"], firstID: 1)])
        let result = try self.deliver(&schedule, failing: { _ in .unconfirmed("html") }, limit: 100)
        #expect(result.accepted.isEmpty)
        #expect(schedule.waitingEvents == 2)
        #expect(schedule.problem?.code == .unconfirmed)
    }

    // MARK: - Shutdown

    @Test func probesAtOnceAndSpreadsFurtherProbesOverTheDeadline() throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt(["/1"], firstID: 0)])
        var now = self.start
        for _ in 0..<12 {
            let attempt = try self.send(&schedule, at: now)
            _ = schedule.complete(attempt, .retryable("down"), at: now, jitter: 1)
            now = now.advanced(by: try self.pause(&schedule, at: now))
        }
        let closing = now.advanced(by: .seconds(-30))
        schedule.close(ShutdownDeadline(after: .seconds(10), at: closing), at: closing)
        var probes = 0
        var time = closing
        probing: while probes < 100 {
            switch schedule.next(at: time, canFetch: false) {
            case .send(let attempt):
                probes += 1
                _ = schedule.complete(attempt, .retryable("down"), at: time, jitter: 1)
                continue
            case .wait(let next?): time = next
            case .wait(nil): break probing
            case .fetch: throw Unexpected()
            }
        }
        #expect(probes == 8)
        #expect(closing.duration(to: time) <= .seconds(10))
    }

    @Test func shutdownRespectsRequestedPause() throws {
        var schedule = Self.schedule()
        schedule.add([try Self.attempt(["/1"], firstID: 0)])
        let attempt = try self.send(&schedule, at: self.start)
        _ = schedule.complete(attempt, .retryable("busy", after: .seconds(60)), at: self.start, jitter: 0)
        schedule.close(ShutdownDeadline(after: .seconds(10), at: self.start), at: self.start)
        #expect(schedule.isTooLate(at: self.start))
    }

    @Test func startsNothingThatWouldBeCutOff() throws {
        var schedule = Self.schedule()
        schedule.add(try (0..<3).map { try Self.attempt(["/\($0)"], firstID: $0) })
        let slow = try self.send(&schedule, at: self.start)
        let later = self.start.advanced(by: .seconds(4))
        _ = schedule.complete(slow, nil, at: later, jitter: 0)
        schedule.close(ShutdownDeadline(after: .seconds(10), at: later), at: later)
        let inTime = try self.send(&schedule, at: later.advanced(by: .seconds(5)))
        _ = schedule.complete(inTime, nil, at: later.advanced(by: .milliseconds(5100)), jitter: 0)
        guard case .wait = schedule.next(at: later.advanced(by: .seconds(7)), canFetch: true) else { throw Unexpected() }
    }
}
