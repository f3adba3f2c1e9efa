//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule

/// A batch with the history of its deliveries.
struct DeliveryAttempt<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
    let batch: EventBatch
    /// Whether the batch is as it was made, not a part of one that was split.
    var isWhole = true
    /// The time of the first failure; `nil` before it.
    var firstFailure: Instant?
}

/// A pure state machine that decides which batch to send, and when.
///
/// While the destination works, up to a number of batches are in flight. After a transient failure the circuit is open: one batch, a
/// probe, is sent after each pause, and everything else waits. A rejected batch is bisected until the bad events are isolated.
struct DeliverySchedule<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
    typealias Attempt = DeliveryAttempt<Instant>

    enum Step: Sendable {
        /// Send this, and report the result.
        case send(Attempt)
        /// More can be sent than is known here.
        case fetch
        /// Nothing to do until a delivery completes, or until the time, if there is one.
        case wait(until: Instant?)
    }

    /// The consequence of a delivery.
    struct Consequence: Sendable {
        /// Whether the events were accepted.
        var isDelivered = false
        /// Whether the batch will be sent again, as it is or in parts.
        var isRetried = false
        /// The reason for which the batch, a single event, was rejected.
        var deadLetterReason: String?
        /// Whether the batch has been retried for as long as it may be.
        var isExpired = false
    }

    private struct Outage: Sendable {
        var failures: Int
        var nextProbe: Instant
        /// Whether the destination requested the pause.
        var isPauseRequested: Bool
    }

    private let configuration: RetryConfiguration
    private let maximumInFlight: Int
    /// Whether batches expire.
    private let isLimited: Bool
    private var waiting: Deque<Attempt> = []
    private(set) var inFlight = 0
    private var outage: Outage?
    /// Whether the last whole batch was rejected and nothing has been accepted since.
    private var isRejecting = false
    private var learnedSize: LearnedSize?

    init(configuration: RetryConfiguration, maximumInFlight: Int, isLimited: Bool) {
        self.configuration = configuration
        self.maximumInFlight = maximumInFlight
        self.isLimited = isLimited
    }

    var isIdle: Bool { self.inFlight == 0 && self.waiting.isEmpty }
    var isDown: Bool { self.outage != nil }
    /// The longest body that is sent, in bytes; `nil` as long as the destination accepted all.
    var learnedBytes: Int? { self.learnedSize?.bytes }

    /// Adds batches behind those that wait.
    mutating func add(_ batches: [EventBatch]) {
        self.waiting.append(contentsOf: batches.map { Attempt(batch: $0) })
    }

    /// Returns the next step.
    mutating func next(at now: Instant) -> Step {
        if let outage {
            guard self.inFlight == 0 else { return .wait(until: nil) }
            guard outage.nextProbe <= now else { return .wait(until: outage.nextProbe) }
        } else if self.inFlight >= (self.isRejecting ? 1 : self.maximumInFlight) {
            return .wait(until: nil)
        }
        guard let attempt = self.waiting.popFirst() else { return .fetch }
        self.inFlight += 1
        return .send(attempt)
    }

    /// Notes the result of a delivery, and returns what follows from it.
    ///
    /// `jitter` is a number from 0 to 1, drawn evenly.
    mutating func complete(_ attempt: Attempt, _ failure: DeliveryError?, at now: Instant, jitter: Double) -> Consequence {
        self.inFlight -= 1
        var consequence = Consequence()
        guard let failure else {
            self.endOutage(at: now)
            self.isRejecting = false
            self.learnedSize?.noteAccepted(attempt.batch.body.count)
            consequence.isDelivered = true
            return consequence
        }
        switch failure.code {
        case .rejected, .tooLarge:
            // The destination responds, so it is not down.
            self.endOutage(at: now)
            if failure.code == .tooLarge {
                self.learnedSize = LearnedSize(refused: attempt.batch, before: self.learnedSize)
            } else if attempt.isWhole {
                self.isRejecting = true
            }
            guard let (first, second) = attempt.batch.halves() else {
                consequence.deadLetterReason = failure.reason
                return consequence
            }
            self.waiting.prepend(Attempt(batch: second, isWhole: false))
            self.waiting.prepend(Attempt(batch: first, isWhole: false))
            consequence.isRetried = true
        default:
            self.noteOutage(failure, at: now, jitter: jitter)
            var attempt = attempt
            let firstFailure = attempt.firstFailure ?? now
            attempt.firstFailure = firstFailure
            guard !self.isLimited || firstFailure.duration(to: now) <= self.configuration.maximumRetryDuration else {
                consequence.isExpired = true
                return consequence
            }
            self.waiting.prepend(attempt)
            consequence.isRetried = true
        }
        return consequence
    }

    /// Closes the circuit, because the destination responded.
    ///
    /// A batch that was in flight before a pause was requested does not end that pause.
    private mutating func endOutage(at now: Instant) {
        if let outage, outage.isPauseRequested, now < outage.nextProbe { return }
        self.outage = nil
    }

    private mutating func noteOutage(_ failure: DeliveryError, at now: Instant, jitter: Double) {
        // Batches that were in flight together fail together: that is one failure. Only a probe's, which is due, is another.
        if var outage = self.outage, now < outage.nextProbe {
            guard failure.retryAfter != nil else { return }
            let request = now.advanced(by: self.configuration.pause(afterFailures: 1, retryAfter: failure.retryAfter, jitter: 0))
            outage.nextProbe = max(outage.nextProbe, request)
            outage.isPauseRequested = true
            self.outage = outage
            return
        }
        let failures = (self.outage?.failures ?? 0) + 1
        let pause = self.configuration.pause(afterFailures: failures, retryAfter: failure.retryAfter, jitter: jitter)
        self.outage = Outage(
            failures: failures,
            nextProbe: now.advanced(by: pause),
            isPauseRequested: failure.retryAfter != nil
        )
    }

    /// Removes and returns the waiting batches.
    mutating func takeWaiting() -> [EventBatch] {
        defer { self.waiting.removeAll() }
        return self.waiting.map(\.batch)
    }
}
