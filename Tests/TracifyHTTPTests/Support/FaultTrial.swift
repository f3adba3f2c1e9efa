//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Tracify
import TracifyTesting

@testable import TracifyHTTP

/// A tracker that reports a shop's traffic to a failing destination, and accounts for every event.
final class FaultTrial: Sendable {
    /// The reported events and the measured recovery.
    private struct State {
        var reported: [String: EventType] = [:]
        var faultEnd: ContinuousClock.Instant?
        var recovery: Duration?
    }

    let tracker: Tracker
    let log: ReportLog
    private let visit: Visit
    private let state = Mutex(State())

    private init(tracker: Tracker, log: ReportLog) throws {
        self.tracker = tracker
        self.log = log
        self.visit = try Visit(
            address: try #require(IPAddress("203.0.113.77")),
            userAgent: "Mozilla/5.0",
            url: PageURL("https://shop.example/checkout")
        )
    }

    /// Runs a tracker in a service group while `body` runs, and then shuts it down gracefully.
    static func run(
        to sink: some EventSink,
        _ change: (inout Tracker.Configuration) -> Void = { _ in },
        _ body: @escaping @Sendable (FaultTrial) async throws -> Void
    ) async throws -> FaultTrial {
        var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
        configuration.shutdown.gracefulDeadline = .seconds(600)
        configuration.batches.maximumEvents = 5
        configuration.batches.interval = .milliseconds(5)
        configuration.retry.initialBackoff = .milliseconds(5)
        configuration.retry.maximumBackoff = .milliseconds(50)
        change(&configuration)
        var quiet = Logger(label: "fault matrix")
        quiet.logLevel = .critical
        let logger = quiet
        let tracker = try Tracker(configuration: configuration, sink: sink, logger: logger)
        let log = ReportLog()
        let reports = tracker.deliveryReports(buffering: 100_000)
        let trial = try FaultTrial(tracker: tracker, log: log)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let services = ServiceGroup(configuration: .init(services: [tracker], logger: logger))
            tasks.addTask { try await services.run() }
            tasks.addTask { await log.listen(to: reports) }
            try await body(trial)
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        return trial
    }

    /// The number of reported events.
    var reported: Int { self.state.withLock { $0.reported.count } }

    /// Reports a burst of traffic, in which every fifth event is an order and the others are page views.
    func report(_ count: Int, withOrders: Bool = true) async throws {
        for _ in 0..<count {
            let number = self.reported
            if withOrders, number % 5 == 4 {
                let currency = try Currency("EUR")
                let amount = try Amount(minorUnits: Int64(100 + number), of: currency)
                let order = try Order(id: "order-\(number)", currency: currency, amount: amount)
                try await self.tracker.orderPlaced(order, by: self.visit)
                self.state.withLock { $0.reported["\(order.id) \(amount)"] = .purchase }
            } else {
                let request = HTTPRequest(
                    method: .get,
                    scheme: "https",
                    authority: "shop.example",
                    path: "/page-\(number)",
                    headerFields: [.userAgent: "Mozilla/5.0", .accept: "text/html"]
                )
                let visit = self.tracker.visit(for: request, from: PeerAddress(text: "203.0.113.77"))
                let response = HTTPResponse(status: .ok, headerFields: [.contentType: "text/html"])
                self.tracker.requestCompleted(request, response: response, visit: visit)
                self.state.withLock { $0.reported["https://shop.example/page-\(number)"] = .pageView }
            }
        }
    }

    /// Returns the name that identifies an event of the traffic.
    static func name(_ event: Event) -> String {
        if case .purchase(let order) = event.detail { "\(order.id) \(order.amount)" } else { event.url.text }
    }

    /// Marks the end of the fault, from which the recovery is timed.
    func faultEnds() {
        self.state.withLock { $0.faultEnd = .now }
    }

    /// Waits until all reported events are delivered, except for the dead letters.
    func waitForAll(butFor deadLetters: Int = 0) async throws {
        try await self.log.waitForDelivered(self.reported - deadLetters)
        self.state.withLock { state in
            if let end = state.faultEnd, state.recovery == nil { state.recovery = .now - end }
        }
    }

    /// Waits until the health reports a problem of these lanes, or of any.
    func waitForProblems(_ code: DeliveryHealth.Problem.Code, lanes: Set<DeliveryLane> = []) async throws {
        // The health is up to date with each report of delivery.
        try await self.log.wait { _ in
            let problems = self.tracker.health.problems.filter { $0.code == code }
            return !problems.isEmpty && lanes.isSubset(of: problems.compactMap(\.lane))
        }
    }

    /// Expects that no event was dropped or rejected during an outage, and that the health reports the outage.
    func expectOutage(_ code: DeliveryHealth.Problem.Code, reason: String = "", sourceLocation: SourceLocation = #_sourceLocation)
    {
        let problem = self.tracker.health.problem
        #expect(problem?.code == code, "health: \(self.tracker.health)", sourceLocation: sourceLocation)
        let text = problem?.reason ?? ""
        #expect(reason.isEmpty || text.contains(reason), sourceLocation: sourceLocation)
        #expect(!text.contains("the-secret-token"), sourceLocation: sourceLocation)
        let statistics = self.tracker.statistics
        #expect(statistics.dropped() == 0, sourceLocation: sourceLocation)
        #expect(statistics.rejected() == 0, sourceLocation: sourceLocation)
        #expect(statistics.captured() + statistics.queued == self.reported, sourceLocation: sourceLocation)
        #expect(statistics.delivered() < self.reported, sourceLocation: sourceLocation)
    }

    /// The expected repeats of events.
    enum Repeats {
        /// Each event arrives once.
        case none
        /// Events whose acknowledgment was lost arrive more than once, because delivery is at least once.
        case ofUnacknowledged
    }

    /// Accounts for every event after the shutdown, and prints the trial's line of the table.
    ///
    /// - Parameters:
    ///   - fault: The fault's name.
    ///   - collectors: The destinations, in order of time.
    ///   - repeats: The expected repeats.
    ///   - letterCount: The number of rejected events, and the number of dead letters that were not requeued.
    ///   - dropped: The number of events that the shutdown dropped.
    ///   - sourceLocation: The location to which failures are attributed.
    /// - Throws: An error of the dead letters or of the decoder.
    func expectAccount(
        _ fault: String,
        _ collectors: [Collector],
        repeats: Repeats = .none,
        letterCount: (rejected: Int, left: Int) = (0, 0),
        dropped: Int = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let (reported, recovery) = self.state.withLock { ($0.reported, $0.recovery) }
        let statistics = self.tracker.statistics
        let letters = try await self.tracker.deadLetters(count: 1000)
        let exchanges = collectors.flatMap(\.exchanges)
        let arrivals = try Self.arrivals(exchanges, sourceLocation: sourceLocation)
        let repeated = arrivals.values.reduce(0) { $0 + $1 - 1 }

        // Conservation, by the tracker's counters and by the events at both ends.
        #expect(statistics.captured() == reported.count, sourceLocation: sourceLocation)
        #expect(statistics.queued == 0, sourceLocation: sourceLocation)
        #expect(
            statistics.captured() + statistics.requeued
                == statistics.delivered() + statistics.rejected() + statistics.dropped() + statistics.queued,
            sourceLocation: sourceLocation
        )
        #expect(statistics.dropped() == dropped, sourceLocation: sourceLocation)
        #expect(statistics.delivered() == self.log.reports.delivered, sourceLocation: sourceLocation)
        #expect(statistics.delivered() == reported.count - letterCount.left - dropped, sourceLocation: sourceLocation)
        #expect(statistics.rejected() == letterCount.rejected, sourceLocation: sourceLocation)
        #expect(letters.count == letterCount.left, sourceLocation: sourceLocation)
        #expect(self.tracker.health.isHealthy == (dropped == 0), sourceLocation: sourceLocation)

        // Exactly the reported events arrived, except for the dead letters.
        let dead = try Set(letters.map { Self.name(try $0.event.decoded()) })
        #expect(Set(arrivals.keys).isDisjoint(with: dead), sourceLocation: sourceLocation)
        if dropped == 0 {
            #expect(Set(arrivals.keys).union(dead) == Set(reported.keys), sourceLocation: sourceLocation)
        }
        for collector in collectors {
            #expect(collector.deviations.isEmpty, sourceLocation: sourceLocation)
            #expect(collector.events.allSatisfy { reported[Self.name($0)] == $0.type }, sourceLocation: sourceLocation)
        }

        switch repeats {
        case .none: #expect(repeated == 0, sourceLocation: sourceLocation)
        // The fault provokes repeats, which the contract allows. A trial without repeats would prove nothing.
        case .ofUnacknowledged: #expect(repeated > 0, sourceLocation: sourceLocation)
        }
        let time = recovery.map { "\(Int(($0 / .milliseconds(1)).rounded()))" } ?? "-"
        let arrived = "\(arrivals.count) of \(reported.count)"
        print("fault-matrix: \(fault) | \(self.log.deliveries) | \(arrived) | \(repeated) | \(letterCount.rejected) | \(time)")
    }

    /// Counts how often each event was accepted, and expects that no acknowledged event was sent again.
    private static func arrivals(_ exchanges: [CollectorExchange], sourceLocation: SourceLocation) throws -> [String: Int] {
        var arrivals: [String: Int] = [:]
        var acknowledged: Set<String> = []
        for exchange in exchanges where !exchange.body.isEmpty {
            let names = try EventDecoder().decode(exchange.body).map(Self.name)
            #expect(acknowledged.isDisjoint(with: names), "acknowledged events were sent again", sourceLocation: sourceLocation)
            if exchange.isAccepted { for name in names { arrivals[name, default: 0] += 1 } }
            if exchange.isAcknowledged { acknowledged.formUnion(names) }
        }
        return arrivals
    }
}

/// A sink whose destination can be replaced while it is in use, as when an endpoint is corrected.
final class ExchangeableSink: EventSink {
    private let sink: Mutex<any EventSink>

    init(_ sink: any EventSink) {
        self.sink = Mutex(sink)
    }

    func exchange(for sink: any EventSink) async {
        let old = self.sink.withLock { current in
            defer { current = sink }
            return current
        }
        await old.shutdown()
    }

    func deliver(_ batch: EventBatch) async throws {
        let sink = self.sink.withLock { $0 }
        try await sink.deliver(batch)
    }

    func shutdown() async {
        let sink = self.sink.withLock { $0 }
        await sink.shutdown()
    }
}
#endif
