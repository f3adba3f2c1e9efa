//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The counters of a tracker since its creation.
///
/// Every captured event, and every requeued dead letter, is accounted for: it is delivered, rejected, dropped, stored or in flight.
/// An observation that waits in the queue counts as captured once it has become an event or has been dropped.
public struct TrackerStatistics: Sendable, CustomStringConvertible {
    let captures: TypeTally
    let deliveries: TypeTally
    let rejections: TypeTally
    let drops: CaseTable<DropReason, TypeTally>
    let skips: CaseTable<SkipReason, Int>

    /// The number of observations and events in the queue.
    public let queued: Int
    /// The memory that these hold on to, estimated, in bytes.
    public let queuedBytes: Int
    /// The time of the oldest observation in the queue; `nil` when the queue is empty.
    public let oldestQueued: Date?
    /// The number of deliveries that failed and were retried, as they were or in parts.
    public let retries: Int
    /// The number of dead letters that were requeued.
    public let requeued: Int
    /// The number of parts of URLs and parameters that were redacted; see ``Redaction``.
    public let redactions: Int
    /// The number of requests with forwarding header fields from a private or loopback address that is not one of
    /// ``CaptureConfiguration/trustedProxies``.
    ///
    /// If it grows, a proxy is not configured: its address is taken for that of all visitors.
    public let ignoredForwardings: Int
    /// The number of landings whose campaign parameters were dropped because a limit was reached.
    public let droppedLandings: Int

    /// Returns the number of events captured from requests and calls, including dropped ones.
    ///
    /// - Parameter type: The type; all when `nil`.
    /// - Returns: The number of events captured from requests and calls, including dropped ones.
    public func captured(_ type: EventType? = nil) -> Int {
        self.captures.sum(type)
    }

    /// Returns the number of events that the sink accepted.
    ///
    /// - Parameter type: The type; all when `nil`.
    /// - Returns: The number of events that the sink accepted.
    public func delivered(_ type: EventType? = nil) -> Int {
        self.deliveries.sum(type)
    }

    /// Returns the number of events that the destination rejected.
    ///
    /// They are dead letters.
    ///
    /// - Parameter type: The type; all when `nil`.
    /// - Returns: The number of events that the destination rejected.
    public func rejected(_ type: EventType? = nil) -> Int {
        self.rejections.sum(type)
    }

    /// Returns the number of dropped events.
    ///
    /// - Parameters:
    ///   - reason: The reason; all when `nil`.
    ///   - type: The type; all when `nil`.
    /// - Returns: The number of dropped events.
    public func dropped(_ reason: DropReason? = nil, _ type: EventType? = nil) -> Int {
        (reason.map { [$0] } ?? DropReason.allCases).reduce(0) { $0 + self.drops[$1].sum(type) }
    }

    /// One line of all numbers that are not zero: `captured 3 (pageview 2, purchase 1), delivered 3, skipped 5 (crawler 5)`.
    public var description: String {
        func byType(_ name: String, _ tally: TypeTally) -> String? {
            self.text(name, EventType.allCases.map { ($0.rawValue, tally[$0]) })
        }
        let parts = [
            byType("captured", self.captures), byType("delivered", self.deliveries), byType("rejected", self.rejections),
            self.text("dropped", DropReason.allCases.map { ("\($0)", self.dropped($0)) }),
            self.text("skipped", SkipReason.allCases.map { ("\($0)", self.skips[$0]) }),
            self.text("queued", self.queued), self.text("retries", self.retries), self.text("requeued", self.requeued),
            self.text("redacted", self.redactions), self.text("ignored forwarding fields", self.ignoredForwardings),
            self.text("dropped landings", self.droppedLandings),
        ]
        let line = parts.compactMap { $0 }.joined(separator: ", ")
        return line.isEmpty ? "nothing captured" : line
    }

    private func text(_ name: String, _ count: Int) -> String? { count == 0 ? nil : "\(name) \(count)" }

    private func text(_ name: String, _ counts: [(name: String, count: Int)]) -> String? {
        let present = counts.filter { $0.count != 0 }
        guard !present.isEmpty else { return nil }
        let details = present.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        return "\(name) \(present.reduce(0) { $0 + $1.count }) (\(details))"
    }

    /// Returns the number of skipped requests and calls.
    ///
    /// - Parameter reason: The rule; all when `nil`.
    /// - Returns: The number of skipped requests and calls.
    public func skipped(_ reason: SkipReason? = nil) -> Int {
        (reason.map { [$0] } ?? SkipReason.allCases).reduce(0) { $0 + self.skips[$1] }
    }
}
