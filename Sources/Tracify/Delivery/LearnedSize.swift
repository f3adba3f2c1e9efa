//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The longest body that a destination is known to accept, learned after it rejected two as too large.
///
/// One alone may be an accident, which must not shrink all batches. The limit grows again while bodies of about that size are
/// accepted, because the cause may be gone. Each time that proves wrong, twice as many have to be accepted before the next attempt, so a
/// destination with a permanent limit rejects a body ever more rarely.
struct LearnedSize: Sendable, Equatable {
    /// The longest body to send, in bytes; `nil` as long as no limit is known.
    private(set) var bytes: Int?
    private var accepted = 0
    private var acceptedToGrow = LearnedSize.firstAcceptedToGrow
    private var hasGrown = false
    /// Whether a body was rejected, and not enough were accepted since to call that an accident.
    private var isSuspicious = false

    private static let firstAcceptedToGrow = 32
    private static let lastAcceptedToGrow = 4096

    /// Notes that a batch was too large.
    mutating func noteRefused(_ batch: EventBatch) {
        // A single event proves only that its own length exceeds the limit.
        guard batch.count > 1 else { return }
        self.accepted = 0
        guard self.isSuspicious || self.bytes != nil else {
            self.isSuspicious = true
            return
        }
        self.isSuspicious = false
        self.bytes = min(self.bytes ?? .max, batch.body.count / 2)
        if self.hasGrown { self.acceptedToGrow = min(self.acceptedToGrow * 2, LearnedSize.lastAcceptedToGrow) }
        self.hasGrown = false
    }

    /// Notes that a body of this many bytes was accepted.
    mutating func noteAccepted(_ count: Int) {
        guard self.isSuspicious || self.bytes.map({ count > $0 / 2 }) ?? false else { return }
        self.accepted += 1
        guard self.accepted >= self.acceptedToGrow else { return }
        self.accepted = 0
        self.isSuspicious = false
        if let bytes = self.bytes, bytes <= Int.max / 2 {
            self.bytes = bytes * 2
            self.hasGrown = true
        }
    }
}
