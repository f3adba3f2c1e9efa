//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule
import Logging
import Synchronization

/// The queue of a multiplex's best-effort branch, and the task that delivers it.
///
/// The task exists only while there is something to deliver, and holds this queue but not the multiplex.
final class BestEffortQueue: Sendable {
    private struct State {
        var waiting: Deque<EventBatch> = []
        var waitingEvents = 0
        /// The number of events of the batch in delivery.
        var inDelivery = 0
        var dropped = 0
        var loggedDrops = 0
        var lastLogLine: Duration?
        var isClosed = false
        /// Whether the task is no longer awaited, and what it was delivering counts as dropped.
        var isAbandoned = false
        var worker: Task<Void, Never>?
    }

    let name: String
    private let sink: any EventSink
    private let configuration: BestEffortConfiguration
    private let clock: BranchClock
    private let logger: Logger?
    private let state = Mutex(State())

    /// The pause between two log lines about drops.
    private static let logInterval: Duration = .seconds(10)
    /// The time for which a sink that ignores cancellation is awaited.
    private static let abandonDelay: Duration = .seconds(1)

    init(
        _ sink: any EventSink,
        name: String,
        configuration: BestEffortConfiguration,
        clock: BranchClock,
        logger: Logger?
    ) {
        self.sink = sink
        self.name = name
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
    }

    var droppedEvents: Int { self.state.withLock { $0.dropped } }

    /// Adds a batch, which may evict older ones, and starts the task if there is none.
    func offer(_ batch: EventBatch) {
        let dropped = self.state.withLock { state -> Int in
            guard !state.isClosed else {
                state.dropped += batch.count
                return batch.count
            }
            state.waiting.append(batch)
            state.waitingEvents += batch.count
            var dropped = 0
            while state.waitingEvents - dropped > max(1, self.configuration.maximumQueuedEvents), state.waiting.count > 1 {
                dropped += state.waiting.removeFirst().count
            }
            state.waitingEvents -= dropped
            state.dropped += dropped
            if state.worker == nil { state.worker = Task { await self.deliverAll() } }
            return dropped
        }
        if dropped > 0 { self.log("the queue was full or closed") }
    }

    /// Delivers what waits within the time limit, cancels the task, and shuts the sink down.
    ///
    /// The cancellation of the calling task ends the time limit.
    func shutdown() async {
        let worker = self.state.withLock { state in
            state.isClosed = true
            return state.worker
        }
        if let worker, await !self.wait(for: worker, atMost: self.configuration.drainTimeout) {
            self.cancel()
            if await !self.wait(for: worker, atMost: Self.abandonDelay) { self.abandon() }
        }
        self.log("the multiplex shut down", isLast: true)
        await self.sink.shutdown()
    }

    /// Drops what waits, and cancels the task.
    func cancel() {
        self.state.withLock { state in
            state.isClosed = true
            state.dropped += state.waitingEvents
            state.waiting = []
            state.waitingEvents = 0
            state.worker?.cancel()
        }
    }

    private func abandon() {
        self.state.withLock { state in
            state.isAbandoned = true
            state.dropped += state.inDelivery
            state.inDelivery = 0
        }
    }

    private func wait(for worker: Task<Void, Never>, atMost duration: Duration) async -> Bool {
        await withTimeout(until: { try? await self.clock.sleep(duration) }, { await worker.value }) != nil
    }

    // MARK: - The task

    private func deliverAll() async {
        while let batch = self.next() { await self.deliver(batch) }
    }

    private func next() -> EventBatch? {
        self.state.withLock { state in
            guard let batch = state.waiting.popFirst() else {
                state.worker = nil
                return nil
            }
            state.waitingEvents -= batch.count
            state.inDelivery = batch.count
            return batch
        }
    }

    private func deliver(_ batch: EventBatch) async {
        var parts = [batch]
        while let part = parts.popLast() {
            guard let failure = await self.attempt(part) else {
                self.settle(part.count)
                continue
            }
            if failure.code == .tooLarge, let (front, back) = part.split(at: part.count / 2) {
                parts += [back, front]
            } else {
                self.settle(part.count, droppedBecause: failure)
            }
        }
    }

    /// Delivers a batch, again after transient failures, and returns the last failure.
    private func attempt(_ batch: EventBatch) async -> DeliveryError? {
        var retries = 0
        while true {
            let failure: DeliveryError
            do {
                try await self.sink.deliver(batch)
                return nil
            } catch {
                // The text of a foreign error may hold anything, so only its type is logged.
                failure = error as? DeliveryError ?? .retryable("the sink threw \(type(of: error))")
            }
            let isTransient = failure.code != .rejected && failure.code != .tooLarge
            guard isTransient, retries < self.configuration.maximumRetries, !Task.isCancelled else { return failure }
            retries += 1
            let pause = self.configuration.pause(beforeRetry: retries, retryAfter: failure.retryAfter)
            guard (try? await self.clock.sleep(pause)) != nil else { return failure }
        }
    }

    /// Notes the end of the delivery of events, accepted or dropped.
    private func settle(_ count: Int, droppedBecause failure: DeliveryError? = nil) {
        let isLogged = self.state.withLock { state in
            guard !state.isAbandoned else { return false }
            state.inDelivery -= count
            guard failure != nil else { return false }
            state.dropped += count
            return true
        }
        if isLogged, let failure { self.log(failure.description) }
    }

    /// Logs drops at once, and then at most every ten seconds with totals.
    private func log(_ reason: String, isLast: Bool = false) {
        guard let logger = self.logger else { return }
        let now = self.clock.uptime()
        let drops = self.state.withLock { state -> (total: Int, new: Int)? in
            let isDue = state.lastLogLine.map { now - $0 >= Self.logInterval } ?? true
            guard state.dropped > state.loggedDrops, isDue || isLast else { return nil }
            defer {
                state.loggedDrops = state.dropped
                state.lastLogLine = now
            }
            return (state.dropped, state.dropped - state.loggedDrops)
        }
        guard let drops else { return }
        logger.warning(
            "Events for a best-effort sink were dropped",
            metadata: [
                "sink": "\(self.name)", "reason": "\(reason)", "dropped_total": "\(drops.total)", "dropped_new": "\(drops.new)",
            ]
        )
    }
}

/// The clock of a multiplex, whatever its type.
struct BranchClock: Sendable {
    let sleep: @Sendable (Duration) async throws -> Void
    /// Returns the time since the clock was made.
    let uptime: @Sendable () -> Duration

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        self.sleep = { try await clock.sleep(for: $0) }
        self.uptime = { start.duration(to: clock.now) }
    }
}
