import Synchronization

/// Counts what the queue does not: skipped requests, by an atomic addition on the request's task, and what became of batches.
final class StatisticsRecorder: Sendable {
    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    private struct Outcomes: Sendable {
        var delivered = TypeTally(repeating: 0)
        var dropped = CaseTable<DropReason, TypeTally>(repeating: TypeTally(repeating: 0))
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

    @Sendable func drop(_ type: EventType, _ reason: DropReason) {
        self.outcomes.withLock { $0.dropped[reason][type] += 1 }
    }

    /// The numbers of this moment, with those of the queue.
    func statistics(of queue: DeliveryQueue) -> TrackerStatistics {
        let queue = queue.snapshot
        let outcomes = self.outcomes.withLock { $0 }
        var drops = queue.tally.dropped
        for reason in DropReason.allCases {
            for type in EventType.allCases {
                drops[reason][type] += outcomes.dropped[reason][type]
            }
        }
        return TrackerStatistics(
            offered: queue.tally.offered,
            delivered: outcomes.delivered,
            drops: drops,
            skips: CaseTable { self.skips[$0].value.load(ordering: .relaxed) },
            queued: queue.count,
            queuedBytes: queue.bytes
        )
    }
}
