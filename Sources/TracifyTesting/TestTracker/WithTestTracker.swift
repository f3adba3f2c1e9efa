//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Logging
import Metrics
public import Tracify

/// Runs a tracker for a test, with its events in memory, and ends it afterward.
///
/// ```swift
/// @Test func reportsTheOrder() async throws {
///     try await withTestTracker { tracker, events in
///         let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
///         try await tracker.orderPlaced(order, by: .stub())
///         try await events.expect(.purchase(order))
///     }
/// }
/// ```
///
/// It uses no network and no disk, and no time passes: its clock is ``TestEvents/clock``, and its events have the time ``TestEvents/date``.
/// A request of an in-process test client, which has no peer, counts as one from `192.0.2.1` (RFC 5737).
///
/// - Parameters:
///   - siteID: The site's ID.
///   - isolation: The caller's isolation.
///   - configure: Changes the tracker's settings.
///   - body: The test, which gets the tracker and its events.
/// - Returns: The result of `body`.
/// - Throws: The error of `body`; `ValidationError` for a setting that is out of range.
@discardableResult
public func withTestTracker<Value>(
    siteID: CustomerSiteID = .stub,
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout Tracker.Configuration) throws -> Void = { _ in },
    _ body: (Tracker, TestEvents) async throws -> Value
) async throws -> Value {
    var configuration = Tracker.Configuration(customerSiteID: siteID)
    configuration.maximumSkippedRequests = 1000
    configuration.capture.addressOfUnknownPeer = .stubWithoutSocket
    // In the clock's time, which passes at once.
    configuration.shutdown.gracefulDeadline = .seconds(600)
    try configure(&configuration)
    let sink = InMemorySink()
    let clock = ManualClock()
    let date = TestDate()
    let tracker = try Tracker(
        configuration: configuration,
        sink: sink,
        logger: Logger(label: "tracify", factory: { _ in SwiftLogNoOpLogHandler() }),
        metrics: NOOPMetricsHandler.instance,
        clock: clock,
        now: { date.value }
    )
    let events = TestEvents(tracker: tracker, sink: sink, clock: clock, date: date)
    var ending: Task<Void, Never>?
    defer { ending?.cancel() }
    return try await withTracker(tracker) { tracker in
        // What the sink does not accept by the deadline is not waited for.
        defer { ending = clock.letTimePass() }
        return try await body(tracker, events)
    }
}
#endif
