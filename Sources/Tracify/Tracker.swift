#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import HTTPTypes
public import Logging
public import Metrics
public import ServiceLifecycle

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
    private let recorder = StatisticsRecorder()
    private let exporter: any EventExporting
    private let now: @Sendable () -> Date

    /// Creates a tracker. It delivers once it runs.
    ///
    /// - Parameters:
    ///   - configuration: The site and the settings.
    ///   - sink: Where events go.
    ///   - logger: Where delivery's failures and drops are logged. Never an event's content.
    ///   - metrics: Where the counters go; the process's own when not given.
    ///   - clock: What intervals and deadlines are measured with; a test's own clock makes them pass.
    ///   - now: What time it is, for the events.
    /// - Throws: ``InvalidValue`` naming a setting that is out of range; ``HashingUnavailable``.
    public init(
        configuration: Configuration,
        sink: some EventSink,
        logger: Logger = Logger(label: "tracify"),
        metrics: any MetricsFactory = MetricsSystem.factory,
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        try configuration.batches.check()
        try configuration.queue.check()
        // Fails here rather than at the first event.
        _ = try anonymize("")

        self.configuration = configuration
        self.rules = try CaptureRules(configuration.capture)
        self.encoder = EventEncoder(options: configuration.encoding)
        self.now = now
        self.queue = DeliveryQueue(limits: configuration.queue, batchSize: configuration.batches.maximumEvents)
        self.exporter = Exporter(
            queue: self.queue,
            sink: sink,
            writer: EventWriter(
                customerSiteID: configuration.customerSiteID,
                encoder: self.encoder,
                policy: configuration.batches,
                lowercasesEmail: self.rules.lowercasesEmail,
                cachedVisitors: configuration.cachedVisitors
            ),
            policy: configuration.batches,
            shutdown: configuration.shutdown,
            clock: clock,
            statistics: self.recorder,
            metrics: TrackerMetrics(factory: metrics),
            logger: logger
        )
    }

    /// What the tracker has seen and done so far.
    public var statistics: TrackerStatistics {
        self.recorder.statistics(of: self.queue)
    }

    /// Enqueues something seen. A refusal is counted by the queue, and the request has no use for it.
    private func enqueue(_ record: QueuedRecord) {
        try? self.queue.enqueue(record)
    }

    /// Finishes an event on the caller's task, so that the caller learns of every fault, and enqueues it.
    private func enqueueSafely(_ detail: Event.Detail, by visit: Visit) throws {
        var cache = IdentityCache(capacity: 2)
        let event: Event
        do {
            event = try visit.resolve(with: &cache, lowercasingEmail: self.rules.lowercasesEmail)
                .event(detail, customerSiteID: self.configuration.customerSiteID)
        } catch let error as UnresolvableVisit {
            throw error.publicError
        }
        do {
            try self.queue.enqueue(QueuedRecord(event, encoder: self.encoder))
        } catch {
            switch error {
            case .full: throw TrackerError.queueFull
            case .closed: throw TrackerError.shuttingDown
            }
        }
    }
}

extension Tracker: RequestObserver {
    /// The visit of a request by the tracker's own rules. One pass over the header fields.
    public func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        Visit(RequestFacts(request, from: peer, at: self.now(), rules: self.rules))
    }

    /// Enqueues a page view if the answered request was one, and else counts why not.
    public func requestAnswered(_ request: HTTPRequest, of visit: Visit, with response: HTTPResponse) {
        guard case .request(let facts) = visit.source else { return }
        if let reason = PageViewRule.reasonToSkip(facts, request, response) {
            self.recorder.skip(reason)
        } else {
            self.enqueue(QueuedRecord(pageView: visit))
        }
    }
}

extension Tracker: CartObserver {
    /// Enqueues a product view.
    public func productViewed(by visit: Visit?) {
        guard let visit else { return self.queue.countRefused(.productView, .noVisit) }
        self.enqueue(QueuedRecord(productView: visit))
    }

    /// Enqueues an add-to-cart. More items than ``LineItem/maximumCount`` make it invalid, which is counted.
    public func itemsAddedToCart(_ items: [LineItem], by visit: Visit?) {
        guard let visit else { return self.queue.countRefused(.addToCart, .noVisit) }
        self.enqueue(QueuedRecord(addToCart: items, by: visit))
    }
}

extension Tracker: OrderObserver {
    /// Enqueues a purchase. It is never given up for another event once this returns.
    public func orderPlaced(_ order: Order, by visit: Visit) async throws {
        try self.enqueueSafely(.purchase(order), by: visit)
    }

    /// Enqueues a conversion. It is never given up for another event once this returns.
    public func conversionCompleted(_ conversion: Conversion, by visit: Visit) async throws {
        try self.enqueueSafely(.conversion(conversion), by: visit)
    }

    /// A customer answered the survey after an order.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - visit: The visit it was given in.
    /// - Throws: As ``OrderObserver/orderPlaced(_:by:)``.
    public func surveyAnswered(_ answer: SurveyAnswer, by visit: Visit) async throws {
        try self.enqueueSafely(.postPurchaseSurvey(answer), by: visit)
    }
}

extension Tracker: Service {
    /// Delivers until the service group shuts down or the task is cancelled; then delivers what is still there, within the
    /// deadlines of ``ShutdownPolicy``, and closes the sink.
    ///
    /// - Throws: ``TrackerError/alreadyRunning``.
    public func run() async throws {
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
