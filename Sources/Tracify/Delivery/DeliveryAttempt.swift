//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A batch with the history of its deliveries.
struct DeliveryAttempt: Sendable {
    let lane: DeliveryLane
    private(set) var batch: EventBatch
    /// Whether the batch has failed and is sent apart from those that have not.
    var isSuspect = false
    /// The number of times that these events failed while others of the lane were accepted.
    ///
    /// Kept over a restart, see ``StoredEvent/failures``.
    var failures = 0
    /// The same for the batch of this size, since it was split.
    var failuresOfThisSize = 0
    /// The number of pauses of its own, which become longer.
    var retries = 0
    /// The number of deliveries in a row that the destination did not confirm.
    var unconfirmed = 0
    /// The number of batches that the lane had delivered when this one failed; `nil` before the first failure.
    var deliveredAtFailure: Int?
    /// The time before which it is not sent again.
    var notBefore: DeliveryInstant?
    /// Whether the destination requested that pause.
    var isPauseRequested = false
    /// The time when the delivery began.
    var start: DeliveryInstant?

    init(lane: DeliveryLane, batch: EventBatch, failures: Int = 0, isSuspect: Bool = false) {
        self.lane = lane
        self.batch = batch
        self.failures = failures
        self.isSuspect = isSuspect
    }

    /// Returns the attempt in two parts with the same history; `nil` for a single event.
    func split(at index: Int) -> (DeliveryAttempt, DeliveryAttempt)? {
        guard let (first, second) = self.batch.split(at: index) else { return nil }
        return (self.part(first), self.part(second))
    }

    private func part(_ batch: EventBatch) -> DeliveryAttempt {
        var part = DeliveryAttempt(lane: self.lane, batch: batch, failures: self.failures, isSuspect: self.isSuspect)
        part.unconfirmed = self.unconfirmed
        part.deliveredAtFailure = self.deliveredAtFailure
        return part
    }

    /// Returns the attempt without some events, if any remain, and the removed ones; `nil` when none is removed.
    func removing(where isRemoved: (EncodedEvent) -> Bool) -> (rest: DeliveryAttempt?, removed: [EventBatch.Header])? {
        guard let (batch, removed) = self.batch.removing(where: isRemoved) else { return nil }
        var rest = self
        guard let batch else { return (nil, removed) }
        rest.batch = batch
        return (rest, removed)
    }

    /// Returns an attempt with the events of both, neither of which has failures that count.
    func merged(with other: DeliveryAttempt) -> DeliveryAttempt {
        var merged = self.part(self.batch.appending(other.batch))
        merged.deliveredAtFailure = self.deliveredAtFailure.flatMap { mine in other.deliveredAtFailure.map { max(mine, $0) } }
        return merged
    }
}
