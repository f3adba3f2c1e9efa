#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Synchronization

/// Counts what the queue does not: skipped requests, by an atomic addition on the request's task, and what became of batches.
final class StatisticsRecorder: Sendable {
    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    private struct Outcomes: Sendable {
        var delivered = TypeTally(repeating: 0)
        var rejected = TypeTally(repeating: 0)
        var dropped = CaseTable<DropReason, TypeTally>(repeating: TypeTally(repeating: 0))
        /// What was taken for an event at the queue's entrance and was none.
        var withdrawn = TypeTally(repeating: 0)
        var retries = 0
        var putBack = 0
        var health = DeliveryHealth.healthy
    }

    private let skips = CaseTable<SkipReason, Counter> { _ in Counter() }
    private let outcomes = Mutex(Outcomes())

    func skip(_ reason: SkipReason) {
        self.skips[reason].value.add(1, ordering: .relaxed)
    }

    func deliver(_ batch: EventBatch) {
        self.outcomes.withLock { outcomes in
            for entry in batch.entries {
                outcomes.delivered[entry.type] += 1
            }
        }
    }

    func drop(_ batch: EventBatch, _ reason: DropReason) {
        self.outcomes.withLock { outcomes in
            for entry in batch.entries {
                outcomes.dropped[reason][entry.type] += 1
            }
        }
    }

    func drop(_ events: [EventType: Int], _ reason: DropReason) {
        guard !events.isEmpty else { return }
        self.outcomes.withLock { outcomes in
            for (type, count) in events { outcomes.dropped[reason][type] += count }
        }
    }

    /// Counts a record that becomes no event.
    @Sendable func lose(_ type: EventType, _ loss: RecordLoss) {
        switch loss {
        case .dropped(let reason):
            self.drop(type, reason)
        case .skipped(let reason):
            self.skip(reason)
            self.outcomes.withLock { $0.withdrawn[type] += 1 }
        }
    }

    func reject(_ type: EventType) {
        self.outcomes.withLock { $0.rejected[type] += 1 }
    }

    func retry() {
        self.outcomes.withLock { $0.retries += 1 }
    }

    func putBack(_ count: Int) {
        self.outcomes.withLock { $0.putBack += count }
    }

    var health: DeliveryHealth { self.outcomes.withLock { $0.health } }

    /// Takes note of a delivery's outcome.
    ///
    /// - Returns: Whether delivery works again, after it did not.
    func note(_ failure: DeliveryError?, isWhole: Bool, at date: Date) -> Bool {
        self.outcomes.withLock { outcomes in
            let before = outcomes.health
            outcomes.health = before.after(failure, isWhole: isWhole, at: date)
            return !before.isHealthy && outcomes.health.isHealthy
        }
    }

    @Sendable func drop(_ type: EventType, _ reason: DropReason) {
        self.outcomes.withLock { $0.dropped[reason][type] += 1 }
    }

    /// The numbers of this moment, with those of the queue.
    func statistics(of queue: DeliveryQueue, lostLandings: Int) -> TrackerStatistics {
        // Outcomes first: what moves on in between is then in flight, and never counted twice.
        let outcomes = self.outcomes.withLock { $0 }
        let queue = queue.snapshot
        var offered = queue.tally.offered
        for type in EventType.allCases { offered[type] -= outcomes.withdrawn[type] }
        var drops = queue.tally.dropped
        for reason in DropReason.allCases {
            for type in EventType.allCases {
                drops[reason][type] += outcomes.dropped[reason][type]
            }
        }
        return TrackerStatistics(
            offered: offered,
            delivered: outcomes.delivered,
            rejections: outcomes.rejected,
            drops: drops,
            skips: CaseTable { self.skips[$0].value.load(ordering: .relaxed) },
            queued: queue.count,
            queuedBytes: queue.bytes,
            oldestQueued: queue.oldest,
            retries: outcomes.retries,
            putBack: outcomes.putBack,
            lostLandings: lostLandings
        )
    }
}
