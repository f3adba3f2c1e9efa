//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
import Synchronization
public import Tracify

/// The events of a test's tracker; see ``withTestTracker(siteID:isolation:configure:_:)``.
public final class TestEvents: Sendable {
    /// The clock of the tracker.
    public let clock: ManualClock
    /// The sink of the tracker, which can fail on demand.
    public let sink: InMemorySink
    private let tracker: Tracker
    private let time: TestDate
    /// The number of events that an expectation has covered.
    private let covered = Mutex(0)

    init(tracker: Tracker, sink: InMemorySink, clock: ManualClock, date: TestDate) {
        self.tracker = tracker
        self.sink = sink
        self.clock = clock
        self.time = date
    }

    /// The time of the events that happen now: 2026-01-01 00:00:00 UTC, until it is advanced.
    public var date: Date { self.time.value }

    /// Lets time pass, for the tracker's intervals and for the dates of later events.
    ///
    /// - Parameter duration: The duration, in whole seconds or longer than zero; the time does not go back.
    public func advance(by duration: Duration) {
        self.time.advance(by: duration)
        self.clock.advance(by: duration)
    }

    /// Returns all events so far, once everything that was captured has been delivered.
    ///
    /// It does not wait for time to pass: after a failed delivery, the clock is advanced to the next attempt. With a sink that fails for
    /// ever, it returns the events of before after some hundred attempts.
    ///
    /// - Returns: The events in the order of delivery: that of observations, and that of orders, conversions and survey answers, which are
    ///   delivered beside them.
    public func all() async -> [Event] {
        await self.deliver()
        return self.sink.events
    }

    /// Checks the events since the last expectation.
    ///
    /// The events must be exactly the expected ones, in any order. An expectation is checked as soon as enough events have come, and fails
    /// after `timeout`: a server may complete a request shortly after its client has the response.
    ///
    /// - Parameters:
    ///   - expected: The expected events; none when there must be no event.
    ///   - timeout: The longest time to wait for missing events.
    ///   - file: The file of the call.
    ///   - line: The line of the call.
    /// - Throws: ``UnexpectedEvents``, which describes the differences; `CancellationError` when the task is cancelled.
    public func expect(
        _ expected: ExpectedEvent...,
        within timeout: Duration = .seconds(1),
        file: String = #fileID,
        line: Int = #line
    ) async throws {
        let start = ContinuousClock.now
        var events: ArraySlice<Event> = []
        while true {
            events = await self.all().dropFirst(self.covered.withLock { $0 })
            try Task.checkCancellation()
            if events.count >= expected.count || ContinuousClock.now - start > timeout { break }
            try await Task.sleep(for: .milliseconds(2))  // A server completes the request on a task of its own, unknown here.
        }
        let total = self.sink.events.count
        self.covered.withLock { $0 = total }
        let comparison = EventComparison(of: Array(events), with: expected)
        guard !comparison.isEqual else { return }
        throw UnexpectedEvents(
            comparison,
            skipped: self.tracker.skippedRequests.suffix(10),
            statistics: self.tracker.statistics,
            place: "\(file):\(line)"
        )
    }

    /// Delivers everything that was captured.
    ///
    /// After each failure, the clock passes the pause that follows. A sink that fails for ever is tried some hundred times.
    func deliver() async {
        let pause = Duration.seconds(3600)
        let reports = self.tracker.deliveryReports()
        let pauses = Task { [clock] in
            for await report in reports where report.outcome.isRetried { clock.advance(by: pause) }
        }
        // What is captured meanwhile waits for the tracker's interval.
        let intervals = self.clock.letTimePass()
        // An earlier failure may have left a pause.
        self.clock.advance(by: pause)
        await self.tracker.flush(within: pause * 500)
        pauses.cancel()
        intervals.cancel()
    }
}

/// The time of a test's events.
final class TestDate: Sendable {
    private let state = Mutex(Date(timeIntervalSince1970: 1_767_225_600))

    var value: Date { self.state.withLock { $0 } }

    func advance(by duration: Duration) {
        let seconds = max(.zero, duration) / .seconds(1)
        self.state.withLock { $0.addTimeInterval(seconds) }
    }
}
#endif
