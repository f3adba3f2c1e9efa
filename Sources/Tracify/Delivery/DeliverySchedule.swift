//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule

/// A pure state machine that decides which batch of a lane to send, and when.
///
/// While the destination works, up to a number of batches are in flight, and half as many that failed before. After a failure the
/// circuit is open: one probe is sent after each pause, and everything else waits. Probes rotate: they are other events each time, and
/// single ones, so that no event can make a working destination look like one that is down.
///
/// A batch that failed is a suspect. It is sent again apart from the others; when it keeps failing while others are accepted, it is
/// bisected until the bad events are isolated. A rejected batch is bisected at once. What awaits a receipt delays no other batch.
struct DeliverySchedule: Sendable {
    typealias Attempt = DeliveryAttempt

    /// The number of unconfirmed deliveries of a batch after which it is not sent again.
    static var maximumUnconfirmed: Int { 3 }
    /// The number of events that are rejected without any being accepted after which the destination counts as misconfigured.
    static var rejectionsToMisconfiguration: Int { 20 }
    /// The number of suspects beyond which other events are sent slowly and one by one, so that memory is bounded.
    static var maximumSuspects: Int { 32 }
    /// The number of suspects beyond which no others are sent.
    static var maximumSuspectsInOutage: Int { 1000 }

    private let configuration: RetryConfiguration
    private let batches: BatchConfiguration
    private let maximumInFlight: Int
    /// Suspects have places of their own, so that one which hangs delays no other batch.
    private var maximumSuspectsInFlight: Int { max(1, self.maximumInFlight / 2) }
    private var fresh: Deque<Attempt> = []
    private var suspects = SuspectList()
    private var awaited = AwaitedReceipts()
    private(set) var inFlight = 0
    private var suspectsInFlight = 0
    /// The number of batches that may be in flight besides the suspects.
    ///
    /// After an outage or a rejection one, then twice as many after each acceptance.
    private var allowedInFlight: Int
    private var outage: Outage?
    /// The time of the next single event that is sent although the suspects are too many.
    private var nextSample: DeliveryInstant?
    /// The number of batches that were accepted.
    private var delivered = 0
    /// The number of events that were rejected since the last acceptance.
    private var rejectedInRow = 0
    private var learnedSize = LearnedSize()
    private var typicalDuration = Duration.zero
    private var deadline: ShutdownDeadline?
    private var probesSinceClose = 0

    init(configuration: RetryConfiguration, batches: BatchConfiguration, maximumInFlight: Int) {
        self.configuration = configuration
        self.batches = batches
        self.maximumInFlight = maximumInFlight
        self.allowedInFlight = maximumInFlight
    }

    var isIdle: Bool { self.inFlight == 0 && self.fresh.isEmpty && self.suspects.isEmpty && self.awaited.attempts.isEmpty }
    /// The number of events that wait here.
    var waitingEvents: Int {
        self.fresh.reduce(self.suspects.eventCount + self.awaited.attempts.eventCount) { $0 + $1.batch.count }
    }
    /// The number of events that wait here because they failed.
    var suspectEvents: Int { self.suspects.eventCount }
    /// Whether the destination has rejected so many events in a row that its settings must be wrong.
    var isMisconfigured: Bool { self.rejectedInRow >= Self.rejectionsToMisconfiguration }
    /// The reason for which the circuit is open; `nil` when it is closed or may be closed by the next request.
    var problem: DeliveryError? {
        guard let outage else { return self.awaited.problem }
        return outage.isCertain || self.isMisconfigured ? outage.failure : nil
    }
    /// The longest body that is sent, in bytes; `nil` as long as the destination accepted all.
    var learnedBytes: Int? { self.learnedSize.bytes }

    /// Adds batches behind those that wait.
    mutating func add(_ attempts: [Attempt]) {
        for attempt in attempts {
            if attempt.isSuspect { self.suspects.append(attempt) } else { self.fresh.append(attempt) }
        }
    }

    /// Begins the shutdown: one probe is due now, further ones are spread over the time that is left.
    mutating func close(_ deadline: ShutdownDeadline, at now: DeliveryInstant) {
        self.deadline = deadline
        self.outage?.probe(at: now)
        self.suspects.makeDue()
        self.awaited.attempts.makeDue()
    }

    /// Whether nothing can be sent any more before the deadline of the shutdown.
    func isTooLate(at now: DeliveryInstant) -> Bool {
        guard let deadline = self.deadline else { return false }
        return !deadline.allowsDelivery(at: now, taking: self.typicalDuration)
            || self.outage.map { !deadline.allowsDelivery(at: $0.nextProbe, taking: self.typicalDuration) } ?? false
    }

    /// Whether something was tried since the shutdown began, and only failed events are left or the destination is down.
    func isDownAtShutdown(isStoreExhausted: Bool) -> Bool {
        self.probesSinceClose > 0 && (self.outage != nil || (self.fresh.isEmpty && isStoreExhausted))
    }

    /// Whether all events that wait here are in the store.
    var isStored: Bool {
        self.fresh.allSatisfy { $0.batch.isStored } && self.suspects.allSatisfy { $0.batch.isStored }
            && self.awaited.attempts.allSatisfy { $0.batch.isStored }
    }

    /// Removes and returns the waiting batches.
    mutating func takeWaiting() -> [EventBatch] {
        defer { self.fresh.removeAll() }
        return self.fresh.map(\.batch) + (self.suspects.removeAll() + self.awaited.attempts.removeAll()).map(\.batch)
    }

    /// Removes and returns some events of the waiting batches.
    mutating func removeWaiting(where isRemoved: (EncodedEvent) -> Bool) -> [EventBatch.Header] {
        self.fresh.remove(where: isRemoved) + self.suspects.remove(where: isRemoved)
            + self.awaited.attempts.remove(where: isRemoved)
    }

    // MARK: - The next step

    /// Returns the next step.
    ///
    /// `canFetch` tells whether there may be more batches to ``add(_:)``.
    mutating func next(at now: DeliveryInstant, canFetch: Bool) -> Step {
        if self.deadline != nil, self.isTooLate(at: now) { return .wait(until: nil) }
        if let outage { return self.nextProbe(outage, at: now, canFetch: canFetch) }
        if self.suspectsInFlight < min(self.maximumSuspectsInFlight, self.allowedInFlight),
            let suspect = self.suspects.popDue(at: now)
        {
            return self.send(suspect, at: now)
        }
        var time = self.suspectsInFlight < self.maximumSuspectsInFlight ? self.suspects.nextDue : nil
        if self.inFlight - self.suspectsInFlight < self.allowedInFlight {
            if !self.awaited.isFull, self.suspects.count < Self.maximumSuspects {
                if let step = self.sendFresh(asSingle: false, at: now) { return step }
                if canFetch { return .fetch }
            } else if self.suspects.count >= Self.maximumSuspects, self.suspects.count < Self.maximumSuspectsInOutage,
                !self.fresh.isEmpty || canFetch
            {
                // Slowly and one by one, because without any acceptance no failure of a suspect would count.
                if now >= self.nextSample ?? now {
                    guard let step = self.sendFresh(asSingle: true, at: now) else { return .fetch }
                    self.nextSample = now.advanced(by: self.configuration.initialBackoff)
                    return step
                }
                time = smaller(time, self.nextSample)
            }
            // Behind those that no one has yet.
            if let attempt = self.awaited.attempts.popDue(at: now, merging: self.batches, below: self.learnedBytes) {
                return self.send(attempt, at: now)
            }
            time = smaller(time, self.awaited.attempts.nextDue)
        }
        return .wait(until: time)
    }

    /// Sends the first batch that has not failed, or the first event of it; `nil` without any.
    private mutating func sendFresh(asSingle: Bool, at now: DeliveryInstant) -> Step? {
        guard let attempt = self.fresh.popFirst() else { return nil }
        guard asSingle, let (single, rest) = attempt.split(at: 1) else { return self.send(attempt, at: now) }
        self.fresh.prepend(rest)
        return self.send(single, at: now)
    }

    /// The first probe is another batch, as it is; then probes alternate between single events of suspects and of other batches.
    private mutating func nextProbe(_ outage: Outage, at now: DeliveryInstant, canFetch: Bool) -> Step {
        guard self.inFlight == 0 else { return .wait(until: nil) }
        guard outage.nextProbe <= now else { return .wait(until: outage.nextProbe) }
        if !outage.failures.isMultiple(of: 2), self.suspects.count < Self.maximumSuspectsInOutage {
            if let step = self.sendFresh(asSingle: outage.failures > 1, at: now) { return step }
            if canFetch { return .fetch }
        }
        if let attempt = self.suspects.popFirst(at: now) {
            guard outage.failures > 1, self.suspects.count < Self.maximumSuspectsInOutage,
                let (probe, rest) = attempt.split(at: 1)
            else { return self.send(attempt, at: now) }
            self.suspects.append(rest)
            return self.send(probe, at: now)
        }
        return self.sendFresh(asSingle: false, at: now) ?? (canFetch ? .fetch : .wait(until: nil))
    }

    private mutating func send(_ attempt: Attempt, at now: DeliveryInstant) -> Step {
        var attempt = attempt
        attempt.start = now
        self.inFlight += 1
        if attempt.isSuspect { self.suspectsInFlight += 1 }
        return .send(attempt)
    }

    // MARK: - Results

    /// Notes the result of a delivery, and returns what follows from it.
    ///
    /// `jitter` is a number from 0 to 1, drawn evenly.
    mutating func complete(_ attempt: Attempt, _ failure: DeliveryError?, at now: DeliveryInstant, jitter: Double) -> Consequence
    {
        self.inFlight -= 1
        if attempt.isSuspect { self.suspectsInFlight -= 1 }
        if self.deadline != nil { self.probesSinceClose += 1 }
        guard let failure else {
            self.accept(attempt, at: now)
            return .delivered
        }
        switch failure.code {
        case .rejected, .tooLarge: return self.reject(attempt, failure, at: now, jitter: jitter)
        case .unconfirmed: return self.leaveUnconfirmed(attempt, failure, at: now, jitter: jitter)
        case .awaitingReceipt: return self.awaitReceipt(attempt, failure, at: now, jitter: jitter)
        default: return self.fail(attempt, failure, at: now, jitter: jitter)
        }
    }

    private mutating func accept(_ attempt: Attempt, at now: DeliveryInstant) {
        self.delivered += 1
        self.rejectedInRow = 0
        self.awaited.noteAccepted()
        self.allowedInFlight = min(self.maximumInFlight, self.allowedInFlight * 2)
        self.learnedSize.noteAccepted(attempt.batch.body.count)
        if let start = attempt.start { self.typicalDuration = max(start.duration(to: now), self.typicalDuration * 7 / 8) }
        self.closeCircuit(at: now)
    }

    private mutating func awaitReceipt(_ attempt: Attempt, _ failure: DeliveryError, at now: DeliveryInstant, jitter: Double)
        -> Consequence
    {
        self.allowedInFlight = min(self.maximumInFlight, self.allowedInFlight * 2)
        self.closeCircuit(at: now)
        let pause = min(self.pause(afterFailures: 1, failure, jitter: jitter), self.deadline?.maximumPause ?? .seconds(86_400))
        self.awaited.add(attempt, failure, notBefore: now.advanced(by: pause))
        return .retried(countsFailure: false)
    }

    private mutating func reject(_ attempt: Attempt, _ failure: DeliveryError, at now: DeliveryInstant, jitter: Double)
        -> Consequence
    {
        if self.isMisconfigured {
            self.openCircuit(failure, at: now, jitter: jitter)
            return self.suspect(attempt, countsFailure: false)
        }
        // The destination responds, so it is not down.
        self.closeCircuit(at: now)
        self.allowedInFlight = 1
        if failure.code == .tooLarge { self.learnedSize.noteRefused(attempt.batch) }
        guard let (first, second) = attempt.split(at: attempt.batch.count / 2) else {
            self.rejectedInRow += 1
            guard self.isMisconfigured else { return .deadLetter(reason: failure.reason) }
            self.openCircuit(failure, at: now, jitter: jitter)
            return self.suspect(attempt, countsFailure: false)
        }
        for var part in [second, first] {
            part.isSuspect = false
            self.fresh.prepend(part)
        }
        return .retried(countsFailure: false)
    }

    private mutating func leaveUnconfirmed(
        _ attempt: Attempt,
        _ failure: DeliveryError,
        at now: DeliveryInstant,
        jitter: Double
    ) -> Consequence {
        var attempt = attempt
        attempt.unconfirmed += 1
        // A destination that never confirmed anything is the wrong one, and all events are kept for the right one.
        if attempt.unconfirmed >= Self.maximumUnconfirmed, self.delivered > 0 { return .unconfirmed }
        self.pause(&attempt, failure, at: now, jitter: jitter)
        return self.suspect(attempt, countsFailure: false)
    }

    private mutating func fail(_ attempt: Attempt, _ failure: DeliveryError, at now: DeliveryInstant, jitter: Double)
        -> Consequence
    {
        var attempt = attempt
        let isCounted = attempt.deliveredAtFailure.map { self.delivered > $0 } ?? (attempt.failures > 0 && self.delivered > 0)
        self.pause(&attempt, failure, at: now, jitter: jitter)
        guard isCounted else {
            // Perhaps nothing is accepted because each batch that waits has a bad event: then their parts tell.
            if attempt.retries > 1, failure.retryAfter == nil, self.outage == nil, self.suspects.count < Self.maximumSuspects / 2,
                let (first, second) = attempt.split(at: attempt.batch.count / 2)
            {
                _ = self.suspect(first, countsFailure: false)
                return self.suspect(second, countsFailure: false)
            }
            return self.suspect(attempt, countsFailure: false)
        }
        attempt.failures += 1
        attempt.failuresOfThisSize += 1
        guard attempt.failuresOfThisSize >= EventBatch.failuresOfSuspect else {
            return self.suspect(attempt, countsFailure: true)
        }
        if let (first, second) = attempt.split(at: attempt.batch.count / 2) {
            _ = self.suspect(first, countsFailure: true)
            return self.suspect(second, countsFailure: true)
        }
        if attempt.failures >= self.configuration.maximumFailures {
            return .deadLetter(reason: "failed \(attempt.failures) times while others were accepted: \(failure.reason)")
        }
        return self.suspect(attempt, countsFailure: true)
    }

    /// Pauses the batch alone, or the lane: a suspect that fails says nothing about the destination.
    private mutating func pause(_ attempt: inout Attempt, _ failure: DeliveryError, at now: DeliveryInstant, jitter: Double) {
        guard attempt.isSuspect, self.outage == nil else { return self.openCircuit(failure, at: now, jitter: jitter) }
        attempt.retries += 1
        attempt.notBefore = now.advanced(by: self.pause(afterFailures: attempt.retries, failure, jitter: jitter))
        attempt.isPauseRequested = failure.retryAfter != nil
    }

    private mutating func suspect(_ attempt: Attempt, countsFailure: Bool) -> Consequence {
        var attempt = attempt
        attempt.isSuspect = true
        attempt.deliveredAtFailure = self.delivered
        self.suspects.append(attempt)
        return .retried(countsFailure: countsFailure)
    }

    // MARK: - The circuit

    private mutating func openCircuit(_ failure: DeliveryError, at now: DeliveryInstant, jitter: Double) {
        var outage = self.outage ?? Outage(failure, at: now)
        outage.add(failure, at: now) { self.pause(afterFailures: $0, failure, jitter: jitter) }
        self.outage = outage
        self.allowedInFlight = 1
    }

    /// Closes the circuit, because the destination responded.
    ///
    /// A batch that was in flight before a pause was requested does not end that pause.
    private mutating func closeCircuit(at now: DeliveryInstant) {
        guard let outage else { return }
        if outage.isPauseRequested, now < outage.nextProbe { return }
        self.outage = nil
        self.suspects.merge(
            maximumEvents: self.batches.maximumEvents,
            maximumBytes: min(self.batches.maximumBytes, self.learnedBytes ?? .max)
        )
    }

    private func pause(afterFailures failures: Int, _ failure: DeliveryError, jitter: Double) -> Duration {
        let pause = self.configuration.pause(afterFailures: failures, retryAfter: failure.retryAfter, jitter: jitter)
        guard let deadline, failure.retryAfter == nil else { return pause }
        return min(pause, deadline.maximumPause)
    }
}
