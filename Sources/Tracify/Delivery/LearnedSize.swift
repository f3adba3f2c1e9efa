//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The longest body that a destination is known to accept, learned after it rejected one as too large.
///
/// It grows again while bodies of about that size are accepted, because the cause may be gone. Each time that proves wrong, twice as
/// many have to be accepted before the next attempt, so a destination with a permanent limit rejects a body ever more rarely.
struct LearnedSize: Sendable, Equatable {
    /// The longest body to send, in bytes.
    private(set) var bytes: Int
    private var accepted = 0
    private var acceptedToGrow: Int
    private var hasGrown = false

    private static let firstAcceptedToGrow = 32
    private static let lastAcceptedToGrow = 4096

    init(refused batch: EventBatch, before: LearnedSize?) {
        // A single event proves only that its own length exceeds the limit.
        let passing = batch.count > 1 ? batch.body.count / 2 : batch.body.count - 1
        self.bytes = min(before?.bytes ?? .max, passing)
        let toGrow = before?.acceptedToGrow ?? LearnedSize.firstAcceptedToGrow
        self.acceptedToGrow = before?.hasGrown == true ? min(toGrow * 2, LearnedSize.lastAcceptedToGrow) : toGrow
    }

    /// Notes that a body of this many bytes was accepted.
    mutating func noteAccepted(_ count: Int) {
        guard count > self.bytes / 2 else { return }
        self.accepted += 1
        guard self.accepted >= self.acceptedToGrow, self.bytes <= Int.max / 2 else { return }
        self.bytes *= 2
        self.accepted = 0
        self.hasGrown = true
    }
}
