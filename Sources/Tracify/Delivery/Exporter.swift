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

/// The interface of an exporter, whatever its clock.
protocol EventExporting: Sendable {
    /// Delivers until the queue is closed and drained, or the shutdown deadline has passed.
    ///
    /// - Returns: `false` at once when it has been called before.
    func run() async -> Bool

    func deadLetters(count: Int) async throws -> [DeadLetter]
    func requeueDeadLetters() async throws -> Int
}

/// Takes batches from the queue or the store and hands them to the sink, several at once.
///
/// All work right of the queue runs here. ``ExporterCore`` decides what to do; this actor carries it out, and ``OutcomeRecorder``
/// records the results.
actor Exporter<C: Clock>: EventExporting where C.Duration == Duration {
    private typealias Attempt = DeliveryAttempt<C.Instant>

    private let intake: EventIntake
    private let landings: LandingBuffer
    private let sessions: SessionMemory
    private let sink: any EventSink
    private let batches: BatchConfiguration
    private let shutdown: ShutdownConfiguration
    private let clock: C
    private let now: @Sendable () -> Date
    private let jitter: @Sendable () -> Double

    private var core: ExporterCore<C.Instant>
    private var writer: EventWriter
    private var outcomes: OutcomeRecorder<C>
    private var sessionTimeout: SessionTimeout<C.Instant>
    private var deadLetters: MemoryDeadLetters
    private var hasRun = false
    /// Whether the deadline has passed and what is still in flight is no longer awaited.
    private var isAbandoned = false
    private var timer: (deadline: C.Instant, task: Task<Void, Never>)?

    init(
        intake: EventIntake,
        landings: LandingBuffer,
        sessions: SessionMemory,
        sessionLookupTimeout: Duration,
        sink: any EventSink,
        writer: consuming EventWriter,
        batches: BatchConfiguration,
        retry: RetryConfiguration,
        shutdown: ShutdownConfiguration,
        maximumDeadLetters: Int,
        outcomes: OutcomeRecorder<C>,
        clock: C,
        now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.intake = intake
        self.landings = landings
        self.sessions = sessions
        self.sink = sink
        self.batches = batches
        self.shutdown = shutdown
        self.clock = clock
        self.now = now
        self.jitter = jitter
        self.core = ExporterCore(batches: batches, retry: retry, hasStore: intake.store != nil)
        self.writer = writer
        self.outcomes = outcomes
        self.sessionTimeout = SessionTimeout(limit: sessionLookupTimeout)
        self.deadLetters = MemoryDeadLetters(maximumCount: maximumDeadLetters)
    }

    func run() async -> Bool {
        guard !self.hasRun else { return false }
        self.hasRun = true
        // A task of its own: when the caller is cancelled, accepted events still have their deadline.
        await Task { await self.deliverUntilShutdown() }.value
        return true
    }

    private func deliverUntilShutdown() async {
        let export = Task { await self.export() }
        let background = [Task { await self.ingest() }, Task { await self.tick() }]
        await self.wait(for: export)
        self.isAbandoned = true
        for task in background { task.cancel() }
        self.timer?.task.cancel()
        await self.finish()
    }

    /// Waits until the export ends, or the deadline of either kind of shutdown has passed.
    ///
    /// A graceful shutdown may be followed by a cancellation, whose deadline is shorter.
    private func wait(for export: Task<Void, Never>) async {
        let untilCancelled: @Sendable () async -> Void = {
            _ = await withTimeout(
                until: { await self.passDeadline(.byCancellation, cancelling: export) },
                { await export.value }
            )
        }
        _ = await withTimeout(until: { await self.passDeadline(.gracefully, cancelling: export) }, untilCancelled)
    }

    /// Waits for this kind of shutdown and its deadline, cancels the export, and returns when that has not ended soon after: a
    /// deployment must not hang on a sink that ignores cancellation.
    private func passDeadline(_ closing: DeliveryQueue.Closing, cancelling export: Task<Void, Never>) async {
        await self.intake.queue.waitUntilClosed(closing)
        guard (try? await self.clock.sleep(for: self.shutdown.deadline(closing))) != nil else { return }
        export.cancel()
        try? await self.clock.sleep(for: self.shutdown.abandonDelay)
    }

    // MARK: - From the queue

    /// Passes the queue's signals on, and drains it into the store if there is one, until the queue is closed.
    private func ingest() async {
        for await _ in self.intake.queue.signals {
            if self.intake.queue.takeFlushRequest() { self.core.requestFlush() }
            await self.commitQueue()
            self.intake.wake()
        }
        self.core.requestFlush()
        await self.commitQueue()
        self.core.close()
        self.intake.wake()
    }

    /// Commits the queue's content to the store: all of it for a flush, else full batches only.
    private func commitQueue() async {
        guard self.intake.store != nil else { return }
        var isFull = true
        while isFull {
            let records = self.intake.queue.take(self.batches.maximumEvents, isPartial: self.core.isFlushing)
            isFull = records.count == self.batches.maximumEvents
            let prepared = await self.prepare(records)
            let events = self.writer.events(of: prepared, onLoss: self.outcomes.statistics.lose)
            self.outcomes.statistics.captureObservations(events.lazy.map(\.type))
            do {
                try await self.intake.commit(events)
            } catch {
                self.outcomes.recordStoreError(error, "Events could not be stored and were dropped", at: self.clock.now)
            }
        }
        self.core.completeFlush()
    }

    private func takeFromQueue(isPartial: Bool) async {
        let records = self.intake.queue.take(self.batches.maximumEvents, isPartial: isPartial)
        self.core.tookFromQueue(records.count)
        let prepared = records.isEmpty ? [] : await self.prepare(records)
        let batches = self.writer.batches(of: prepared, onLoss: self.outcomes.statistics.lose)
        for batch in batches {
            self.outcomes.statistics.captureObservations(batch.entries.lazy.map(\.header.type))
        }
        self.core.add(batches)
    }

    private func readStore(after position: UInt64) async {
        guard let store = self.intake.store else { return self.core.readFailed() }
        do {
            var events: [StoredEvent] = []
            for lane in DeliveryLane.allCases {
                events += try await store.read(lane, after: position, count: self.batches.maximumEvents).events
            }
            events.sort { $0.position < $1.position }
            events = Array(events.prefix(self.batches.maximumEvents))
            self.core.add(self.writer.batches(of: events), readFromStore: events)
        } catch {
            self.core.readFailed()
            self.outcomes.recordStoreError(error, "The event store could not be read", at: self.clock.now)
        }
    }

    // MARK: - Sessions

    /// Resolves records, and adds the campaign parameters that their sessions have kept.
    private func prepare(_ records: [QueuedRecord]) async -> [PreparedRecord] {
        // After the records were taken, so that no landing is missed that came before one of them.
        let landings = self.takeLandings()
        var prepared = self.writer.prepare(records, onLoss: self.outcomes.statistics.lose)
        let entrance = SessionEntrance(prepared)
        entrance.apply(await self.enterSessions(entrance.visits, keeping: landings), to: &prepared)
        return prepared
    }

    /// Hashes the landings that no batch has taken along, so that nothing raw waits for an event that may never come.
    private func keepLandings() async {
        let landings = self.takeLandings()
        if !landings.isEmpty { _ = await self.enterSessions([], keeping: landings) }
    }

    private func takeLandings() -> [SessionLanding] {
        self.landings.takeAll().compactMap { self.writer.landing($0) }
    }

    private func enterSessions(_ visits: [SessionVisit], keeping landings: [SessionLanding]) async -> [SessionEntry] {
        switch self.sessions {
        case .none:
            return []
        case .memory(let store):
            store.keep(landings)
            return store.enter(visits)
        case .custom(let store):
            guard !self.sessionTimeout.isPaused(at: self.clock.now) else { return [] }
            let entries = await withTimeout(self.sessionTimeout.limit, clock: self.clock) {
                if !landings.isEmpty { await store.keep(landings) }
                return visits.isEmpty ? [] : await store.enter(visits)
            }
            self.sessionTimeout.completed(entries != nil, at: self.clock.now)
            if entries == nil, !Task.isCancelled { self.outcomes.recordSessionTimeout(at: self.clock.now) }
            return entries ?? []
        }
    }

    // MARK: - To the sink

    /// Carries out the core's steps until the end, or until the task is cancelled.
    private func export() async {
        self.intake.wake()
        await withDiscardingTaskGroup { deliveries in
            for await _ in self.intake.wakes {
                self.core.wake()
                var isBusy = true
                while isBusy, !Task.isCancelled {
                    switch self.core.next(at: self.clock.now, isQueueEmpty: self.intake.queue.isEmpty) {
                    case .deliver(let attempt): deliveries.addTask { await self.deliver(attempt) }
                    case .takeFromQueue(let isPartial): await self.takeFromQueue(isPartial: isPartial)
                    case .readStore(let position): await self.readStore(after: position)
                    case .wait(let time):
                        if let time { self.wake(at: time) }
                        isBusy = false
                    case .end: return
                    }
                }
            }
        }
    }

    private func wake(at deadline: C.Instant) {
        if let timer = self.timer {
            guard timer.deadline != deadline else { return }
            timer.task.cancel()
        }
        let task = Task {
            guard (try? await self.clock.sleep(until: deadline, tolerance: nil)) != nil else { return }
            self.timer = nil
            self.intake.wake()
        }
        self.timer = (deadline, task)
    }

    private func deliver(_ attempt: Attempt) async {
        let start = self.clock.now
        var failure: DeliveryError?
        do {
            try await self.sink.deliver(attempt.batch)
        } catch is CancellationError where Task.isCancelled {
            // The batch stays unfinished, to be counted at the end.
            return
        } catch {
            // The text of a foreign error may hold anything, so only its type is shown.
            failure = error as? DeliveryError ?? .retryable("the sink threw \(type(of: error))")
        }
        guard !self.isAbandoned else { return }
        let now = self.clock.now
        let consequence = self.core.complete(attempt, failure, at: now, jitter: self.jitter())
        self.writer.limitBatches(to: self.core.learnedBytes)
        // Before it is reported: a listener that then asks for the dead letters finds it.
        if let reason = consequence.deadLetterReason { await self.moveToDeadLetters(attempt.batch, reason: reason) }
        self.outcomes.record(attempt, failure, consequence, duration: start.duration(to: now), at: now, date: self.now())
        if consequence.isDelivered { await self.remove(attempt.batch) }
        self.intake.wake()
    }

    private func remove(_ batch: EventBatch) async {
        guard let store = self.intake.store else { return }
        do {
            _ = try await store.settle(batch.positions.map { Settlement(position: $0, outcome: .delivered) })
        } catch {
            // They are sent again after the next start: at least once.
            self.outcomes.recordStoreError(error, "Delivered events could not be removed from the store", at: self.clock.now)
        }
    }

    private func moveToDeadLetters(_ batch: EventBatch, reason: String) async {
        let statistics = self.outcomes.statistics
        guard let store = self.intake.store else {
            for event in batch {
                let evicted = self.deadLetters.add(event, reason: reason, date: self.now())
                if let evicted { statistics.drop(evicted.event.type, .deadLetterLimit) }
            }
            return
        }
        do {
            let settlements = batch.positions.map { Settlement(position: $0, outcome: .deadLetter(reason: reason)) }
            statistics.drop(try await store.settle(settlements).evicted, .deadLetterLimit)
        } catch {
            self.outcomes.recordStoreError(error, "A rejected event could not be moved to the dead letters", at: self.clock.now)
        }
    }

    func deadLetters(count: Int) async throws -> [DeadLetter] {
        guard let store = self.intake.store else { return self.deadLetters.newest(count) }
        return try await store.deadLetters(.all, count: count)
    }

    func requeueDeadLetters() async throws -> Int {
        let count: Int
        if let store = self.intake.store {
            count = try await store.requeueDeadLetters(.all)
        } else {
            let events = self.deadLetters.takeAll()
            count = events.count
            self.core.add(self.writer.batches(of: events.map { StoredEvent(position: 0, event: $0) }))
        }
        self.outcomes.statistics.requeue(count)
        self.intake.wake()
        return count
    }

    // MARK: - Periodically, and at the end

    /// Flushes partial batches, keeps landings, and publishes metrics and logs, once an interval.
    private func tick() async {
        while (try? await self.clock.sleep(for: self.batches.interval)) != nil {
            self.intake.queue.requestFlush()
            await self.keepLandings()
            self.publish()
            await self.publishStore()
        }
    }

    private func publish(isLast: Bool = false) {
        let droppedLandings = self.landings.droppedCount + self.sessions.droppedLandings
        let statistics = self.outcomes.statistics.statistics(of: self.intake.queue, droppedLandings: droppedLandings)
        self.outcomes.publish(statistics, at: self.clock.now, date: self.now(), isLast: isLast)
    }

    /// Publishes the store's content.
    ///
    /// Its errors are logged where it is used.
    ///
    /// - Returns: The pending events by type.
    @discardableResult
    private func publishStore() async -> [EventType: Int] {
        guard let store = self.intake.store, let summary = try? await store.summary() else { return [:] }
        self.outcomes.publishStore(depth: summary.pending.values.reduce(0, +), oldest: summary.oldest, date: self.now())
        return summary.pending
    }

    /// Counts undelivered events as dropped, and shuts the sink and the store down.
    private func finish() async {
        let unfinished = self.core.takeUnfinished()
        if self.intake.store == nil { self.outcomes.recordUnfinished(unfinished) }
        for record in self.intake.queue.take(.max, isPartial: true) {
            if case .encoded = record.content {
                self.outcomes.statistics.drop(record.type, .shutdownDeadline)
            } else {
                self.outcomes.statistics.refuse(record.type, .shutdownDeadline)
            }
        }
        _ = await withTimeout(self.shutdown.abandonDelay, clock: self.clock) { await self.sink.shutdown() }
        let pending = await self.publishStore()
        await self.intake.store?.close()
        self.publish(isLast: true)
        self.outcomes.finish(pending: pending)
    }
}
