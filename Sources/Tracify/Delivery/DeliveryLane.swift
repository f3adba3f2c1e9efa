//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// One of the two ways of events to the destination.
///
/// The lanes do not wait for each other: each reads, sends, retries and pauses by itself, so no page view delays an order.
public enum DeliveryLane: String, Sendable, Hashable, CaseIterable {
    /// Purchases, conversions and survey answers, which are never evicted.
    case orders
    /// Page views, product views and add-to-carts.
    case observations

    /// Returns the lane of a type of events.
    ///
    /// - Parameter type: The type.
    public init(_ type: EventType) {
        self = EventPriority(type) == .orders ? .orders : .observations
    }
}
