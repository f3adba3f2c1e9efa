//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The batches of a lane that a broker has, and that the destination has not confirmed yet.
struct AwaitedReceipts: Sendable {
    /// The number of events beyond which the lane sends no others.
    static var maximumEvents: Int { 10_000 }
    /// The number of deliveries in a row without a receipt after which that is a problem.
    private static var missesToProblem: Int { 3 }

    var attempts = SuspectList()
    private var misses = 0
    private var lastMiss: DeliveryError?

    var isFull: Bool { self.attempts.eventCount >= Self.maximumEvents }
    /// The last delivery without a receipt; `nil` unless there were several in a row.
    var problem: DeliveryError? { self.misses >= Self.missesToProblem ? self.lastMiss : nil }

    /// Adds a batch that is retried at a time.
    mutating func add(_ attempt: DeliveryAttempt, _ miss: DeliveryError, notBefore time: DeliveryInstant) {
        self.misses += 1
        self.lastMiss = miss
        var attempt = attempt
        attempt.isSuspect = false
        attempt.notBefore = time
        self.attempts.append(attempt)
    }

    mutating func noteAccepted() {
        self.misses = 0
        self.lastMiss = nil
    }
}
