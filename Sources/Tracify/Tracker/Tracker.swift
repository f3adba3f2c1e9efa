//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import Logging
public import Metrics

/// Collects events from observers and delivers them to an ``EventSink``.
///
/// A tracker is all three observers and a `Service`. Create it once, pass it to the framework's middleware and to the code that
/// reports orders, and run it in the application's service group. What is observed before it runs waits in its queue.
///
/// ```swift
/// let tracker = try Tracker(
///     configuration: .init(customerSiteID: CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")),
///     sink: InMemorySink()
/// )
/// ```
///
/// On a request's task it does no I/O, does not wait and does not throw. When the destination is slow or down, the queue fills up to
/// its limits and evicts page views first; the server does not notice.
public final class Tracker: Sendable {
    let rules: CaptureRules
    let intake: EventIntake
    let landings = LandingBuffer()
    let documents = DocumentTypes()
    let contexts: RequestContextPool
    let sessions: SessionMemory
    /// Whether sessions begin with the campaign parameters of landings: to ask ``sessions`` copies them, for each skipped request.
    let keepsLandings: Bool
    let recorder = StatisticsRecorder()
    let skipLog: SkipLog?
    let exporter: any EventExporting
    let makeRelay: @Sendable (any Outbox, OutboxConfiguration) -> (EventIntake, any EventExporting)
    let now: @Sendable () -> Date
    let logger: Logger
    /// Whether requests are logged: to ask the logger for each costs more than to scan a request's fields.
    let logsRequests: Bool
    /// Whether skipped requests are logged or kept.
    let observesSkips: Bool
    let isEnabled: Bool
    /// The sink as the log names it.
    let destination: String
    let runState: RunState
    let emailWarning: EmailWarning
    let claim: ExclusiveClaim
    private let reports: ReportBroadcaster

    /// Creates a tracker.
    ///
    /// It delivers once it runs.
    ///
    /// - Parameters:
    ///   - configuration: The site and the settings.
    ///   - sink: The destination of events.
    ///   - store: The store that keeps events until the sink has accepted them; in memory only when `nil`.
    ///   - sessions: The store that keeps the parameters of landings for their sessions; in memory when `nil`.
    ///   - logger: The logger for failures of delivery and for drops. It never gets an event's content. It also gets a line for each
    ///     request if its level is `debug` or `trace` when the tracker is created.
    ///   - metrics: The factory of the counters; the process's own when not given.
    ///   - clock: The clock that measures intervals and deadlines; tests pass their own.
    ///   - now: The source of events' times; the system's clock to some milliseconds when not given.
    /// - Throws: ``ValidationError`` naming a setting that is out of range; ``TrackerError/Code/hashingUnavailable``;
    ///   ``TrackerError/Code/sinkInUse`` or ``TrackerError/Code/storeInUse`` when another tracker of the process that has not ended
    ///   uses the same object.
    public convenience init(
        configuration: Configuration,
        sink: some EventSink,
        store: (any EventStore)? = nil,
        sessions: (any SessionStore)? = nil,
        logger: Logger = Logger(label: "tracify"),
        metrics: any MetricsFactory = MetricsSystem.factory,
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { .coarseNow }
    ) throws {
        try self.init(
            configuration: configuration,
            sink: sink,
            store: store,
            sessions: sessions,
            logger: logger,
            metrics: metrics,
            clock: clock,
            now: now,
            jitter: { .random(in: 0...1) }
        )
    }

    package init<C: Clock>(
        configuration: Configuration,
        sink: some EventSink,
        store: (any EventStore)?,
        sessions: (any SessionStore)? = nil,
        logger: Logger,
        metrics: any MetricsFactory,
        clock: C,
        now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double
    ) throws where C.Duration == Duration {
        try configuration.validate()
        guard SHA256Context.isAvailable else { throw TrackerError.hashingUnavailable }

        self.rules = try CaptureRules(configuration.capture)
        self.contexts = RequestContextPool(self.rules)
        self.now = now
        self.logger = logger
        self.logsRequests = logger.logLevel <= .debug
        self.skipLog = SkipLog(
            capacity: configuration.maximumSkippedRequests,
            redaction: configuration.capture.redaction,
            now: now
        )
        self.observesSkips = self.logsRequests || self.skipLog != nil
        self.isEnabled = configuration.isEnabled
        self.destination = (sink as? any CustomStringConvertible)?.description ?? "\(type(of: sink))"
        let runState = RunState(logger: logger)
        self.runState = runState
        self.emailWarning = EmailWarning(logger: logger)
        self.claim = try ExclusiveClaim(sink: sink, store: store)
        let tracing = DeliveryTracing()
        self.reports = ReportBroadcaster(tracing: tracing)
        let exporters = ExporterFactory(
            isEnabled: configuration.isEnabled,
            configuration: .init(
                batches: configuration.batches,
                retry: configuration.retry,
                retention: configuration.retention,
                shutdown: configuration.shutdown,
                maximumDeadLetters: configuration.maximumDeadLetters,
                sessionLookupTimeout: configuration.sessions.lookupTimeout
            ),
            queue: configuration.queue,
            storeTimeout: configuration.storeTimeout,
            customerSiteID: configuration.customerSiteID,
            encoder: EventEncoder(configuration: configuration.encoding),
            cachedVisitors: configuration.maximumCachedVisitors,
            sink: sink,
            rules: self.rules,
            statistics: self.recorder,
            metrics: TrackerMetrics(factory: metrics),
            reports: self.reports,
            tracing: tracing,
            logger: logger,
            skipLog: self.skipLog,
            clock: clock,
            now: now,
            jitter: jitter
        )
        self.makeRelay = { exporters.relay($0, $1) }
        self.intake = exporters.intake(store: configuration.isEnabled ? store : nil, onBatchFull: { runState.batchFull() })
        self.sessions =
            switch sessions {
            case let store?: .custom(store)
            case nil where configuration.sessions.maximumSessions == 0: .none
            case nil: .memory(try MemorySessionStore(configuration: configuration.sessions))
            }
        self.keepsLandings = self.sessions.keepsLandings
        self.exporter =
            configuration.isEnabled
            ? exporters.exporter(self.intake, self.landings, self.sessions)
            : exporters.disabled(self.intake.queue, sink: sink, store: store, reports: self.reports)
    }

    deinit {
        self.runState.released(queued: self.intake.queue.snapshot.count, captured: self.statistics.captured())
    }

    /// The current counters.
    public var statistics: TrackerStatistics {
        let droppedLandings = self.landings.droppedCount + self.sessions.droppedLandings
        return self.recorder.statistics(of: self.intake.queue, droppedLandings: droppedLandings)
    }

    /// The state of delivery.
    public var health: DeliveryHealth {
        var health = self.isEnabled && !self.runState.hasRun ? self.runState.health(at: self.now()) : self.recorder.health
        health.queueUse = self.intake.queue.use
        return health
    }

    /// The latest skipped requests and handlers' calls, the oldest first, at most ``Configuration/maximumSkippedRequests``.
    ///
    /// For development: ``statistics`` has the numbers of all, and ``explain(_:from:response:)`` explains a request.
    public var skippedRequests: [SkippedRequest] { self.skipLog?.entries ?? [] }

    /// Returns the reports of delivery from now on, one for each step.
    ///
    /// - Parameter count: The number of reports that are buffered for a slow listener, at least 1; it loses the oldest beyond that.
    ///   Delivery never waits.
    /// - Returns: A sequence that ends with the tracker.
    public func deliveryReports(buffering count: Int = 256) -> AsyncStream<DeliveryReport> {
        self.reports.listen(buffering: count)
    }

    /// Returns the dead letters, the newest first: events that the destination rejected, or that failed while others were accepted.
    ///
    /// - Parameters:
    ///   - selection: The dead letters to return; all by default.
    ///   - count: The maximum number of dead letters.
    /// - Returns: The dead letters, the newest first.
    /// - Throws: ``EventStoreError``.
    public func deadLetters(_ selection: DeadLetterSelection = .all, count: Int = 100) async throws -> [DeadLetter] {
        try await self.exporter.deadLetters(selection, count: count)
    }

    /// Moves dead letters back to the events, which are then delivered once more, with the site's ID that is configured now.
    ///
    /// Call it when the cause of the rejections is fixed.
    ///
    /// - Parameter selection: The dead letters to move; all by default.
    /// - Returns: The number of events.
    /// - Throws: ``EventStoreError``.
    @discardableResult
    public func requeueDeadLetters(_ selection: DeadLetterSelection = .all) async throws -> Int {
        try await self.exporter.requeueDeadLetters(selection)
    }

    /// Deletes dead letters for ever, and counts them as ``DropReason/discarded``.
    ///
    /// - Parameter selection: The dead letters to delete.
    /// - Returns: The number of dead letters.
    /// - Throws: ``EventStoreError``.
    @discardableResult
    public func discardDeadLetters(_ selection: DeadLetterSelection) async throws -> Int {
        try await self.exporter.discardDeadLetters(selection)
    }

    /// Returns what became of the order, conversion or survey answer with an ID, for reconciliation with the shop's own records.
    ///
    /// - Parameter id: The order or conversion ID.
    /// - Returns: The newest entry first; empty when the ID is unknown, or when there is no store, which alone keeps such a ledger.
    /// - Throws: ``EventStoreError``.
    public func delivery(ofOrder id: String) async throws -> [OrderDelivery] {
        try await self.intake.store?.deliveries(ofOrder: id) ?? []
    }

    /// Delivers what was captured so far, partial batches included.
    ///
    /// For a process that ends or is frozen soon, such as a cloud function. The tracker must run.
    ///
    /// - Parameter timeout: The time after which it returns in any case.
    /// - Returns: Whether everything was delivered, or became dead letters, in that time.
    @discardableResult
    public func flush(within timeout: Duration) async -> Bool {
        await self.exporter.flush(within: timeout)
    }
}
