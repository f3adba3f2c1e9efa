//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Logging

/// Logs failures, dead letters and drops at once, and then at most every ten seconds with totals.
///
/// A destination that is down for an hour, or that rejects everything, must not fill the disk.
struct FailureLog {
    private let logger: Logger
    private let pause: Duration = .seconds(10)
    private var lastLines: [Line: DeliveryInstant] = [:]
    private var failure: (error: DeliveryError, events: Int)?
    private var deadLetter: (event: EncodedEvent, reason: String)?
    private var deadLetters = 0
    private var loggedDrops = 0
    private var loggedFindings: [DeliveryHealth.Finding] = []
    /// Whether the last line on the state of delivery says that it fails.
    private var saysFailing = false

    private enum Line: Hashable {
        case failure
        case deadLetter
        case drop
        /// An error of a store, by its message, so that one kind of store does not silence another.
        case store(String)
    }

    init(logger: Logger) {
        self.logger = logger
    }

    /// Whether a line says that delivery fails, or waits to say so.
    var isFailing: Bool { self.saysFailing || self.failure != nil }

    /// Whether something waits until it may be logged, with what the statistics say.
    func isWaiting(_ statistics: TrackerStatistics) -> Bool {
        self.failure != nil || self.deadLetter != nil || statistics.dropped() > self.loggedDrops
    }

    mutating func add(_ failure: DeliveryError, failingEvents: Int, at now: DeliveryInstant) {
        self.failure = (failure, failingEvents)
        self.logFailure(at: now)
    }

    mutating func addDeadLetter(_ event: EncodedEvent, reason: String, at now: DeliveryInstant) {
        self.deadLetter = (event, reason)
        self.deadLetters += 1
        self.logDeadLetters(at: now)
    }

    /// Logs that delivery works again, if a line says that it fails; a line that waits to say so goes.
    mutating func logRecovery() {
        self.failure = nil
        guard self.saysFailing else { return }
        self.saysFailing = false
        self.logger.notice("Delivery works again")
    }

    /// Logs an error of a store, if it is due; delivery fails by it, or not.
    mutating func log(_ message: Logger.Message, reason: String, failsDelivery: Bool, at now: DeliveryInstant) {
        guard self.isDue(.store("\(message)"), at: now) else { return }
        if failsDelivery { self.saysFailing = true }
        self.logger.error(message, metadata: ["reason": "\(reason)"])
    }

    /// Logs findings that need a decision, once until they end.
    mutating func logOnce(_ findings: [DeliveryHealth.Finding]) {
        let important = findings.filter { [.misconfigured, .deadLettersFull].contains($0.code) }
        for finding in important {
            guard !self.loggedFindings.contains(where: { $0.code == finding.code && $0.lane == finding.lane }) else { continue }
            self.saysFailing = true
            self.logger.error(
                "Delivery needs attention",
                metadata: ["problem": "\(finding.code)", "reason": "\(finding.reason)"]
            )
        }
        self.loggedFindings = important
    }

    /// Logs what waits, if it is due.
    mutating func logWaiting(at now: DeliveryInstant, isLast: Bool = false) {
        self.logFailure(at: now, isLast: isLast)
        self.logDeadLetters(at: now, isLast: isLast)
    }

    /// Logs what waits, and the events that were dropped since the last line, if it is due.
    mutating func report(_ statistics: TrackerStatistics, at now: DeliveryInstant, isLast: Bool = false) {
        self.logWaiting(at: now, isLast: isLast)
        let dropped = statistics.dropped()
        guard dropped > self.loggedDrops, self.isDue(.drop, at: now, isLast: isLast) else { return }
        var metadata: Logger.Metadata = ["dropped_total": "\(dropped)", "dropped_new": "\(dropped - self.loggedDrops)"]
        for reason in DropReason.allCases {
            for type in EventType.allCases where statistics.dropped(reason, type) > 0 {
                metadata["\(reason.description).\(type.rawValue)"] = "\(statistics.dropped(reason, type))"
            }
        }
        self.logger.warning("Events were dropped", metadata: metadata)
        self.loggedDrops = dropped
    }

    private mutating func logFailure(at now: DeliveryInstant, isLast: Bool = false) {
        guard let (error, events) = self.failure, self.isDue(.failure, at: now, isLast: isLast) else { return }
        self.logger.error(
            "Delivery failed",
            metadata: ["code": "\(error.code)", "reason": "\(error.reason)", "waiting_events": "\(events)"]
        )
        self.failure = nil
        self.saysFailing = true
    }

    private mutating func logDeadLetters(at now: DeliveryInstant, isLast: Bool = false) {
        guard let (event, reason) = self.deadLetter, self.isDue(.deadLetter, at: now, isLast: isLast) else { return }
        self.logger.warning(
            "Events became dead letters",
            metadata: [
                "events": "\(self.deadLetters)", "event_id": "\(event.id)", "type": "\(event.type.rawValue)",
                "reason": "\(reason)",
            ]
        )
        self.deadLetter = nil
        self.deadLetters = 0
    }

    /// Whether a line may be written now, which is then noted.
    private mutating func isDue(_ line: Line, at now: DeliveryInstant, isLast: Bool = false) -> Bool {
        if !isLast, let last = self.lastLines[line], last.duration(to: now) < self.pause { return false }
        self.lastLines[line] = now
        return true
    }
}
