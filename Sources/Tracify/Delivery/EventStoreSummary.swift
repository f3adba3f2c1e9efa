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

/// The content of an event store in numbers.
public struct EventStoreSummary: Sendable, Hashable {
    /// The number of pending events by type, without the types that have none.
    public let pending: [EventType: Int]
    /// The number of dead letters by type, without the types that have none.
    public let deadLetters: [EventType: Int]
    /// The time of the oldest pending event; `nil` when there is none.
    public let oldest: Date?

    /// Creates a summary.
    ///
    /// - Parameters:
    ///   - pending: The number of pending events by type.
    ///   - deadLetters: The number of dead letters by type.
    ///   - oldest: The time of the oldest pending event.
    public init(pending: [EventType: Int], deadLetters: [EventType: Int], oldest: Date?) {
        self.pending = pending
        self.deadLetters = deadLetters
        self.oldest = oldest
    }
}
