//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The decisions of an exporter as a value: no tasks, clocks, sinks or stores, so that it can be tested and simulated by itself.
///
/// ``Exporter`` asks for the next step, carries it out, and reports the result. Each lane reads, sends, retries and pauses by itself.
/// With a store, the queue is drained into the store, and the lanes read from there; while the store fails, they take from the queue.
struct ExporterCore: Sendable {
    typealias Attempt = DeliveryAttempt
    typealias Consequence = DeliverySchedule.Consequence

    enum Step: Sendable {
        /// Deliver this, and report the result to ``complete(_:_:at:jitter:)``.
        case deliver(Attempt)
        /// Take records of the lane from the queue, and report their number to ``tookFromQueue(_:_:isPartial:)``.
        ///
        /// Then store them if told so and report that to ``stored(_:isEmpty:)``, or report their batches to ``add(_:to:)``.
        case takeFromQueue(DeliveryLane, isPartial: Bool, isStored: Bool)
        /// Read events of the store, and report them to ``add(_:read:from:)``.
        case readStore(DeliveryLane, after: UInt64)
        /// Record outcomes, and report the result to ``settled(refusing:at:)``.
        case settle([SettledEvent])
        /// Nothing to do until a result or a wake-up comes, or until this time.
        case wait(until: DeliveryInstant?)
        /// Nothing is left that can be delivered now, and nothing more comes in.
        case end
    }

    private let batches: BatchConfiguration
    private let retry: RetryConfiguration
    private let hasStore: Bool
    private var orders: LaneState
    var observations: LaneState
    private(set) var inFlight: [Attempt] = []
    var settlements = SettlementBuffer()
    private var deadline: ShutdownDeadline?
    /// The time when the store is tried again; `nil` as long as it works.
    private var nextStoreTry: DeliveryInstant?
    private var storeFailures = 0
    var erasures = ErasureState()

    init(batches: BatchConfiguration, retry: RetryConfiguration, hasStore: Bool) {
        self.batches = batches
        self.retry = retry
        self.hasStore = hasStore
        // Orders have a place of their own, whatever the number of other batches in flight.
        self.orders = LaneState(schedule: DeliverySchedule(configuration: retry, batches: batches, maximumInFlight: 1))
        self.observations = LaneState(
            schedule: DeliverySchedule(
                configuration: retry,
                batches: batches,
                maximumInFlight: batches.maximumConcurrentDeliveries
            )
        )
    }

    subscript(lane: DeliveryLane) -> LaneState {
        get {
            switch lane {
            case .orders: self.orders
            case .observations: self.observations
            }
        }
        _modify {
            switch lane {
            case .orders: yield &self.orders
            case .observations: yield &self.observations
            }
        }
    }

    // MARK: - State

    var isClosed: Bool { self.deadline != nil }
    /// The time that is left of a shutdown.
    func timeLeft(at now: DeliveryInstant) -> Duration { self.deadline.map { now.duration(to: $0.time) } ?? .zero }
    /// The longest body that the destination is known to accept, in bytes; `nil` as long as it accepted all.
    var learnedBytes: Int? {
        smaller(self.orders.schedule.learnedBytes, self.observations.schedule.learnedBytes)
    }
    /// Whether the destination accepts no events of the lane, and why.
    func problem(of lane: DeliveryLane) -> (failure: DeliveryError, isMisconfigured: Bool)? {
        self[lane].schedule.problem.map { ($0, self[lane].schedule.isMisconfigured) }
    }
    /// Whether the delivery of orders pauses, because dead letters of orders fill their limit.
    var isHeldByDeadLetters: Bool { !self.settlements.refused.isEmpty }
    /// The number of events that are in flight or wait in memory.
    var waitingEvents: Int {
        self.inFlight.reduce(0) { $0 + $1.batch.count } + DeliveryLane.allCases.reduce(0) { $0 + self[$1].schedule.waitingEvents }
    }
    /// The number of distinct events that wait because they failed.
    var failingEvents: Int { DeliveryLane.allCases.reduce(0) { $0 + self[$1].schedule.suspectEvents } }

    /// Whether everything that was taken is delivered or settled, and the queue and the store had nothing more.
    var isDrained: Bool {
        self.settlements.isEmpty
            && DeliveryLane.allCases.allSatisfy { lane in
                let state = self[lane]
                return state.schedule.isIdle && !state.isTaking && !state.isReading && state.isQueueExhausted && !state.isFlushing
                    && (state.isStoreExhausted || !self.hasStore)
            }
    }

    // MARK: - Steps

    /// Returns the next step.
    mutating func next(at now: DeliveryInstant) -> Step {
        if let deadline, deadline.time <= now { return .end }
        if let events = self.settlements.next(at: now) { return .settle(events) }
        var time = self.later(self.settlements.due, self.deadline?.time, than: now)
        for lane in DeliveryLane.allCases {
            switch self.next(lane, at: now) {
            case .wait(let next): time = smaller(time, self.later(next, self[lane].nextRead, than: now))
            case let step: return step
            }
        }
        if self.isFinished(at: now) { return .end }
        return .wait(until: time)
    }

    /// Returns the first of two times that is not past.
    private func later(_ time: DeliveryInstant?, _ other: DeliveryInstant?, than now: DeliveryInstant) -> DeliveryInstant? {
        smaller(time.flatMap { $0 > now ? $0 : nil }, other.flatMap { $0 > now ? $0 : nil })
    }

    private mutating func next(_ lane: DeliveryLane, at now: DeliveryInstant) -> Step {
        let isStoreDue = self.hasStore && self.nextStoreTry.map { $0 <= now } ?? true
        // Into the store at once, not only when the lane has room for more; while events bypass it, the queue bounds what waits.
        let takesAtOnce = isStoreDue && (!self[lane].isBypassing || self[lane].schedule.waitingEvents == 0)
        if takesAtOnce, self.canTake(lane) { return self.take(lane, isStored: true) }
        if lane == .orders, self.isHeldByDeadLetters { return .wait(until: nil) }
        let canRead = self.hasStore && self.mayRead(lane) && self[lane].canRead(at: now) && self.erasures.allowsReading(lane)
        let canFetch = canRead || self.canTake(lane)
        switch self[lane].schedule.next(at: now, canFetch: canFetch) {
        case .send(let attempt):
            self.inFlight.append(attempt)
            return .deliver(attempt)
        case .fetch where canRead:
            self[lane].beginReading()
            return .readStore(lane, after: self[lane].position)
        case .fetch:
            return self.take(lane, isStored: isStoreDue)
        case .wait(let time):
            return .wait(until: time)
        }
    }

    private func canTake(_ lane: DeliveryLane) -> Bool {
        !self[lane].isTaking && !self[lane].isQueueExhausted && self.erasures.allowsTaking(lane)
    }

    /// Whether more events may be read: not if so many acknowledgements are not recorded that a crash would repeat too much.
    ///
    /// Repeated orders are harmless.
    private func mayRead(_ lane: DeliveryLane) -> Bool {
        lane == .orders || self.settlements.count < 10 * self.batches.maximumEvents
    }

    private mutating func take(_ lane: DeliveryLane, isStored: Bool) -> Step {
        self[lane].isTaking = true
        return .takeFromQueue(lane, isPartial: self[lane].isFlushing, isStored: isStored)
    }

    private func isFinished(at now: DeliveryInstant) -> Bool {
        self.isClosed && self.settlements.isEmpty && DeliveryLane.allCases.allSatisfy { self.isFinished($0, at: now) }
    }

    private func isFinished(_ lane: DeliveryLane, at now: DeliveryInstant) -> Bool {
        let state = self[lane]
        guard state.schedule.inFlight == 0, !state.isTaking, !state.isReading else { return false }
        if state.schedule.isTooLate(at: now) { return true }
        guard state.isQueueExhausted else { return false }
        guard self.hasStore else { return state.schedule.isIdle || (lane == .orders && self.isHeldByDeadLetters) }
        if state.schedule.isIdle, state.isStoreExhausted { return true }
        // What a destination that is down does not accept stays in the store for the next start.
        let isStopped =
            state.schedule.isDownAtShutdown(isStoreExhausted: state.isStoreExhausted)
            || state.nextRead != nil || (lane == .orders && self.isHeldByDeadLetters)
        return isStopped && state.schedule.isStored
    }

    // MARK: - From the queue and the store

    /// Notes that there may be something new in the queue or the store.
    mutating func wake() {
        for lane in DeliveryLane.allCases { self[lane].wake() }
    }

    /// Takes partial batches until the queue is empty.
    mutating func requestFlush() {
        for lane in DeliveryLane.allCases { self[lane].isFlushing = true }
    }

    /// Begins the shutdown, or brings its end forward: nothing is enqueued any more.
    mutating func close(after duration: Duration, at now: DeliveryInstant) {
        let deadline = ShutdownDeadline(after: duration, at: now)
        if let known = self.deadline, known.time <= deadline.time { return }
        self.deadline = deadline
        self.wake()
        self.requestFlush()
        self.settlements.retry(at: now)
        self.nextStoreTry = self.nextStoreTry.map { min($0, now) }
        for lane in DeliveryLane.allCases { self[lane].schedule.close(deadline, at: now) }
    }

    /// Notes how many records of a lane were taken from the queue.
    ///
    /// Before they are resolved, which may suspend: a flush that is requested meanwhile is another one.
    mutating func tookFromQueue(_ count: Int, _ lane: DeliveryLane, isPartial: Bool) {
        self[lane].took(count, isPartial: isPartial, of: self.batches.maximumEvents, isClosed: self.isClosed)
    }

    /// Adds the batches of records that were taken from the queue.
    mutating func add(_ batches: [EventBatch], to lane: DeliveryLane) {
        self[lane].isTaking = false
        if !batches.isEmpty { self[lane].isBypassing = self.hasStore }
        self.requeue(batches, to: lane)
    }

    /// Notes that records which were taken from the queue are in the store, or that there were none.
    mutating func stored(_ lane: DeliveryLane, isEmpty: Bool) {
        self[lane].isTaking = false
        guard !isEmpty else { return }
        self[lane].storeChanged()
        self[lane].isBypassing = false
        self.storeSucceeded()
    }

    /// Adds the batches of events that were read from the store.
    mutating func add(_ batches: [(batch: EventBatch, failures: Int)], read events: [StoredEvent], from lane: DeliveryLane) {
        self[lane].readSucceeded(events)
        self.storeSucceeded()
        self[lane].schedule
            .add(
                batches.map { batch, failures in
                    let isSuspect = failures >= EventBatch.failuresOfSuspect
                    return Attempt(lane: lane, batch: batch, failures: failures, isSuspect: isSuspect)
                }
            )
    }

    /// Notes that the store could not be read.
    mutating func readFailed(_ lane: DeliveryLane, at now: DeliveryInstant) {
        self[lane].readFailed(retryAfter: self.retry.pause(afterFailures:), at: now)
        self.storeFailed(at: now)
    }

    /// Removes and returns the orders that would be dead letters if there were room: when dead letters are requeued, so are they.
    mutating func takeRefused() -> [StoredEvent] {
        self.settlements.takeRefused()
            .compactMap { event in
                event.letter.map { StoredEvent(position: event.position, event: $0.event) }
            }
    }

    /// Adds events that have left the dead letters, or were to become such.
    mutating func requeue(_ batches: [EventBatch], to lane: DeliveryLane) {
        self[lane].schedule.add(batches.map { Attempt(lane: lane, batch: $0) })
    }

    /// Notes that the store did not take or return something: events bypass it until it works again.
    mutating func storeFailed(at now: DeliveryInstant) {
        self.storeFailures += 1
        self.nextStoreTry = now.advanced(by: self.retry.pause(afterFailures: self.storeFailures))
    }

    private mutating func storeSucceeded() {
        self.storeFailures = 0
        self.nextStoreTry = nil
    }

    // MARK: - Results

    /// Notes the result of a delivery, and returns what follows from it.
    ///
    /// `jitter` is a number from 0 to 1, drawn evenly.
    mutating func complete(_ attempt: Attempt, _ failure: DeliveryError?, at now: DeliveryInstant, jitter: Double) -> Consequence
    {
        self.inFlight.removeAll { $0.batch.firstID == attempt.batch.firstID }
        let consequence = self[attempt.lane].schedule.complete(attempt, failure, at: now, jitter: jitter)
        defer { self.eraseReturned(attempt) }
        switch consequence {
        case .delivered: self.settle(attempt.batch, .delivered)
        case .retried(countsFailure: true): self.settle(attempt.batch, .failed)
        case .retried: break
        case .deadLetter(let reason): self.moveToDeadLetters(attempt.batch, reason: reason, failure)
        case .unconfirmed where attempt.lane == .orders:
            // An order may be repeated, and a wrong endpoint that answers with a page must not swallow it.
            self.moveToDeadLetters(attempt.batch, reason: failure.map { "unconfirmed: \($0.reason)" } ?? "unconfirmed", failure)
        case .unconfirmed: self.settle(attempt.batch, .dropped)
        }
        return consequence
    }

    /// Records an outcome for those events of a batch that are in the store.
    private mutating func settle(_ batch: EventBatch, _ outcome: Settlement.Outcome) {
        guard self.hasStore else { return }
        self.settlements.add(batch.positions.lazy.filter { $0 > 0 }.map { SettledEvent(position: $0, outcome: outcome) })
    }

    private mutating func moveToDeadLetters(_ batch: EventBatch, reason: String, _ failure: DeliveryError?) {
        let failure = failure ?? .rejected(reason)
        self.settlements.add(
            zip(batch.positions, batch)
                .map { position, event in
                    SettledEvent(position: position, outcome: .deadLetter(reason: reason), letter: (event, failure))
                }
        )
    }

    /// Drops events of the store that are not delivered any more.
    mutating func drop(_ events: [StoredEvent]) {
        self.settlements.add(events.map { SettledEvent(position: $0.position, outcome: .dropped) })
    }

    /// Notes that outcomes were recorded, except dead letters of orders for which there is no room.
    ///
    /// - Returns: The events that were recorded.
    mutating func settled(refusing refused: (SettledEvent) -> Bool, at now: DeliveryInstant) -> [SettledEvent] {
        if self.hasStore { self.storeSucceeded() }
        return self.settlements.recorded(refusing: refused, retryAt: now.advanced(by: self.retry.maximumBackoff))
    }

    /// Notes that outcomes could not be recorded.
    mutating func settlementFailed(at now: DeliveryInstant) {
        self.settlements.failed(retryAfter: self.retry.pause(afterFailures:), at: now)
        self.storeFailed(at: now)
    }

    /// Notes that dead letters were removed, so that there may be room for others.
    mutating func deadLettersRemoved(at now: DeliveryInstant) {
        self.settlements.retry(at: now)
    }

    /// Removes and returns the batches that are in flight or waiting, and the dead letters for which there is no room.
    mutating func takeUnfinished() -> (batches: [EventBatch], letters: [SettledEvent]) {
        let inFlight = self.inFlight.compactMap { self.withoutErased($0.batch) }
        self.inFlight = []
        let waiting = DeliveryLane.allCases.flatMap { self[$0].schedule.takeWaiting() }
        return (inFlight + waiting, self.settlements.removeAll())
    }
}
