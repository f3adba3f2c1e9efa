//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension EncodedEvent {
    /// Returns whether the event is of a visitor: whether a hash is one of those of its identity.
    ///
    /// The hash is searched for as a key of `identity_data`. No text in an event looks like one, because the quotation marks in a text are
    /// escaped.
    ///
    /// - Parameter visitor: The hash of the visitor's session, email, address or user agent.
    /// - Returns: Whether the identity contains the hash.
    public func isOf(_ visitor: AnonymizedHash) -> Bool { VisitorPattern(visitor).isContained(in: self.json) }
}

/// A visitor's hash as an event's JSON contains it.
package struct VisitorPattern: Sendable {
    /// The key of `identity_data`, with its quotation marks and the colon.
    package let bytes: [UInt8]

    package init(_ visitor: AnonymizedHash) {
        self.bytes = Array("\"\(visitor)\":".utf8)
    }

    /// Returns whether an event is a page view, a product view or an add-to-cart of the visitor, which an erasure deletes.
    package func isErased(_ event: EncodedEvent) -> Bool {
        DeliveryLane(event.type) == .observations && self.isContained(in: event.json)
    }

    func isContained(in json: ArraySlice<UInt8>) -> Bool {
        json.withUnsafeBufferPointer { json in
            self.bytes.withUnsafeBufferPointer { Bytes(json).contains(Bytes($0)) }
        }
    }
}
