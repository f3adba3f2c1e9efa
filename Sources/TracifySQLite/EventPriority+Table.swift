//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify

extension EventPriority {
    /// The name of the table that holds the events of this priority.
    var table: String {
        switch self {
        case .pageViews: "pageview"
        case .interest: "interest"
        case .orders: "orders"
        }
    }

    /// The types of this priority.
    var types: [EventType] { EventType.allCases.filter { EventPriority($0) == self } }

    /// The columns of an event of this priority, as `EncodedEvent.init(_:at:)` and ``StoreTransaction`` read them.
    var columns: String {
        "id, type, json, id_high, id_low, date, site, \(self == .orders ? "order_id" : "NULL AS order_id"), failures"
    }
}

extension DeliveryLane {
    /// The priorities of the lane's events.
    var priorities: [EventPriority] {
        switch self {
        case .orders: [.orders]
        case .observations: [.pageViews, .interest]
        }
    }
}
#endif
