//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Logging

/// Records what became of events, in statistics, metrics, reports and the log.
struct OutcomeRecorder<C: Clock>: Sendable where C.Duration == Duration {
    typealias Attempt = DeliveryAttempt<C.Instant>
    typealias Consequence = DeliverySchedule<C.Instant>.Consequence

    let statistics: StatisticsRecorder
    private let metrics: TrackerMetrics
    private let reports: ReportBroadcaster
    private let logger: Logger
    private var failureLog: FailureLog<C>

    init(statistics: StatisticsRecorder, metrics: TrackerMetrics, reports: ReportBroadcaster, logger: Logger) {
        self.statistics = statistics
        self.metrics = metrics
        self.reports = reports
        self.logger = logger
        self.failureLog = FailureLog(logger: logger)
    }

    /// Records a delivery.
    mutating func record(
        _ attempt: Attempt,
        _ failure: DeliveryError?,
        _ consequence: Consequence,
        duration: Duration,
        at now: C.Instant,
        date: Date
    ) {
        let batch = attempt.batch
        self.metrics.record(batch, duration: duration)
        if self.statistics.updateHealth(failure, isWhole: attempt.isWhole, at: date) {
            self.logger.notice("Delivery works again")
        }
        if consequence.isDelivered {
            self.statistics.deliver(batch)
            self.reports.send(.delivered, batch, duration: duration)
        }
        guard let failure else { return }
        self.failureLog.add(failure, events: batch.count, at: now)
        if consequence.isRetried {
            self.statistics.retry()
            self.reports.send(.retried(failure), batch, duration: duration)
        }
        if consequence.isExpired {
            self.statistics.drop(batch.countsByType, .retryLimit)
            self.reports.send(.dropped(.retryLimit), batch, duration: duration)
        }
        if let reason = consequence.deadLetterReason, let event = batch.first {
            self.statistics.reject(event.type)
            self.logger.warning(
                "Event rejected by the destination",
                metadata: ["event_id": "\(event.id)", "type": "\(event.type.rawValue)", "reason": "\(reason)"]
            )
            self.reports.send(.rejected(failure), batch, duration: duration)
        }
    }

    /// Records events that are neither delivered nor kept at the end.
    func recordUnfinished(_ batches: [EventBatch]) {
        for batch in batches {
            self.statistics.drop(batch.countsByType, .shutdownDeadline)
            self.reports.send(.dropped(.shutdownDeadline), batch)
        }
    }

    /// Logs an error of a store, at a limited rate.
    mutating func recordStoreError(_ error: any Error, _ message: String, at now: C.Instant) {
        self.failureLog.log("\(message)", reason: loggableReason(error), at: now)
    }

    /// Logs that a session store did not answer, at a limited rate.
    mutating func recordSessionTimeout(at now: C.Instant) {
        self.failureLog.log("The session store did not answer in time", reason: "timeout", at: now)
    }

    /// Publishes the store's content as metrics.
    func publishStore(depth: Int, oldest: Date?, date: Date) {
        self.metrics.publishStore(depth: depth, oldest: oldest, now: date)
    }

    /// Publishes the statistics as metrics, and logs drops.
    mutating func publish(_ statistics: TrackerStatistics, at now: C.Instant, date: Date, isLast: Bool = false) {
        self.metrics.publish(statistics, now: date)
        self.failureLog.report(statistics, at: now, isLast: isLast)
    }

    /// Logs what stays in the store, and ends the reports.
    func finish(pending: [EventType: Int]) {
        if !pending.isEmpty {
            var metadata: Logger.Metadata = [:]
            for (type, count) in pending { metadata[type.rawValue] = "\(count)" }
            self.logger.notice("Undelivered events stay in the store for the next start", metadata: metadata)
        }
        self.reports.finish()
    }
}
