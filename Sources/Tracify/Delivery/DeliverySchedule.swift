import DequeModule

/// A batch on its way, and what has become of it so far.
struct DeliveryAttempt<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
    let batch: EventBatch
    /// Whether it is as it was made, and not a part of one that was split.
    var isWhole = true
    /// When it failed first; `nil` as long as it has not.
    var firstFailure: Instant?
    /// How often it was tried before.
    var tries = 0
}

/// What is sent when: the state of delivery as a value, without tasks, sinks or clocks, so that it can be tested by itself.
///
/// As long as the far end works, up to a number of batches are in flight. When a delivery fails in a way that may pass, the far end
/// counts as down: one batch is tried after each pause, a probe, and everything else waits. What is rejected is split in halves
/// until the bad events stand alone.
struct DeliverySchedule<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
    typealias Attempt = DeliveryAttempt<Instant>

    enum Step: Sendable {
        /// Send this, and report what came of it.
        case send(Attempt)
        /// There is room for more than is known here.
        case fetch
        /// Nothing to do until something completes, or until the time, if there is one.
        case wait(until: Instant?)
    }

    /// What followed from one delivery.
    struct Consequence: Sendable {
        /// The events were taken.
        var isDelivered = false
        /// The batch will be sent again, as it is or in parts.
        var isRetried = false
        /// The batch is one event that the far end will not take.
        var deadLetterReason: String?
        /// The batch has been tried for as long as it may be.
        var isExpired = false
    }

    private struct Outage: Sendable {
        var failures: Int
        var nextProbe: Instant
        /// Whether the far end named the pause itself.
        var isPauseAskedFor: Bool
    }

    private let configuration: RetryConfiguration
    private let maximumInFlight: Int
    /// Whether what failed too long ago is given up.
    private let isLimited: Bool
    private var waiting: Deque<Attempt> = []
    private(set) var inFlight = 0
    private var outage: Outage?
    /// Whether the last whole batch was rejected and nothing was taken since.
    private var isRejecting = false
    private var learnedSize: LearnedSize?

    init(configuration: RetryConfiguration, maximumInFlight: Int, isLimited: Bool) {
        self.configuration = configuration
        self.maximumInFlight = maximumInFlight
        self.isLimited = isLimited
    }

    var isIdle: Bool { self.inFlight == 0 && self.waiting.isEmpty }
    var isDown: Bool { self.outage != nil }
    /// The longest body that is sent, in bytes; `nil` as long as the far end took all.
    var learnedBytes: Int? { self.learnedSize?.bytes }

    /// Adds batches behind those that wait.
    mutating func add(_ batches: [EventBatch]) {
        self.waiting.append(contentsOf: batches.map { Attempt(batch: $0) })
    }

    /// What to do now.
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

    /// Takes note of what came of a delivery.
    ///
    /// - Parameter jitter: A number from 0 to 1, drawn evenly.
    mutating func complete(_ attempt: Attempt, _ failure: DeliveryError?, at now: Instant, jitter: Double) -> Consequence {
        self.inFlight -= 1
        var consequence = Consequence()
        guard let failure else {
            self.endOutage(at: now)
            self.isRejecting = false
            self.learnedSize?.noteTaken(attempt.batch.body.count)
            consequence.isDelivered = true
            return consequence
        }
        switch failure.code {
        case .rejected, .tooLarge:
            // The far end answers, so it is not down.
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
            attempt.tries += 1
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

    /// The far end answered. What was on its way before a pause was asked for does not end that pause.
    private mutating func endOutage(at now: Instant) {
        if let outage, outage.isPauseAskedFor, now < outage.nextProbe { return }
        self.outage = nil
    }

    private mutating func noteOutage(_ failure: DeliveryError, at now: Instant, jitter: Double) {
        // Batches that were in flight together fail together: that is one failure. Only a probe's, which is due, is another.
        if var outage = self.outage, now < outage.nextProbe {
            guard failure.retryAfter != nil else { return }
            let wish = now.advanced(by: self.configuration.pause(afterFailures: 1, retryAfter: failure.retryAfter, jitter: 0))
            outage.nextProbe = max(outage.nextProbe, wish)
            outage.isPauseAskedFor = true
            self.outage = outage
            return
        }
        let failures = (self.outage?.failures ?? 0) + 1
        let pause = self.configuration.pause(afterFailures: failures, retryAfter: failure.retryAfter, jitter: jitter)
        self.outage = Outage(
            failures: failures,
            nextProbe: now.advanced(by: pause),
            isPauseAskedFor: failure.retryAfter != nil
        )
    }

    /// Gives up what waits, to be counted by whoever asks.
    mutating func takeWaiting() -> [EventBatch] {
        defer { self.waiting.removeAll() }
        return self.waiting.map(\.batch)
    }
}
