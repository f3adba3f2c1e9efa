//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Takes batches from the queue or the store and hands them to the sink, several at once.
///
/// All work right of the queue runs here. ``ExporterCore`` decides what to do; this actor carries it out, and ``OutcomeRecorder``
/// records the results.
actor Exporter<C: Clock>: EventExporting where C.Duration == Duration {
    private typealias Attempt = DeliveryAttempt

    /// The settings that an exporter takes from those of its tracker.
    struct Configuration: Sendable {
        let batches: BatchConfiguration
        let retry: RetryConfiguration
        let retention: RetentionConfiguration
        let shutdown: ShutdownConfiguration
        let maximumDeadLetters: Int
        let sessionLookupTimeout: Duration
    }

    let configuration: Configuration
    let intake: EventIntake
    let landings: LandingBuffer
    let sessions: SessionMemory
    /// The outbox from which this delivers for a relay; `nil` for the exporter of a tracker, which alone publishes metrics.
    let outbox: OutboxEventStore?
    let clock: C
    private let start: C.Instant
    let now: @Sendable () -> Date
    private let sink: any EventSink
    private let jitter: @Sendable () -> Double

    var core: ExporterCore
    var writer: EventWriter
    var outcomes: OutcomeRecorder
    var sessionTimeout: SessionTimeout
    var enteredRequests = EnteredRequests()
    var deadLetters: MemoryDeadLetters
    /// The store's last failure; `nil` as long as it works.
    var storeFailure: String?
    /// Whether the end is reached and what is still under way is no longer awaited.
    private(set) var isAbandoned = false
    private var timer: (deadline: DeliveryInstant, task: Task<Void, Never>)?
    private let ended = AsyncStream.makeStream(of: Void.self)
    private var drainWaiters: [CheckedContinuation<Bool, Never>] = []
    var lastEvicted = 0
    var isQueueDropping = false
    /// Whether the queue was nearly full at the last tick.
    var isQueueNearlyFull = false
    var findings: [DeliveryHealth.Finding] = []
    /// The time when old dead letters are discarded again; `nil` before the first time.
    var nextDiscard: DeliveryInstant?
    var erasureWaiters: [CheckedContinuation<Void, Never>] = []
    /// The number of landings' calls of a custom session store that are under way.
    var landingCalls = 0

    init(
        configuration: Configuration,
        intake: EventIntake,
        landings: LandingBuffer,
        sessions: SessionMemory,
        outbox: OutboxEventStore? = nil,
        sink: any EventSink,
        writer: consuming EventWriter,
        outcomes: OutcomeRecorder,
        clock: C,
        now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.configuration = configuration
        self.intake = intake
        self.landings = landings
        self.sessions = sessions
        self.outbox = outbox
        self.sink = sink
        self.clock = clock
        self.start = clock.now
        self.now = now
        self.jitter = jitter
        self.core = ExporterCore(batches: configuration.batches, retry: configuration.retry, hasStore: intake.store != nil)
        self.writer = writer
        self.outcomes = outcomes
        self.sessionTimeout = SessionTimeout(limit: TimeLimit(configuration.sessionLookupTimeout, clock: clock))
        self.deadLetters = MemoryDeadLetters(maximumCount: configuration.maximumDeadLetters)
    }

    var time: DeliveryInstant { DeliveryInstant(offset: self.start.duration(to: self.clock.now)) }

    func run() async {
        // A task of its own: when the caller is cancelled, accepted events still have their deadline.
        await Task { await self.deliverUntilShutdown() }.value
    }

    private func deliverUntilShutdown() async {
        let background = [
            Task { if let outbox = self.outbox { await self.poll(outbox) } else { await self.tick() } },
            Task { await self.close(.gracefully) },
            Task { await self.close(.byCancellation) },
        ]
        let export = Task { await self.export() }
        // A deployment must not hang on a sink or a store that ignores cancellation.
        let ended = self.ended.stream
        _ = await withTimeout(
            until: {
                for await _ in ended {}
                try? await self.clock.sleep(for: self.configuration.shutdown.abandonDelay)
            },
            { await export.value }
        )
        self.isAbandoned = true
        for task in background { task.cancel() }
        self.timer?.task.cancel()
        await self.finish()
    }

    /// Begins the shutdown when the queue is closed in this way.
    ///
    /// A graceful shutdown may be followed by a cancellation, whose deadline is shorter.
    private func close(_ closing: DeliveryQueue.Closing) async {
        await self.intake.queue.waitUntilClosed(closing)
        guard !Task.isCancelled else { return }
        self.outbox?.stopClaiming()
        let deadline = self.configuration.shutdown.deadline(closing)
        if !self.core.isClosed {
            self.outcomes.recordShutdown(events: self.intake.queue.snapshot.count + self.core.waitingEvents, within: deadline)
        }
        self.core.close(after: deadline, at: self.time)
        self.intake.waker.wake()
    }

    // MARK: - Steps

    /// Carries out the core's steps until the end.
    private func export() async {
        self.intake.waker.wake()
        await withDiscardingTaskGroup { tasks in
            for await _ in self.intake.waker.wakes {
                if self.intake.waker.takeNews() {
                    if self.intake.queue.takeFlushRequest() { self.core.requestFlush() }
                    self.core.wake()
                }
                while let step = self.nextStep() {
                    if case .end = step {
                        self.ended.continuation.finish()
                        tasks.cancelAll()
                        return
                    }
                    self.start(step, in: &tasks)
                }
            }
        }
    }

    /// Begins a step at once, where the system can do that: waking another thread for each costs more than some steps.
    private func start(_ step: ExporterCore.Step, in tasks: inout DiscardingTaskGroup) {
        #if compiler(>=6.2)
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            tasks.addImmediateTask { await self.perform(step) }
            return
        }
        #endif
        tasks.addTask { await self.perform(step) }
    }

    /// Returns the next step that takes time; `nil` when there is nothing to do until the next wake-up.
    private func nextStep() -> ExporterCore.Step? {
        let step = self.core.next(at: self.time)
        guard case .wait(let time) = step else { return step }
        if let time { self.wake(at: time) }
        self.updateHealth()
        if !self.drainWaiters.isEmpty, self.core.isDrained, self.intake.queue.isEmpty { self.resumeDrainWaiters(true) }
        return nil
    }

    private func perform(_ step: ExporterCore.Step) async {
        switch step {
        case .deliver(let attempt): await self.deliver(attempt)
        case .takeFromQueue(let lane, let isPartial, let isStored):
            await self.takeFromQueue(lane, isPartial: isPartial, isStored: isStored)
        case .readStore(let lane, let position): await self.readStore(lane, after: position)
        case .settle(let events): await self.settle(events)
        case .wait, .end: return
        }
        // Before the next step, so that a busy lane does not let them wait for ever.
        self.resumeErasures()
        self.intake.waker.resume()
    }

    private func wake(at deadline: DeliveryInstant) {
        if let timer = self.timer {
            guard timer.deadline != deadline else { return }
            timer.task.cancel()
        }
        let task = Task {
            guard (try? await self.clock.sleep(until: self.start.advanced(by: deadline.offset), tolerance: nil)) != nil else {
                return
            }
            self.timer = nil
            self.intake.waker.resume()
        }
        self.timer = (deadline, task)
    }

    private func deliver(_ attempt: Attempt) async {
        let start = self.time
        let result = await self.intake.tracing.withSpan(of: attempt) { await self.send(attempt.batch) }
        // The batch stays unfinished, to be counted at the end.
        guard !self.isAbandoned, !result.isCancelled else { return }
        let failure = result.failure
        let now = self.time
        let consequence = self.core.complete(attempt, failure, at: now, jitter: self.jitter())
        self.writer.limitBatches(to: self.core.learnedBytes)
        self.countErased()
        // A listener that asks for the state after a report finds it up to date.
        self.updateHealth()
        self.outcomes.record(
            attempt,
            failure,
            consequence,
            failingEvents: self.core.failingEvents,
            duration: start.duration(to: now),
            at: now,
            date: self.now()
        )
    }

    private func send(_ batch: EventBatch) async -> DeliveryResult {
        do {
            try await self.sink.deliver(batch)
            return .accepted
        } catch is CancellationError where Task.isCancelled {
            return .cancelled
        } catch {
            // The text of a foreign error may hold anything, so only its type is shown.
            return .failed(error as? DeliveryError ?? .retryable("the sink threw \(type(of: error))"))
        }
    }

    // MARK: - Flushing

    func flush(within timeout: Duration) async -> Bool {
        self.core.requestFlush()
        self.intake.waker.wake()
        return await withTimeout(timeout, clock: self.clock) { await self.waitUntilDrained() } ?? false
    }

    private func waitUntilDrained() async -> Bool {
        if self.isAbandoned { return false }
        return await withCheckedContinuation { waiter in
            self.drainWaiters.append(waiter)
            // All may have been delivered before this was waited for.
            self.intake.waker.resume()
        }
    }

    private func resumeDrainWaiters(_ isDrained: Bool) {
        let waiters = self.drainWaiters
        self.drainWaiters = []
        for waiter in waiters { waiter.resume(returning: isDrained) }
    }

    // MARK: - At the end

    /// Counts undelivered events as dropped, and shuts the sink and the store down.
    private func finish() async {
        self.resumeErasures()
        let unfinished = self.core.takeUnfinished()
        self.countErased()
        let unstored = await self.store(unfinished.batches.filter { !$0.isStored })
        self.outcomes.drop(unstored, .shutdownDeadline)
        var lost: [EventType: Int] = [:]
        for batch in unstored { lost.merge(batch.countsByType) { $0 + $1 } }
        for event in unfinished.letters where event.position == 0 {
            guard let type = event.letter?.event.type else { continue }
            self.outcomes.statistics.drop(type, .deadLetterLimit)
            lost[type, default: 0] += 1
        }
        for lane in DeliveryLane.allCases {
            for record in self.intake.queue.take(.max, of: lane, isPartial: true) {
                lost[record.type, default: 0] += 1
                if case .encoded = record.content {
                    self.outcomes.statistics.drop(record.type, .shutdownDeadline)
                } else {
                    self.outcomes.statistics.refuse(record.type, .shutdownDeadline)
                }
            }
        }
        let delay = self.configuration.shutdown.abandonDelay
        // What delivery has left of the deadline is the sink's: it may have events of its own to deliver.
        let patience = max(delay, self.core.timeLeft(at: self.time))
        if self.outbox == nil { _ = await withTimeout(patience, clock: self.clock) { await self.sink.shutdown() } }
        let pending = await self.publishStore()?.pending ?? [:]
        if let store = self.intake.store { _ = await withTimeout(delay, clock: self.clock) { await store.close() } }
        if self.outbox == nil {
            self.publish(self.statistics, isLast: true)
            self.outcomes.finish(pending: pending, lost: lost)
        } else {
            self.outcomes.logWaiting(at: self.time, isLast: true)
            self.outcomes.removeFindings(date: self.now())
        }
        self.resumeDrainWaiters(false)
    }
}
