//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An event in a store, with its position.
public struct StoredEvent: Sendable, Hashable {
    /// The event's position in the store.
    public let position: UInt64
    /// The event.
    public let event: EncodedEvent
    /// The number of times that the event failed while others were accepted, as ``Settlement/Outcome/failed`` counted it.
    public let failures: Int

    /// Creates a stored event.
    ///
    /// - Parameters:
    ///   - position: The event's position in the store.
    ///   - event: The event.
    ///   - failures: The number of counted failures.
    public init(position: UInt64, event: EncodedEvent, failures: Int = 0) {
        self.position = position
        self.event = event
        self.failures = failures
    }
}

/// The result of reading a store.
public struct StoredEvents: Sendable, Hashable {
    /// The events in the order they were committed.
    public let events: [StoredEvent]
    /// The number of damaged events that this read has found and deleted, by type.
    public let damaged: [EventType: Int]

    /// Creates a result.
    ///
    /// - Parameters:
    ///   - events: The events in the order they were committed.
    ///   - damaged: The number of damaged events that were deleted, by type.
    public init(events: [StoredEvent], damaged: [EventType: Int] = [:]) {
        self.events = events
        self.damaged = damaged
    }
}
