//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Tracify

/// A request to the events API with its response.
public struct CollectorExchange: Sendable {
    /// The request's body; empty when it was not read.
    public let body: [UInt8]
    /// The response: never ``CollectorReply/asTracify``, but the one by the contract.
    public let reply: CollectorReply
    /// Whether the body was read.
    let isRead: Bool

    /// Whether the events were accepted.
    public var isAccepted: Bool { self.reply.acceptsEvents }
    /// Whether the response acknowledged the events.
    ///
    /// A client must not send acknowledged events again.
    public var isAcknowledged: Bool { self.reply.acceptsEvents && self.reply.isAcknowledgement }
}

/// A request to the events API, as a collector keeps it for its page.
struct KeptExchange: Sendable {
    /// Counted from 1.
    let number: Int
    let milliseconds: Int64
    let exchange: CollectorExchange
    /// The number of events of each type in the body.
    let types: [EventType: Int]
    /// The deviations from the contract, at most ``maximumDeviations``.
    let deviations: [EventValidator.Deviation]
    /// The time until the response was sent; `nil` before that.
    var duration: Duration?

    static let maximumDeviations = 20
}

/// An accepted event, as a collector keeps it.
struct KeptEvent: Sendable {
    /// Counted from 1.
    let number: Int
    let milliseconds: Int64
    let event: Event
    /// The event as it was sent, without insignificant whitespace.
    let json: [UInt8]
}
#endif
