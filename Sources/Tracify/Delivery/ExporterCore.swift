//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The decisions of an exporter as a value: no tasks, clocks, sinks or stores, so that it can be tested and simulated by itself.
///
/// ``Exporter`` asks for the next step, carries it out, and reports the result. Events enter as batches; each leaves as delivered, as
/// a dead letter, as expired, or as unfinished at the end.
struct ExporterCore<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
    typealias Attempt = DeliveryAttempt<Instant>

    enum Step: Sendable {
        /// Deliver this, and report the result to ``complete(_:_:at:jitter:)``.
        case deliver(Attempt)
        /// Take records from the queue, report their number to ``tookFromQueue(_:)``, and their batches to ``add(_:)``.
        case takeFromQueue(isPartial: Bool)
        /// Read events of the store, and report them to ``add(_:readFromStore:)``.
        case readStore(after: UInt64)
        /// Nothing to do until a result or a wake-up comes, or until this time.
        case wait(until: Instant?)
        /// Nothing is left that can be delivered now, and nothing more comes in.
        case end
    }

    private let maximumEvents: Int
    private let hasStore: Bool
    private var schedule: DeliverySchedule<Instant>
    private var backlog: Backlog
    private var inFlight: [EventBatch] = []

    init(batches: BatchConfiguration, retry: RetryConfiguration, hasStore: Bool) {
        self.maximumEvents = batches.maximumEvents
        self.hasStore = hasStore
        self.schedule = DeliverySchedule(
            configuration: retry,
            maximumInFlight: batches.maximumConcurrentDeliveries,
            isLimited: !hasStore
        )
        self.backlog = Backlog(source: hasStore ? .store : .queue)
    }

    /// The longest body that the destination is known to accept, in bytes; `nil` as long as it accepted all.
    var learnedBytes: Int? { self.schedule.learnedBytes }

    /// Whether partial batches leave the queue.
    var isFlushing: Bool { self.backlog.isFlushing }

    /// Returns the next step.
    ///
    /// `isQueueEmpty` tells whether the queue is empty now.
    mutating func next(at now: Instant, isQueueEmpty: @autoclosure () -> Bool) -> Step {
        switch self.schedule.next(at: now) {
        case .send(let attempt):
            self.inFlight.append(attempt.batch)
            return .deliver(attempt)
        case .fetch:
            switch self.backlog.nextRead {
            case .queue(let isPartial)?: return .takeFromQueue(isPartial: isPartial)
            case .store(let position)?: return .readStore(after: position)
            case nil: return self.isFinished(isQueueEmpty: isQueueEmpty) ? .end : .wait(until: nil)
            }
        case .wait(let time):
            return self.isFinished(isQueueEmpty: isQueueEmpty) ? .end : .wait(until: time)
        }
    }

    /// Whether the end is reached.
    ///
    /// What a destination that is down does not accept stays in the store for the next start. Without a store, events that are still
    /// queued wait for the next probe.
    private func isFinished(isQueueEmpty: () -> Bool) -> Bool {
        guard self.backlog.isClosed, self.schedule.inFlight == 0 else { return false }
        if self.hasStore { return self.schedule.isIdle || self.schedule.isDown }
        return self.schedule.isIdle && isQueueEmpty()
    }

    /// Notes that there may be something new in the queue or the store.
    mutating func wake() {
        self.backlog.wake()
    }

    /// Takes partial batches until the queue is empty.
    mutating func requestFlush() {
        self.backlog.requestFlush()
    }

    /// Ends a flush into the store.
    mutating func completeFlush() {
        self.backlog.completeFlush()
    }

    /// Notes that nothing is enqueued any more.
    mutating func close() {
        self.backlog.close()
    }

    /// Notes how many records were taken from the queue.
    ///
    /// Before they are resolved, which may suspend: a flush that is requested meanwhile is another one.
    mutating func tookFromQueue(_ count: Int) {
        self.backlog.tookFromQueue(count, of: self.maximumEvents)
    }

    /// Adds batches behind those that wait.
    mutating func add(_ batches: [EventBatch]) {
        self.schedule.add(batches)
    }

    /// Adds the batches of events that were read from the store.
    mutating func add(_ batches: [EventBatch], readFromStore events: [StoredEvent]) {
        self.backlog.readFromStore(events)
        self.schedule.add(batches)
    }

    /// Notes that the store could not be read.
    mutating func readFailed() {
        self.backlog.readFailed()
    }

    /// Notes the result of a delivery, and returns what follows from it.
    ///
    /// `jitter` is a number from 0 to 1, drawn evenly.
    mutating func complete(
        _ attempt: Attempt,
        _ failure: DeliveryError?,
        at now: Instant,
        jitter: Double
    ) -> DeliverySchedule<Instant>.Consequence {
        self.inFlight.removeAll { $0.firstID == attempt.batch.firstID }
        return self.schedule.complete(attempt, failure, at: now, jitter: jitter)
    }

    /// Removes and returns the batches that are in flight or waiting.
    mutating func takeUnfinished() -> [EventBatch] {
        defer { self.inFlight = [] }
        return self.inFlight + self.schedule.takeWaiting()
    }
}
