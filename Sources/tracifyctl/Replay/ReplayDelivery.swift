//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// Delivers events in order, one batch after the other, until each is accepted or rejected.
///
/// It follows the contract's delivery classes. Unlike a tracker's exporter it passes over nothing before that, so that a replay can be
/// continued from a place in a file.
struct ReplayDelivery {
    /// What became of events, in their order.
    enum Outcome {
        case delivered
        /// The destination rejects the event for this reason.
        case rejected(String)
    }

    let sink: any EventSink
    let retry = RetryConfiguration()
    /// The time without success after which the replay ends; `nil` for no limit.
    let giveUpAfter: Duration?
    /// Waits.
    var sleep: (Duration) async throws -> Void = { try await Task.sleep(for: $0) }  // Tests pass their own.
    /// Returns the time; tests pass their own.
    var now: () -> ContinuousClock.Instant = { .now }
    /// Says why the replay waits, and how long.
    var warn: (String) -> Void = { _ in }
    /// The size that the destination has accepted since it said that a batch is too large.
    private var largest = Int.max
    private var failingSince: ContinuousClock.Instant?

    /// The number of failures in a row after which a batch is halved: one event may be the cause.
    private static let failuresBeforeHalving = 6
    /// The number of times that a batch is repeated whose response cannot be read.
    private static let maximumUnconfirmed = 3

    init(sink: any EventSink, giveUpAfter: Duration?) {
        self.sink = sink
        self.giveUpAfter = giveUpAfter
    }

    /// Delivers events.
    ///
    /// - Parameters:
    ///   - items: The events.
    ///   - record: Takes the outcome of the next events, in their order.
    /// - Throws: ``ToolError`` when the destination accepts nothing with these settings or the time is over.
    mutating func deliver(_ items: ArraySlice<ReplayItem>, _ record: (ArraySlice<ReplayItem>, Outcome) throws -> Void)
        async throws
    {
        guard items.count <= self.largest else { return try await self.halve(items, record) }
        var failures = 0
        var unconfirmed = 0
        while let batch = EventBatch(items.lazy.map(\.encoded)) {
            do {
                try await self.sink.deliver(batch)
                self.failingSince = nil
                return try record(items, .delivered)
            } catch let error as DeliveryError {
                switch error.code {
                case .rejected:
                    return try await self.isolate(items, error.reason, record)
                case .tooLarge:
                    self.largest = max(1, items.count / 2)
                    return try await self.isolate(items, error.reason, record)
                case .unauthorized:
                    throw ToolError("The destination accepts nothing: \(error.reason). Check the token and the endpoint.")
                case .unconfirmed:
                    unconfirmed += 1
                    guard unconfirmed < Self.maximumUnconfirmed else {
                        return try record(items, .rejected("unconfirmed: \(error.reason)"))
                    }
                default: break
                }
                failures += 1
                try await self.pause(failures, error)
                if failures >= Self.failuresBeforeHalving, items.count > 1 { return try await self.halve(items, record) }
            }
        }
    }

    /// Halves a batch, or rejects its only event.
    private mutating func isolate(
        _ items: ArraySlice<ReplayItem>,
        _ reason: String,
        _ record: (ArraySlice<ReplayItem>, Outcome) throws -> Void
    ) async throws {
        self.failingSince = nil
        if items.count > 1 { try await self.halve(items, record) } else { try record(items, .rejected(reason)) }
    }

    private mutating func halve(
        _ items: ArraySlice<ReplayItem>,
        _ record: (ArraySlice<ReplayItem>, Outcome) throws -> Void
    ) async throws {
        let middle = items.startIndex + items.count / 2
        try await self.deliver(items[..<middle], record)
        try await self.deliver(items[middle...], record)
    }

    private mutating func pause(_ failures: Int, _ error: DeliveryError) async throws {
        let start = self.failingSince ?? self.now()
        self.failingSince = start
        let pause = self.retry.pause(afterFailures: failures, retryAfter: error.retryAfter, jitter: .random(in: 0...1))
        if let limit = self.giveUpAfter, self.now() + pause - start > limit {
            throw ToolError("Gave up, because nothing was accepted for \(limit.components.seconds) s: \(error.reason).")
        }
        let seconds = Double(pause.components.seconds) + Double(pause.components.attoseconds) / 1e18
        self.warn("\(error.reason); retrying in \((seconds * 10).rounded() / 10) s")
        try await self.sleep(pause)
    }
}
#endif
