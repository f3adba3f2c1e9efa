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
import Synchronization

/// Counts everything except the queue's evictions: skipped requests, by an atomic addition on the request's task, and events.
final class StatisticsRecorder: Sendable {
    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    private struct Counts: Sendable {
        var captured = TypeTally(repeating: 0)
        var delivered = TypeTally(repeating: 0)
        var rejected = TypeTally(repeating: 0)
        var dropped = CaseTable<DropReason, TypeTally>(repeating: TypeTally(repeating: 0))
        var retries = 0
        var requeued = 0
        var redactions = 0
        var health = DeliveryHealth.healthy
        /// The problems of each exporter: that of the tracker, and those of its relays.
        var findings: [[DeliveryHealth.Finding]] = []
        var lastDelivery: Date?
    }

    private let skips = CaseTable<SkipReason, Counter> { _ in Counter() }
    private let ignoredForwardings = Atomic<Int>(0)
    private let counts = Mutex(Counts())
    /// What makes the exporter publish the counts.
    let activity = ActivitySignal()

    private func count(_ change: (inout Counts) -> Void) {
        self.counts.withLock { change(&$0) }
        self.activity.note()
    }

    // MARK: - Before there is an event

    /// Counts a request or call that a rule skipped.
    func skip(_ reason: SkipReason) {
        self.skips[reason].value.add(1, ordering: .relaxed)
        self.activity.note()
    }

    /// Counts an observation that was dropped before it became an event: it is captured and dropped.
    func refuse(_ type: EventType, _ reason: DropReason) {
        self.count { counts in
            counts.captured[type] += 1
            counts.dropped[reason][type] += 1
        }
    }

    /// Counts a queued record that became no event.
    func lose(_ type: EventType, _ loss: RecordLoss) {
        switch loss {
        case .dropped(let reason): self.refuse(type, reason)
        case .skipped(let reason): self.skip(reason)
        }
    }

    // MARK: - Events

    /// Counts an event that was made on its caller's task.
    func capture(_ type: EventType) {
        self.count { $0.captured[type] += 1 }
    }

    /// Counts the observations that became events.
    ///
    /// Orders among the events were captured on their callers' tasks.
    func captureObservations(_ types: some Sequence<EventType>) {
        self.count { counts in
            for type in types where EventPriority(type) < .orders { counts.captured[type] += 1 }
        }
    }

    func drop(_ type: EventType, _ reason: DropReason) {
        self.count { $0.dropped[reason][type] += 1 }
    }

    func drop(_ events: [EventType: Int], _ reason: DropReason) {
        guard !events.isEmpty else { return }
        self.count { counts in
            for (type, count) in events { counts.dropped[reason][type] += count }
        }
    }

    func deliver(_ batch: EventBatch, at date: Date) {
        self.count { counts in
            counts.lastDelivery = date
            for entry in batch.entries { counts.delivered[entry.header.type] += 1 }
        }
    }

    func reject(_ type: EventType) {
        self.count { $0.rejected[type] += 1 }
    }

    func retry() {
        self.count { $0.retries += 1 }
    }

    func requeue(_ count: Int) {
        self.count { $0.requeued += count }
    }

    /// Counts parts of URLs and parameters that were redacted.
    func redact(_ count: Int) {
        guard count > 0 else { return }
        self.count { $0.redactions += count }
    }

    /// Counts a request whose forwarding fields are not trusted, although they come from a private network.
    ///
    /// - Returns: Whether it is the first one.
    func ignoreForwarding() -> Bool {
        self.ignoredForwardings.add(1, ordering: .relaxed).oldValue == 0
    }

    // MARK: - Results

    /// The problems, and the time of the last delivery.
    var health: DeliveryHealth {
        self.counts.withLock { counts in
            var health = counts.health
            health.lastDelivery = counts.lastDelivery
            return health
        }
    }

    /// Returns the number of a new exporter, for ``updateHealth(_:of:at:)``.
    func addExporter() -> Int {
        self.counts.withLock { counts in
            counts.findings.append([])
            return counts.findings.count - 1
        }
    }

    /// Updates the health with the problems that an exporter has now.
    ///
    /// - Returns: Whether there is no problem any more after there was one.
    func updateHealth(_ findings: [DeliveryHealth.Finding], of exporter: Int, at date: Date) -> Bool {
        self.counts.withLock { counts in
            counts.findings[exporter] = findings
            let before = counts.health
            counts.health = before.replacing(with: counts.findings.flatMap(\.self), at: date)
            return !before.isHealthy && counts.health.isHealthy
        }
    }

    /// Returns the current numbers, with those of the queue.
    func statistics(of queue: DeliveryQueue, droppedLandings: Int) -> TrackerStatistics {
        // The counts first: a record that is resolved in between is then in flight, and never counted twice.
        let counts = self.counts.withLock { $0 }
        let queue = queue.snapshot
        var captured = counts.captured
        var dropped = counts.dropped
        for type in EventType.allCases {
            captured[type] += queue.evicted[type]
            dropped[.queueFull][type] += queue.evicted[type]
        }
        return TrackerStatistics(
            captures: captured,
            deliveries: counts.delivered,
            rejections: counts.rejected,
            drops: dropped,
            skips: CaseTable { self.skips[$0].value.load(ordering: .relaxed) },
            queued: queue.count,
            queuedBytes: queue.bytes,
            oldestQueued: queue.oldest,
            retries: counts.retries,
            requeued: counts.requeued,
            redactions: counts.redactions,
            ignoredForwardings: self.ignoredForwardings.load(ordering: .relaxed),
            droppedLandings: droppedLandings
        )
    }
}
