//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import DequeModule

/// The dead letters of a tracker without a store: in memory, bounded, lost when the process ends.
struct MemoryDeadLetters: Sendable {
    private var letters: Deque<DeadLetter> = []
    private let maximumCount: Int

    init(maximumCount: Int) {
        self.maximumCount = maximumCount
    }

    /// Adds a dead letter.
    ///
    /// - Returns: The one that was evicted for it, if any.
    mutating func add(_ event: EncodedEvent, reason: String, date: Date) -> DeadLetter? {
        self.letters.append(DeadLetter(event: event, reason: reason, date: date))
        return self.letters.count > self.maximumCount ? self.letters.popFirst() : nil
    }

    /// Returns the newest first.
    func newest(_ count: Int) -> [DeadLetter] {
        Array(self.letters.reversed().prefix(max(0, count)))
    }

    mutating func takeAll() -> [EncodedEvent] {
        defer { self.letters.removeAll() }
        return self.letters.map(\.event)
    }
}
