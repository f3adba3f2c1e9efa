//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

/// A destination with the scenario's faults, and what it has taken.
struct SimulatedDestination {
    /// The answer to a batch.
    struct Answer {
        var failure: DeliveryError?
        /// Whether the destination took the events, whatever it answered.
        var isTaken = true
        /// Whether it took only the first half of them.
        var isHalfTaken = false
        var delay: Duration
    }

    let scenario: Scenario
    /// How often each event was taken.
    private(set) var taken: [EventID: Int] = [:]
    /// How often each event may have been taken without the sender knowing it.
    private(set) var unknown: [EventID: Int] = [:]
    private(set) var firstTaken: [EventID: SimulatedInstant] = [:]
    private(set) var requests = 0
    private(set) var sent: [EventID: Int] = [:]

    init(scenario: Scenario) {
        self.scenario = scenario
    }

    /// Returns the answer to a batch of events with these numbers.
    mutating func answer(_ batch: EventBatch, poison: [Scenario.Poison], at now: SimulatedInstant, _ random: inout SplitMix64)
        -> Answer
    {
        self.requests += 1
        for event in batch { self.sent[event.id, default: 0] += 1 }
        var answer = Answer(delay: random.duration(self.scenario.latency))
        for fault in self.scenario.destinationFaults where fault.time.contains(now.microseconds) {
            switch fault.kind {
            case .down: answer.failure = .retryable("down")
            case .forbidden: answer.failure = .unauthorized("status 403")
            case .hang:
                answer.failure = .retryable("no response")
                answer.delay = .seconds(30)
                answer.isTaken = random.once(in: 2)
                self.noteIfTaken(batch, answer)
                return answer
            case .busy: answer.failure = .retryable("status 429", after: random.duration(0...20_000))
            case .flapping: if random.once(in: 2) { answer.failure = .retryable("status 503") }
            case .unconfirmed:
                answer.failure = .unconfirmed("status 200 with an unreadable body")
                answer.isTaken = random.once(in: 2)
                self.noteIfTaken(batch, answer)
                return answer
            case .lostAnswers:
                if random.once(in: 3) {
                    answer.failure = .retryable("reset")
                    self.noteIfTaken(batch, answer)
                    return answer
                }
            case .takesHalf:
                if random.once(in: 3) {
                    answer.failure = .retryable("status 500")
                    answer.isHalfTaken = true
                    self.noteIfTaken(batch, answer)
                    return answer
                }
            case .rejectsAll: answer.failure = .rejected("unknown site")
            case .slow: answer.delay = .seconds(3)
            }
        }
        for kind in poison where answer.failure == nil {
            switch kind {
            case .rejected: answer.failure = .rejected("poison")
            case .serverError: answer.failure = .retryable("status 503")
            case .forbidden: answer.failure = .unauthorized("status 403")
            case .reset: answer.failure = .retryable("reset")
            case .hang:
                answer.failure = .retryable("no response")
                answer.delay = .seconds(30)
            case .tooLarge: answer.failure = .tooLarge("status 413")
            }
        }
        if answer.failure != nil { answer.isTaken = false }
        return answer
    }

    private mutating func noteIfTaken(_ batch: EventBatch, _ answer: Answer) {
        if answer.isTaken { self.excuse(batch) }
    }

    /// Notes that the sender does not know whether these events were taken.
    mutating func excuse(_ batch: EventBatch) {
        for event in batch { self.excuse(event.id) }
    }

    mutating func excuse(_ id: EventID) {
        self.unknown[id, default: 0] += 1
    }

    /// Takes a batch.
    mutating func take(_ batch: EventBatch, at now: SimulatedInstant) {
        for event in batch {
            self.taken[event.id, default: 0] += 1
            if self.firstTaken[event.id] == nil { self.firstTaken[event.id] = now }
        }
    }
}
