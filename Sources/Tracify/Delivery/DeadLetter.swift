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

/// An event that the destination rejected.
public struct DeadLetter: Sendable, Hashable {
    /// The event.
    public let event: EncodedEvent
    /// The destination's reason, in one line.
    public let reason: String
    /// The time of the rejection.
    public let date: Date

    /// Creates a dead letter.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - reason: The destination's reason, in one line.
    ///   - date: The time of the rejection.
    public init(event: EncodedEvent, reason: String, date: Date) {
        self.event = event
        self.reason = reason
        self.date = date
    }
}
