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

/// One event in Tracify's wire form, with its ID.
public struct EncodedEvent: Sendable, Hashable {
    /// The event's ID, the same in every delivery.
    public let id: EventID
    /// The event's type.
    public let type: EventType
    /// The time when it happened, to the second.
    public let date: Date
    /// The event's JSON object, UTF-8, without a line break.
    public let json: ArraySlice<UInt8>
    /// The ID of the order or conversion that the event reports; `nil` for other events.
    public let orderID: String?
    /// The name of the site that the event is for, where a tracker serves several; empty otherwise.
    ///
    /// A store keeps it. The site's ID is looked up when the event is sent, so that a wrong one can be corrected.
    public let site: String

    /// Creates an encoded event, as a store does.
    ///
    /// - Parameters:
    ///   - id: The event's ID.
    ///   - type: The event's type.
    ///   - date: The time when it happened.
    ///   - json: The event's JSON object.
    ///   - orderID: The ID of the order or conversion that the event reports; `nil` for other events.
    ///   - site: The name of the site that the event is for; empty for a tracker's only one.
    public init(
        id: EventID,
        type: EventType,
        date: Date,
        json: ArraySlice<UInt8>,
        orderID: String? = nil,
        site: String = ""
    ) {
        self.id = id
        self.type = type
        self.date = date
        self.json = json
        self.orderID = orderID
        self.site = site
    }

    /// Returns the decoded event.
    ///
    /// - Throws: ``EventDecodingError`` when the bytes are not as the contract requires.
    public func decoded() throws(EventDecodingError) -> Event {
        try EventDecoder().decodeEvent([UInt8](self.json))
    }
}
