#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import HTTPTypes
public import Logging
public import Metrics
public import ServiceLifecycle
import Synchronization

/// The front door: takes what requests and hooks report, and delivers it to a sink.
///
/// A tracker is all three observers and a `Service`. Make it once, give it to the framework's middleware and to whatever reports
/// orders, and run it in the application's service group. What comes before it runs waits in its queue.
///
/// ```swift
/// let tracker = try Tracker(
///     configuration: .init(customerSiteID: CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")),
///     sink: InMemorySink()
/// )
/// ```
///
/// On a request's task it does no I/O, waits for nothing and throws nothing. When its far end is slow or down, the queue fills
/// up to its bounds and gives up page views first; the server does not notice.
public final class Tracker: Sendable {
    private let configuration: Configuration
    private let rules: CaptureRules
    private let encoder: EventEncoder
    private let queue: DeliveryQueue
    private let landings = LandingBuffer()
    private let sessionMemory: SessionMemory
    private let store: (any EventStore)?
    private let recorder = StatisticsRecorder()
    private let reports = ReportBroadcaster()
    private let exporter: any EventExporting
    private let now: @Sendable () -> Date
    private let logger: Logger
    private let hasRun = Atomic(false)
    private let hasWarned = Atomic(false)

    /// Creates a tracker. It delivers once it runs.
    ///
    /// - Parameters:
    ///   - configuration: The site and the settings.
    ///   - sink: Where events go.
    ///   - store: Where events are kept until the sink took them; in memory only when `nil`.
    ///   - sessions: Where the parameters of landings are kept for their sessions; in memory when `nil`.
    ///   - logger: Where delivery's failures and drops are logged. Never an event's content.
    ///   - metrics: Where the counters go; the process's own when not given.
    ///   - clock: What intervals and deadlines are measured with; a test's own clock makes them pass.
    ///   - now: What time it is, for the events.
    /// - Throws: ``InvalidValue`` naming a setting that is out of range; ``HashingUnavailable``.
    public convenience init(
        configuration: Configuration,
        sink: some EventSink,
        store: (any EventStore)? = nil,
        sessions: (any SessionStore)? = nil,
        logger: Logger = Logger(label: "tracify"),
        metrics: any MetricsFactory = MetricsSystem.factory,
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
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

    init(
        configuration: Configuration,
        sink: some EventSink,
        store: (any EventStore)?,
        sessions: (any SessionStore)? = nil,
        logger: Logger,
        metrics: any MetricsFactory,
        clock: some Clock<Duration>,
        now: @escaping @Sendable () -> Date,
        jitter: @escaping @Sendable () -> Double
    ) throws {
        try configuration.batches.check()
        try configuration.queue.check()
        try configuration.retry.check()
        try configuration.shutdown.check()
        try configuration.sessions.check()
        // Fails here rather than at the first event.
        _ = try anonymize("")

        self.configuration = configuration
        self.rules = try CaptureRules(configuration.capture)
        self.encoder = EventEncoder(options: configuration.encoding)
        self.now = now
        self.logger = logger
        self.store = store
        self.queue = DeliveryQueue(
            limits: configuration.queue,
            batchSize: configuration.batches.maximumEvents,
            batchBytes: configuration.batches.maximumBytes
        )
        self.sessionMemory =
            switch sessions {
            case let store?: .custom(store)
            case nil where configuration.sessions.capacity == 0: .none
            case nil: .memory(MemorySessionStore(policy: configuration.sessions))
            }
        self.exporter = Exporter(
            queue: self.queue,
            landings: self.landings,
            sessions: self.sessionMemory,
            store: store,
            sink: sink,
            writer: EventWriter(
                customerSiteID: configuration.customerSiteID,
                encoder: self.encoder,
                policy: configuration.batches,
                lowercasesEmail: self.rules.lowercasesEmail,
                cachedVisitors: configuration.cachedVisitors
            ),
            configuration: configuration,
            clock: clock,
            environment: ExporterEnvironment(
                now: now,
                jitter: jitter,
                metrics: TrackerMetrics(factory: metrics),
                reports: self.reports
            ),
            statistics: self.recorder,
            logger: logger
        )
    }

    /// What the tracker has seen and done so far.
    public var statistics: TrackerStatistics {
        let lostLandings = self.landings.lost + self.sessionMemory.lostLandings
        return self.recorder.statistics(of: self.queue, lostLandings: lostLandings)
    }

    /// Whether delivery works, since when not, and why.
    public var health: DeliveryHealth { self.recorder.health }

    /// What becomes of events from now on, one report for each step.
    ///
    /// - Parameter count: How many reports wait for a listener that is slow; the oldest go first. Delivery never waits.
    /// - Returns: A sequence that ends when the tracker has.
    public func deliveryReports(buffering count: Int = 256) -> AsyncStream<DeliveryReport> {
        self.reports.listen(buffering: count)
    }

    /// The events that the far end would not take, the newest first.
    ///
    /// - Parameter count: How many at most.
    /// - Throws: ``EventStoreError``.
    public func deadLetters(count: Int = 100) async throws -> [DeadLetter] {
        try await self.exporter.deadLetters(count: count)
    }

    /// Puts all dead letters back among the events, to be sent again: after the site's id was corrected, say.
    ///
    /// - Returns: How many.
    /// - Throws: ``EventStoreError``.
    @discardableResult
    public func putBackDeadLetters() async throws -> Int {
        try await self.exporter.putBackDeadLetters()
    }

    /// Enqueues something seen. A refusal is counted by the queue, and the request has no use for it.
    private func enqueue(_ record: QueuedRecord) {
        try? self.queue.enqueue(record)
    }

    /// Finishes an event on the caller's task, so that the caller learns of every fault, and makes it safe: in the store if there
    /// is one, else in the queue.
    private func enqueueSafely(_ detail: Event.Detail, by visit: Visit) async throws {
        // The order stands; it is none of ours.
        guard visit.hasConsent else { return self.recorder.skip(.noConsent) }
        var cache = IdentityCache(capacity: 2)
        let event: Event
        do {
            event = try visit.resolve(with: &cache, lowercasingEmail: self.rules.lowercasesEmail)
                .event(detail, customerSiteID: self.configuration.customerSiteID)
        } catch {
            throw self.refuse(detail.type, error)
        }
        self.warnIfNotRunning()
        let record = QueuedRecord(event, encoder: self.encoder)
        if let store = self.store, case .encoded(let json) = record.content {
            try await self.commit(StorableEvent(type: record.type, json: json), to: store)
            return
        }
        do {
            try self.queue.enqueue(record)
        } catch {
            switch error {
            case .full: throw TrackerError.queueFull
            case .closed: throw TrackerError.shuttingDown
            }
        }
    }

    /// Counts an event that could not be made, and says why to its caller.
    private func refuse(_ type: EventType, _ error: any Error) -> any Error {
        switch error {
        case UnresolvableVisit.host, UnresolvableVisit.withheld:
            self.queue.countRefused(type, .invalidHost)
            return TrackerError.unusableVisit
        case UnresolvableVisit.hashing(let error):
            self.queue.countRefused(type, .hashingUnavailable)
            return error
        default:
            self.queue.countRefused(type, .invalid)
            return error
        }
    }

    /// Says once that nothing is delivered before the tracker runs: forgotten, it would show only in lost events.
    private func warnIfNotRunning() {
        guard !self.hasRun.load(ordering: .relaxed) else { return }
        guard !self.hasWarned.exchange(true, ordering: .relaxed) else { return }
        self.logger.warning("An order was reported to a tracker that does not run: add it to the service group")
    }

    /// Commits an event past the queue: its caller waits, and nothing that others report is to be waited for.
    private func commit(_ event: StorableEvent, to store: any EventStore) async throws {
        do {
            let evicted = try await store.append([event])
            self.queue.countOffered(event.type)
            self.recorder.drop(evicted, .storeFull)
            self.exporter.wake()
        } catch let error as EventStoreError where error.code == .closed {
            self.queue.countRefused(event.type, .shuttingDown)
            throw TrackerError.shuttingDown
        } catch {
            let isFull = (error as? EventStoreError)?.code == .full
            self.queue.countRefused(event.type, isFull ? .storeFull : .storeFailed)
            throw error
        }
    }
}

extension Tracker: RequestObserver {
    /// The visit of a request by the tracker's own rules. One pass over the header fields.
    public func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        guard self.rules.consent.allows(request) else { return Visit(source: .withheld(self.now()), email: nil) }
        return Visit(RequestFacts(request, from: peer, at: self.now(), rules: self.rules))
    }

    /// Enqueues a page view if the answered request was one, and a product view if its path is a product's; else counts why not.
    public func requestAnswered(_ request: HTTPRequest, of visit: Visit, with response: HTTPResponse) {
        switch visit.source {
        case .request(let facts):
            if let reason = PageViewRule.reasonToSkip(facts, request, response) {
                self.recorder.skip(reason)
                if self.sessionMemory.keepsLandings, PageViewRule.mayBeLanding(facts, reason) { self.landings.add(facts) }
            } else {
                self.enqueue(QueuedRecord(pageView: visit))
                if facts.isFor(self.rules.productPaths) {
                    self.enqueue(QueuedRecord(productView: visit))
                }
            }
        case .withheld:
            self.recorder.skip(.noConsent)
        case .resolved:
            break
        }
    }
}

extension Tracker: CartObserver {
    /// Enqueues a product view, unless the request was fetched ahead of time or for another page's image, frame or the like, or
    /// says nothing of its visitor.
    public func productViewed(by visit: Visit?) {
        guard let visit else { return self.queue.countRefused(.productView, .noVisit) }
        guard visit.hasConsent else { return self.recorder.skip(.noConsent) }
        // What nobody has looked at yet, or what is part of another page, is no product view either. What a script asks for is:
        // the handler knows what it shows.
        if case .request(let facts) = visit.source {
            if facts.signs.contains(.embedded) { return self.recorder.skip(.subresource) }
            if let reason = PageViewRule.reasonToSkip(facts) { return self.recorder.skip(reason) }
        }
        self.enqueue(QueuedRecord(productView: visit))
    }

    /// Enqueues an add-to-cart. More items than ``LineItem/maximumCount`` make it invalid, which is counted.
    public func itemsAddedToCart(_ items: [LineItem], by visit: Visit?) {
        guard let visit else { return self.queue.countRefused(.addToCart, .noVisit) }
        guard visit.hasConsent else { return self.recorder.skip(.noConsent) }
        self.enqueue(QueuedRecord(addToCart: items, by: visit))
    }
}

extension Tracker: OrderObserver {
    /// Makes a purchase safe. It is never given up for another event once this returns.
    public func orderPlaced(_ order: Order, by visit: Visit) async throws {
        try await self.enqueueSafely(.purchase(order), by: visit)
    }

    /// Makes a conversion safe. It is never given up for another event once this returns.
    public func conversionCompleted(_ conversion: Conversion, by visit: Visit) async throws {
        try await self.enqueueSafely(.conversion(conversion), by: visit)
    }

    /// A customer answered the survey after an order.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - visit: The visit it was given in.
    /// - Throws: As ``OrderObserver/orderPlaced(_:by:)``.
    public func surveyAnswered(_ answer: SurveyAnswer, by visit: Visit) async throws {
        try await self.enqueueSafely(.postPurchaseSurvey(answer), by: visit)
    }
}

extension Tracker: Service {
    /// Delivers until the service group shuts down or the task is cancelled; then delivers what is still there, within the
    /// deadlines of ``ShutdownPolicy``, and closes the sink.
    ///
    /// - Throws: ``TrackerError/alreadyRunning``.
    public func run() async throws {
        self.hasRun.store(true, ordering: .relaxed)
        let hasRun = await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await self.exporter.run()
            } onGracefulShutdown: {
                self.queue.close(.gracefully)
            }
        } onCancel: {
            self.queue.close(.byCancellation)
        }
        guard hasRun else { throw TrackerError.alreadyRunning }
    }
}
