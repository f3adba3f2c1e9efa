#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What a tracker has seen and done since it was made.
///
/// Nothing that was accepted is missing here: every captured event, and every dead letter that was put back, is delivered, rejected,
/// dropped, or still queued, stored or in flight.
public struct TrackerStatistics: Sendable {
    let offered: TypeTally
    let delivered: TypeTally
    let rejections: TypeTally
    let drops: CaseTable<DropReason, TypeTally>
    let skips: CaseTable<SkipReason, Int>

    /// How many events wait in the queue.
    public let queued: Int
    /// About how many bytes of memory these hold on to.
    public let queuedBytes: Int
    /// When the oldest event in the queue happened; `nil` when it is empty.
    public let oldestQueued: Date?
    /// How many deliveries failed and were tried again, as they were or in parts.
    public let retries: Int
    /// How many dead letters were put back among the events.
    public let putBack: Int
    /// How many landings' campaign parameters were given up, because more came than are kept on the way to the exporter or in memory.
    public let lostLandings: Int

    /// How many events came from requests and hooks, whatever became of them.
    ///
    /// - Parameter type: Of which type; of all when `nil`.
    public func captured(_ type: EventType? = nil) -> Int {
        self.offered.sum(type)
    }

    /// How many events the sink took.
    ///
    /// - Parameter type: Of which type; of all when `nil`.
    public func delivered(_ type: EventType? = nil) -> Int {
        self.delivered.sum(type)
    }

    /// How many events the far end would not take. They are dead letters.
    ///
    /// - Parameter type: Of which type; of all when `nil`.
    public func rejected(_ type: EventType? = nil) -> Int {
        self.rejections.sum(type)
    }

    /// How many events were given up.
    ///
    /// - Parameters:
    ///   - reason: Why; for whatever reason when `nil`.
    ///   - type: Of which type; of all when `nil`.
    public func dropped(_ reason: DropReason? = nil, _ type: EventType? = nil) -> Int {
        (reason.map { [$0] } ?? DropReason.allCases).reduce(0) { $0 + self.drops[$1].sum(type) }
    }

    /// How many answered requests were no page views.
    ///
    /// - Parameter reason: Why; for whatever reason when `nil`.
    public func skipped(_ reason: SkipReason? = nil) -> Int {
        (reason.map { [$0] } ?? SkipReason.allCases).reduce(0) { $0 + self.skips[$1] }
    }
}

extension CaseTable where Case == EventType, Value == Int {
    func sum(_ type: EventType?) -> Int {
        type.map { self[$0] } ?? EventType.allCases.reduce(0) { $0 + self[$1] }
    }
}
