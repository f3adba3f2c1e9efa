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

/// What became of one order, conversion or survey answer, for reconciliation with the shop's own records.
public struct OrderDelivery: Sendable, Hashable {
    /// The state of the event.
    public enum State: Sendable, Hashable {
        /// The event waits for delivery.
        case pending
        /// The destination accepted the event.
        case delivered
        /// The destination did not accept the event; it is a dead letter with this reason.
        case deadLetter(reason: String)
        /// The dead letter was discarded.
        case discarded
    }

    /// The order or conversion ID.
    public let orderID: String
    /// The type of the event.
    public let type: EventType
    /// The event's ID, as in its ``OrderReceipt``.
    public let eventID: EventID
    /// The state.
    public let state: State
    /// The time since which the state holds; for a pending event, the event's own time.
    public let date: Date

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - orderID: The order or conversion ID.
    ///   - type: The type of the event.
    ///   - eventID: The event's ID.
    ///   - state: The state.
    ///   - date: The time since which the state holds.
    public init(orderID: String, type: EventType, eventID: EventID, state: State, date: Date) {
        self.orderID = orderID
        self.type = type
        self.eventID = eventID
        self.state = state
        self.date = date
    }
}
