#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Logging

/// What a tracker needs of its exporter, whatever clock it runs on.
protocol EventExporting: Sendable {
    /// Delivers until the queue is closed and empty, or its deadline has passed.
    ///
    /// - Returns: `false` at once when it runs already, or has run.
    func run() async -> Bool

    /// Has another look at what there is to deliver.
    func wake()

    func deadLetters(count: Int) async throws -> [DeadLetter]
    func putBackDeadLetters() async throws -> Int
}

/// Takes what the queue or the store has, makes batches of it and hands these to the sink, several at once.
///
/// All work right of the queue is done here. What is sent when is decided by ``DeliverySchedule``; this actor carries it out. Ends
/// when the queue is closed: what is there is then delivered, within a deadline, and what is left after it is counted and named.
actor Exporter<C: Clock>: EventExporting where C.Duration == Duration {
    typealias Attempt = DeliveryAttempt<C.Instant>

    let queue: DeliveryQueue
    let landings: LandingBuffer
    let sessions: SessionMemory
    let sessionLookupTimeout: Duration
    let store: (any EventStore)?
    let sink: any EventSink
    let policy: BatchPolicy
    let shutdown: ShutdownPolicy
    let clock: C
    let environment: ExporterEnvironment
    let statistics: StatisticsRecorder
    let logger: Logger

    var writer: EventWriter
    var schedule: DeliverySchedule<C.Instant>
    var failureLog: FailureLog<C>
    var memoryDeadLetters: MemoryDeadLetters
    /// The last event that was read from the store.
    var cursor: UInt64 = 0
    /// Whether partial batches are taken until the queue is empty.
    var isFlushing = false
    /// Whether nothing comes in any more.
    var isClosed = false
    /// Whether the deadline has passed and whatever still runs is not waited for.
    var isAbandoned = false
    /// What is in flight, for the case that it is never heard of again.
    var running: [EventBatch] = []
    /// Until when a session store that did not answer is left alone.
    var sessionsPause: C.Instant?
    private var hasRun = false
    private var timer: (deadline: C.Instant, task: Task<Void, Never>)?
    private let wakes: AsyncStream<Void>
    private nonisolated let waker: AsyncStream<Void>.Continuation

    init(
        queue: DeliveryQueue,
        landings: LandingBuffer,
        sessions: SessionMemory,
        store: (any EventStore)?,
        sink: any EventSink,
        writer: consuming EventWriter,
        configuration: Tracker.Configuration,
        clock: C,
        environment: ExporterEnvironment,
        statistics: StatisticsRecorder,
        logger: Logger
    ) {
        self.queue = queue
        self.landings = landings
        self.sessions = sessions
        self.sessionLookupTimeout = configuration.sessions.lookupTimeout
        self.store = store
        self.sink = sink
        self.writer = writer
        self.policy = configuration.batches
        self.shutdown = configuration.shutdown
        self.clock = clock
        self.environment = environment
        self.statistics = statistics
        self.logger = logger
        self.schedule = DeliverySchedule(
            policy: configuration.retry,
            maximumInFlight: configuration.batches.maximumInFlight,
            isLimited: store == nil
        )
        self.failureLog = FailureLog(logger: logger)
        self.memoryDeadLetters = MemoryDeadLetters(capacity: configuration.maximumDeadLetters)
        (self.wakes, self.waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    nonisolated func wake() {
        self.waker.yield()
    }

    func run() async -> Bool {
        guard !self.hasRun else { return false }
        self.hasRun = true

        // Tasks of their own, waited for here: when the caller is cancelled, what was accepted still has its deadline.
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let export = Task {
            await self.export()
            end.finish()
        }
        let ingest = Task { await self.ingest() }
        let ticker = Task { await self.tick() }
        let watchdog = Task { await self.endAfterDeadline(export, end) }
        await Task { for await _ in ends {} }.value
        for task in [ingest, ticker, watchdog] { task.cancel() }
        self.timer?.task.cancel()
        await self.finish()
        return true
    }

    /// Wakes up for partial batches, for the metrics and for what has to be logged.
    private func tick() async {
        while (try? await self.clock.sleep(for: self.policy.interval)) != nil {
            self.queue.requestFlush()
            await self.keepLandings()
            self.report()
            await self.publishStore()
        }
    }

    /// Waits for the end to be asked for, gracefully or not, and ends the export when the deadline of either has passed.
    private func endAfterDeadline(_ export: Task<Void, Never>, _ end: AsyncStream<Void>.Continuation) async {
        await withDiscardingTaskGroup { timers in
            for await closing in self.queue.closings {
                timers.addTask { await self.end(export, end, after: self.shutdown.deadline(closing)) }
            }
            timers.cancelAll()
        }
    }

    private func end(_ export: Task<Void, Never>, _ end: AsyncStream<Void>.Continuation, after deadline: Duration) async {
        guard (try? await self.clock.sleep(for: deadline)) != nil else { return }
        export.cancel()
        // A sink that does not mind being cancelled is left alone: a deployment must not hang on it.
        guard (try? await self.clock.sleep(for: self.shutdown.abandonDelay)) != nil else { return }
        self.isAbandoned = true
        end.finish()
    }

    /// Carries out the schedule until there is nothing left, or the task is cancelled.
    private func export() async {
        self.wake()
        await withDiscardingTaskGroup { deliveries in
            for await _ in self.wakes {
                var isBusy = true
                while isBusy, !Task.isCancelled {
                    switch self.schedule.next(at: self.clock.now) {
                    case .send(let attempt):
                        deliveries.addTask { await self.deliver(attempt) }
                    case .fetch:
                        isBusy = await self.fetch()
                    case .wait(let time):
                        if let time { self.wake(at: time) }
                        isBusy = false
                    }
                }
                if self.isClosed, self.isDone { break }
            }
        }
    }

    /// Whether nothing is left that can be delivered now. A store keeps for the next start what a far end that is down does not take.
    private var isDone: Bool {
        guard self.schedule.inFlight == 0 else { return false }
        if self.store != nil { return self.schedule.isIdle || self.schedule.isDown }
        return self.schedule.isIdle && self.queue.isEmpty
    }

    private func wake(at deadline: C.Instant) {
        if let timer = self.timer {
            guard timer.deadline != deadline else { return }
            timer.task.cancel()
        }
        let task = Task {
            guard (try? await self.clock.sleep(until: deadline, tolerance: nil)) != nil else { return }
            self.timer = nil
            self.wake()
        }
        self.timer = (deadline, task)
    }

    private func deliver(_ attempt: Attempt) async {
        let start = self.clock.now
        self.running.append(attempt.batch)
        var failure: DeliveryError?
        do {
            try await self.sink.deliver(attempt.batch)
        } catch is CancellationError where Task.isCancelled {
            // It stays among those that run, to be counted at the end.
            return
        } catch {
            // A foreign error's text may hold anything, so only its type is shown.
            failure = error as? DeliveryError ?? .retryable("the sink threw \(type(of: error))")
        }
        guard !self.isAbandoned else { return }
        self.running.removeAll { $0.firstID == attempt.batch.firstID }
        await self.conclude(attempt, failure, duration: start.duration(to: self.clock.now))
        self.wake()
    }
}

/// What an exporter needs of the world besides its clock.
struct ExporterEnvironment: Sendable {
    let now: @Sendable () -> Date
    let jitter: @Sendable () -> Double
    let metrics: TrackerMetrics
    let reports: ReportBroadcaster
}
