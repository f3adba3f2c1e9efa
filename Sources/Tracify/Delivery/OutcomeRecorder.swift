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
struct OutcomeRecorder: Sendable {
    typealias Attempt = DeliveryAttempt
    typealias Consequence = DeliverySchedule.Consequence

    let statistics: StatisticsRecorder
    private let metrics: TrackerMetrics
    private let reports: ReportBroadcaster
    private let logger: Logger
    private let skipLog: SkipLog?
    /// The number of the exporter whose problems these are.
    private let number: Int
    private var failureLog: FailureLog
    private var hasDelivered = false

    init(
        statistics: StatisticsRecorder,
        metrics: TrackerMetrics,
        reports: ReportBroadcaster,
        logger: Logger,
        skipLog: SkipLog? = nil
    ) {
        self.number = statistics.addExporter()
        self.skipLog = skipLog
        self.statistics = statistics
        self.metrics = metrics
        self.reports = reports
        self.logger = logger
        self.failureLog = FailureLog(logger: logger)
    }

    /// Records a queued observation that became no event, and at debug level logs why.
    func lose(_ type: EventType, _ loss: RecordLoss, of visit: Visit? = nil) {
        self.statistics.lose(type, loss)
        if let skipLog = self.skipLog, case .skipped(let reason) = loss { skipLog.add(type, reason, of: visit) }
        self.logger.debug("An observation became no event", metadata: ["type": "\(type.rawValue)", "rule": "\(loss.name)"])
    }

    // MARK: - Deliveries

    /// Records a delivery; a dead letter only by ``record(deadLetters:at:)``.
    ///
    /// `failingEvents` is the number of distinct events that wait because they failed.
    mutating func record(
        _ attempt: Attempt,
        _ failure: DeliveryError?,
        _ consequence: Consequence,
        failingEvents: Int,
        duration: Duration,
        at now: DeliveryInstant,
        date: Date
    ) {
        let batch = attempt.batch
        self.metrics.record(batch, duration: duration)
        switch consequence {
        case .delivered:
            if !self.hasDelivered {
                self.hasDelivered = true
                self.logger.notice("The first events were delivered", metadata: ["events": "\(batch.count)"])
            }
            self.statistics.deliver(batch, at: date)
            self.reports.send(.delivered, batch, duration: duration)
        case .retried:
            self.statistics.retry()
            if let failure { self.reports.send(.retried(failure), batch, duration: duration) }
        case .unconfirmed where attempt.lane == .observations:
            self.statistics.drop(batch.countsByType, .unconfirmed)
            self.reports.send(.dropped(.unconfirmed), batch, duration: duration)
        case .unconfirmed, .deadLetter:
            break
        }
        if let failure {
            self.failureLog.add(failure, failingEvents: failingEvents, at: now)
        } else if failingEvents == 0, self.failureLog.isFailing, self.statistics.health.isHealthy {
            self.failureLog.logRecovery()
        }
    }

    /// Records events that have become dead letters.
    mutating func record(deadLetters events: [SettledEvent], at now: DeliveryInstant) {
        for event in events {
            guard let (letter, failure) = event.letter, case .deadLetter(let reason) = event.outcome else { continue }
            self.statistics.reject(letter.type)
            self.failureLog.addDeadLetter(letter, reason: reason, at: now)
            self.reports.send(.rejected(failure), [(letter.id, letter.type)])
        }
    }

    /// Records events that were dropped, and reports them.
    func drop(_ batches: [EventBatch], _ reason: DropReason) {
        for batch in batches {
            self.statistics.drop(batch.countsByType, reason)
            self.reports.send(.dropped(reason), batch)
        }
    }

    // MARK: - Health and periodic output

    /// Updates the health, and logs when delivery works again and when a destination counts as misconfigured.
    mutating func updateHealth(_ findings: [DeliveryHealth.Finding], date: Date) {
        if self.statistics.updateHealth(findings, of: self.number, at: date) { self.failureLog.logRecovery() }
        self.failureLog.logOnce(findings)
    }

    /// Removes the problems of an exporter that ends from the health; that is no recovery.
    func removeFindings(date: Date) {
        _ = self.statistics.updateHealth([], of: self.number, at: date)
    }

    /// Logs an error of a store, at a limited rate.
    mutating func recordStoreError(_ error: any Error, _ message: String, at now: DeliveryInstant) {
        self.failureLog.log("\(message)", reason: loggableReason(error), failsDelivery: true, at: now)
    }

    /// Logs and counts events that were damaged in the store.
    func recordDamage(_ events: [EventType: Int]) {
        guard !events.isEmpty else { return }
        self.statistics.drop(events, .storeDamaged)
        self.logger.error("Events were damaged in the store and are lost", metadata: Logger.Metadata(counts: events))
    }

    /// Logs that a session store did not answer, at a limited rate.
    mutating func recordSessionTimeout(at now: DeliveryInstant) {
        self.failureLog.log("The session store did not answer in time", reason: "timeout", failsDelivery: false, at: now)
    }

    /// Publishes the store's content as metrics.
    func publishStore(_ summary: EventStoreSummary, date: Date) {
        self.metrics.publishStore(summary, now: date)
    }

    /// Publishes the statistics as metrics, and logs drops.
    mutating func publish(
        _ statistics: TrackerStatistics,
        queueUse: Double,
        at now: DeliveryInstant,
        date: Date,
        isLast: Bool = false
    ) {
        self.metrics.publish(statistics, now: date)
        self.metrics.publish(self.statistics.health, queueUse: queueUse, now: date)
        self.failureLog.report(statistics, at: now, isLast: isLast)
    }

    /// Logs the failures that wait until they may be logged, for an exporter that publishes nothing.
    mutating func logWaiting(at now: DeliveryInstant, isLast: Bool = false) {
        self.failureLog.logWaiting(at: now, isLast: isLast)
    }

    /// Returns whether lines wait until they may be logged.
    func hasUnlogged(_ statistics: TrackerStatistics) -> Bool { self.failureLog.isWaiting(statistics) }

    // MARK: - Shutdown

    /// Logs what the shutdown will do.
    func recordShutdown(events: Int, within deadline: Duration) {
        guard events > 0 else { return }
        self.logger.notice("Delivering \(events) events, at most \(deadline)")
    }

    /// Logs what stays in the store and which orders are lost, and ends the reports.
    func finish(pending: [EventType: Int], lost: [EventType: Int]) {
        if !pending.isEmpty {
            self.logger.notice(
                "Undelivered events stay in the store for the next start",
                metadata: Logger.Metadata(counts: pending)
            )
        }
        let lostOrders = lost.filter { DeliveryLane($0.key) == .orders && $0.value > 0 }
        if !lostOrders.isEmpty {
            self.logger.error(
                """
                Accepted orders are lost: the destination did not accept them before the shutdown deadline, and there is no event \
                store. Add a store, such as `TRACIFY_STORE_PATH`, or report these orders again.
                """,
                metadata: Logger.Metadata(counts: lostOrders)
            )
        }
        self.reports.finish()
    }
}

extension Logger.Metadata {
    fileprivate init(counts: [EventType: Int]) {
        self = [:]
        for (type, count) in counts { self[type.rawValue] = "\(count)" }
    }
}
