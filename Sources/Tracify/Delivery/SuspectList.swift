//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule

/// The batches of a lane that failed, in the order in which they are tried again.
struct SuspectList: Sendable {
    typealias Attempt = DeliveryAttempt

    /// The number of batches beyond which the parts that probes left are merged.
    private static var maximumParts: Int { 8 }

    private var attempts: Deque<Attempt> = []
    private(set) var eventCount = 0

    var count: Int { self.attempts.count }
    var isEmpty: Bool { self.attempts.isEmpty }

    /// The earliest time at which a batch is due; `nil` without any.
    ///
    /// A batch without a pause is due at once, and is then not waited for.
    var nextDue: DeliveryInstant? { self.attempts.reduce(nil) { smaller($0, $1.notBefore) } }

    func allSatisfy(_ predicate: (Attempt) -> Bool) -> Bool {
        self.attempts.allSatisfy(predicate)
    }

    mutating func append(_ attempt: Attempt) {
        self.attempts.append(attempt)
        self.eventCount += attempt.batch.count
    }

    /// Removes and returns the first batch that is due.
    mutating func popDue(at now: DeliveryInstant) -> Attempt? {
        self.pop { attempt in attempt.notBefore.map { $0 <= now } ?? true }
    }

    /// Removes and returns the batches that are due, as many as fit into one, whose failures do not count.
    ///
    /// Stored events stay apart from those in memory, for the reason at ``merge(maximumEvents:maximumBytes:)``.
    mutating func popDue(at now: DeliveryInstant, merging limits: BatchConfiguration, below learnedBytes: Int?) -> Attempt? {
        guard var attempt = self.popDue(at: now) else { return nil }
        let maximumBytes = min(limits.maximumBytes, learnedBytes ?? .max)
        while let next = self.pop(where: { next in
            next.notBefore.map { $0 <= now } ?? true && next.batch.isStored == attempt.batch.isStored
                && next.batch.count + attempt.batch.count <= limits.maximumEvents
                && next.batch.body.count + attempt.batch.body.count <= maximumBytes
        }) { attempt = attempt.merged(with: next) }
        return attempt
    }

    /// Removes and returns the first batch, due or not, unless the destination requested its pause.
    mutating func popFirst(at now: DeliveryInstant) -> Attempt? {
        self.pop { attempt in !attempt.isPauseRequested || attempt.notBefore.map { $0 <= now } ?? true }
    }

    private mutating func pop(where isIncluded: (Attempt) -> Bool) -> Attempt? {
        guard let index = self.attempts.firstIndex(where: isIncluded) else { return nil }
        let attempt = self.attempts.remove(at: index)
        self.eventCount -= attempt.batch.count
        return attempt
    }

    /// Ends the pauses that the destination did not request.
    mutating func makeDue() {
        for index in self.attempts.indices where !self.attempts[index].isPauseRequested { self.attempts[index].notBefore = nil }
    }

    /// Merges the single events and the rests that the probes of a long outage left, so that they do not take a request each.
    ///
    /// Batches whose failures count stay apart, and so do stored events from those in memory: at the end of the process the latter
    /// are stored, and a mixed batch would be stored again as a whole and sent twice.
    mutating func merge(maximumEvents: Int, maximumBytes: Int) {
        guard self.attempts.count > Self.maximumParts else { return }
        var merged: Deque<Attempt> = []
        var open: Attempt?
        for attempt in self.attempts {
            guard attempt.failures == 0, attempt.unconfirmed == 0, attempt.notBefore == nil else {
                merged.append(attempt)
                continue
            }
            if let last = open {
                if last.batch.isStored == attempt.batch.isStored,
                    last.batch.count + attempt.batch.count <= maximumEvents,
                    last.batch.body.count + attempt.batch.body.count <= maximumBytes
                {
                    open = last.merged(with: attempt)
                    continue
                }
                merged.append(last)
            }
            open = attempt
        }
        if let open { merged.append(open) }
        self.attempts = merged
    }

    /// Removes and returns some events of the batches.
    mutating func remove(where isRemoved: (EncodedEvent) -> Bool) -> [EventBatch.Header] {
        let removed = self.attempts.remove(where: isRemoved)
        self.eventCount -= removed.count
        return removed
    }

    mutating func removeAll() -> [Attempt] {
        defer { self = SuspectList() }
        return Array(self.attempts)
    }
}

extension Deque<DeliveryAttempt> {
    /// Removes and returns some events of the batches, which keep their order and their history.
    mutating func remove(where isRemoved: (EncodedEvent) -> Bool) -> [EventBatch.Header] {
        var removed: [EventBatch.Header] = []
        self = Deque(
            self.compactMap { attempt in
                guard let (rest, headers) = attempt.removing(where: isRemoved) else { return attempt }
                removed += headers
                return rest
            }
        )
        return removed
    }
}
