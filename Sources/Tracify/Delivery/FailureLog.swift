//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging

/// Logs lost events at once, and then at most every ten seconds with totals.
///
/// A destination that is down for an hour must not fill the disk.
struct FailureLog<C: Clock> where C.Duration == Duration {
    private let logger: Logger
    private let pause: Duration = .seconds(10)
    private var lastFailureLine: C.Instant?
    private var lastDropLine: C.Instant?
    private var lastStoreLine: C.Instant?
    private var lastFailure: DeliveryError?
    private var failedEvents = 0
    private var loggedDrops = 0

    init(logger: Logger) {
        self.logger = logger
    }

    mutating func add(_ failure: DeliveryError, events: Int, at now: C.Instant) {
        self.lastFailure = failure
        self.failedEvents += events
        self.logFailures(at: now)
    }

    /// Logs an error of a store, if it is due.
    mutating func log(_ message: Logger.Message, reason: String, at now: C.Instant) {
        guard self.isDue(now, since: self.lastStoreLine) else { return }
        self.logger.error(message, metadata: ["reason": "\(reason)"])
        self.lastStoreLine = now
    }

    /// Logs the events that were dropped since the last line, if it is due.
    mutating func report(_ statistics: TrackerStatistics, at now: C.Instant, isLast: Bool = false) {
        self.logFailures(at: now, isLast: isLast)
        let dropped = statistics.dropped()
        guard dropped > self.loggedDrops, isLast || self.isDue(now, since: self.lastDropLine) else { return }
        var metadata: Logger.Metadata = ["dropped_total": "\(dropped)", "dropped_new": "\(dropped - self.loggedDrops)"]
        for reason in DropReason.allCases {
            for type in EventType.allCases where statistics.dropped(reason, type) > 0 {
                metadata["\(reason.description).\(type.rawValue)"] = "\(statistics.dropped(reason, type))"
            }
        }
        self.logger.warning("Events were dropped", metadata: metadata)
        self.loggedDrops = dropped
        self.lastDropLine = now
    }

    private mutating func logFailures(at now: C.Instant, isLast: Bool = false) {
        guard let failure = self.lastFailure, isLast || self.isDue(now, since: self.lastFailureLine) else { return }
        self.logger.error(
            "Delivery failed",
            metadata: [
                "code": "\(failure.code)",
                "reason": "\(failure.reason)",
                "events": "\(self.failedEvents)",
            ]
        )
        self.lastFailure = nil
        self.failedEvents = 0
        self.lastFailureLine = now
    }

    private func isDue(_ now: C.Instant, since last: C.Instant?) -> Bool {
        guard let last else { return true }
        return last.duration(to: now) >= self.pause
    }
}
