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

extension Exporter {
    /// Flushes partial batches, keeps landings, and publishes metrics and logs, once an interval, and not while nothing happens.
    func tick() async {
        let recorder = self.outcomes.statistics
        while (try? await self.clock.sleep(for: self.configuration.batches.interval)) != nil {
            recorder.activity.begin()
            self.intake.queue.requestFlush()
            await self.keepLandings()
            let statistics = self.statistics
            let evicted = statistics.dropped(.queueFull)
            self.isQueueDropping = evicted > self.lastEvicted
            self.lastEvicted = evicted
            self.isQueueNearlyFull = self.intake.queue.use >= DeliveryHealth.nearlyFull
            // Before it is published.
            self.updateHealth()
            self.publish(statistics)
            await self.discardOldDeadLetters()
            let stored = await self.publishStore()
            if self.isIdle(statistics, stored) { await recorder.activity.wait() }
        }
    }

    /// Whether nothing waits for a later time.
    private func isIdle(_ statistics: TrackerStatistics, _ stored: EventStoreSummary?) -> Bool {
        guard statistics.queued == 0, self.core.isDrained, !self.isQueueDropping, self.deadLetters.isEmpty else { return false }
        guard !self.outcomes.hasUnlogged(statistics) else { return false }
        return self.intake.store == nil || stored.map { $0.pending.isEmpty && $0.deadLetters.isEmpty } ?? false
    }

    func updateHealth() {
        var findings: [DeliveryHealth.Finding] = []
        if let reason = self.storeFailure { findings.append(.init(code: .storeFailed, reason: reason)) }
        if self.core.isHeldByDeadLetters {
            let reason = "dead letters of orders fill their limit; requeue or discard dead letters"
            findings.append(.init(code: .deadLettersFull, lane: .orders, reason: reason))
        }
        for lane in DeliveryLane.allCases {
            guard let (failure, isMisconfigured) = self.core.problem(of: lane) else { continue }
            let code: DeliveryHealth.Problem.Code =
                switch failure.code {
                case _ where isMisconfigured: .misconfigured
                case .unauthorized: .unauthorized
                case .unconfirmed: .unconfirmed
                default: .unavailable
                }
            findings.append(.init(code: code, lane: lane, reason: failure.reason))
        }
        if self.isQueueDropping {
            findings.append(.init(code: .queueFull, reason: "the queue is full and drops events"))
        } else if self.isQueueNearlyFull {
            findings.append(.init(code: .queueNearlyFull, reason: "80 % of the queue's limit of events or bytes are in use"))
        }
        guard findings != self.findings else { return }
        self.findings = findings
        self.outcomes.updateHealth(findings, date: self.now())
    }

    var statistics: TrackerStatistics {
        let droppedLandings = self.landings.droppedCount + self.sessions.droppedLandings
        return self.outcomes.statistics.statistics(of: self.intake.queue, droppedLandings: droppedLandings)
    }

    func publish(_ statistics: TrackerStatistics, isLast: Bool = false) {
        self.outcomes.publish(
            statistics,
            queueUse: self.intake.queue.use,
            at: self.time,
            date: self.now(),
            isLast: isLast
        )
    }

    /// Publishes the store's content.
    ///
    /// Its errors are logged where it is used.
    ///
    /// - Returns: The content; `nil` without a store, or when it cannot be read.
    @discardableResult
    func publishStore() async -> EventStoreSummary? {
        guard self.outbox == nil, let store = self.intake.store,
            let summary = try? await self.withinStoreTimeout({ try await store.summary() })
        else { return nil }
        self.outcomes.publishStore(summary, date: self.now())
        return summary
    }
}
