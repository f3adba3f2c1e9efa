//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// One lane of an exporter: its schedule, and how far it has read the queue and the store.
struct LaneState: Sendable {
    var schedule: DeliverySchedule
    /// Whether partial batches are taken from the queue until it is empty.
    var isFlushing = false
    /// Whether records were taken whose batches have not come yet.
    var isTaking = false
    /// Whether the queue had nothing more for the lane.
    ///
    /// Reset by each wake-up.
    var isQueueExhausted = false
    /// Whether the store did not take the lane's last events: it may be readable all the same, as on a full disk.
    var isBypassing = false
    /// The position of the last event that was read from the store.
    var position: UInt64 = 0
    var isReading = false
    /// The same as ``isQueueExhausted`` for the store.
    private(set) var isStoreExhausted = false
    /// Whether something was stored while the store was read, which the read may have missed.
    private var isStoreChanged = false
    /// The time when a failed read is repeated.
    var nextRead: DeliveryInstant?
    private var readFailures = 0

    init(schedule: DeliverySchedule) {
        self.schedule = schedule
    }

    mutating func wake() {
        self.isQueueExhausted = false
        self.storeChanged()
    }

    mutating func storeChanged() {
        self.isStoreExhausted = false
        self.isStoreChanged = true
    }

    /// Notes how many records were taken from the queue.
    mutating func took(_ count: Int, isPartial: Bool, of maximum: Int, isClosed: Bool) {
        // A flush that was requested after the take began is another one.
        self.isQueueExhausted = count == 0 && (isPartial || !self.isFlushing)
        if isPartial, count < maximum, !isClosed { self.isFlushing = false }
    }

    mutating func beginReading() {
        self.isReading = true
        self.isStoreChanged = false
    }

    func canRead(at now: DeliveryInstant) -> Bool {
        !self.isReading && !self.isStoreExhausted && self.nextRead.map { $0 <= now } ?? true
    }

    mutating func readSucceeded(_ events: [StoredEvent]) {
        self.isReading = false
        self.nextRead = nil
        self.readFailures = 0
        self.position = events.last?.position ?? self.position
        self.isStoreExhausted = events.isEmpty && !self.isStoreChanged
    }

    mutating func readFailed(retryAfter pause: (Int) -> Duration, at now: DeliveryInstant) {
        self.isReading = false
        self.readFailures += 1
        self.nextRead = now.advanced(by: pause(self.readFailures))
    }
}
