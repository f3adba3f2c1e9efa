import Logging

/// What a tracker needs of its exporter, whatever clock it runs on.
protocol EventExporting: Sendable {
    /// Delivers until the queue is closed and empty, or its deadline has passed.
    ///
    /// - Returns: `false` at once when it runs already, or has run.
    func run() async -> Bool
}

/// Takes records from the queue, makes batches of them and hands these to the sink, several at once.
///
/// All work right of the queue is done here. Ends when the queue is closed: what is in it and in flight is then delivered, within
/// a deadline, and what is left after it is counted and named.
actor Exporter<C: Clock>: EventExporting where C.Duration == Duration {
    private let queue: DeliveryQueue
    private let sink: any EventSink
    private let policy: BatchPolicy
    private let shutdown: ShutdownPolicy
    private let clock: C
    private let statistics: StatisticsRecorder
    private let metrics: TrackerMetrics
    private let logger: Logger
    private var writer: EventWriter
    private var failureLog: FailureLog<C>
    private var hasRun = false

    init(
        queue: DeliveryQueue,
        sink: any EventSink,
        writer: consuming EventWriter,
        policy: BatchPolicy,
        shutdown: ShutdownPolicy,
        clock: C,
        statistics: StatisticsRecorder,
        metrics: TrackerMetrics,
        logger: Logger
    ) {
        self.queue = queue
        self.sink = sink
        self.writer = writer
        self.policy = policy
        self.shutdown = shutdown
        self.clock = clock
        self.statistics = statistics
        self.metrics = metrics
        self.logger = logger
        self.failureLog = FailureLog(logger: logger)
    }

    func run() async -> Bool {
        guard !self.hasRun else { return false }
        self.hasRun = true

        // A task of its own, awaited here: when the caller is cancelled, what was accepted still has its deadline.
        let export = Task { await self.export() }
        let ticker = Task { await self.tick() }
        let watchdog = Task { await self.cancelAfterDeadline(export) }
        await export.value
        watchdog.cancel()
        ticker.cancel()
        await self.sink.shutdown()
        self.report()
        return true
    }

    /// Wakes up for partial batches, for the metrics and for what has to be logged.
    private func tick() async {
        while (try? await self.clock.sleep(for: self.policy.interval)) != nil {
            self.queue.requestFlush()
            self.report()
        }
    }

    private func cancelAfterDeadline(_ export: Task<Void, Never>) async {
        for await closing in self.queue.closings {
            let deadline = closing == .gracefully ? self.shutdown.gracefulDeadline : self.shutdown.cancellationDeadline
            guard (try? await self.clock.sleep(for: deadline)) != nil else { return }
            export.cancel()
        }
    }

    private func export() async {
        await withTaskGroup(of: Void.self) { deliveries in
            var inFlight = 0
            for await _ in self.queue.signals {
                await self.send(isFlush: self.queue.takeFlushRequest(), &deliveries, &inFlight)
            }
            // Closed: nothing comes in any more, so this ends with the queue empty, or with the deadline.
            while !Task.isCancelled, !self.queue.isEmpty {
                await self.send(isFlush: true, &deliveries, &inFlight)
            }
        }
        for record in self.queue.take(.max, isPartial: true) {
            self.statistics.drop(record.type, .shutdownDeadline)
        }
    }

    /// Sends full batches, and for a flush the rest as well.
    private func send(isFlush: Bool, _ deliveries: inout TaskGroup<Void>, _ inFlight: inout Int) async {
        var isFull = true
        while isFull, !Task.isCancelled {
            let records = self.queue.take(self.policy.maximumEvents, isPartial: isFlush)
            isFull = records.count == self.policy.maximumEvents
            let statistics = self.statistics
            for batch in self.writer.write(records, onDrop: statistics.drop) {
                if inFlight == self.policy.maximumInFlight {
                    await deliveries.next()
                    inFlight -= 1
                }
                deliveries.addTask { await self.deliver(batch) }
                inFlight += 1
            }
        }
    }

    private func deliver(_ batch: EventBatch) async {
        do {
            try await self.sink.deliver(batch)
            self.statistics.deliver(batch)
        } catch is CancellationError {
            self.statistics.drop(batch, .shutdownDeadline)
        } catch {
            // A foreign error's text may hold anything, so only its type is shown.
            let failure = error as? DeliveryError ?? .retryable("the sink threw \(type(of: error))")
            self.statistics.drop(batch, failure.kind.dropReason)
            self.failureLog.add(failure, events: batch.count, at: self.clock.now)
        }
    }

    private func report() {
        let statistics = self.statistics.statistics(of: self.queue)
        self.metrics.publish(statistics)
        self.failureLog.report(statistics, at: self.clock.now)
    }
}

extension DeliveryError.Kind {
    /// Under which reason events are counted that were given up for a failure of this kind.
    fileprivate var dropReason: DropReason {
        switch self {
        case .rejected: .rejected
        case .tooLarge: .tooLarge
        case .unauthorized: .unauthorized
        default: .deliveryFailed
        }
    }
}

/// How long a tracker goes on delivering once it is told to stop.
public struct ShutdownPolicy: Sendable, Hashable {
    /// How long after a graceful shutdown was asked for. Default: 10 seconds.
    public var gracefulDeadline: Duration = .seconds(10)
    /// How long after the tracker's task was cancelled. Default: 2 seconds.
    public var cancellationDeadline: Duration = .seconds(2)

    /// The defaults.
    public init() {}
}
