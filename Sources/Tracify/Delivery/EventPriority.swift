//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The priority of an event in a full queue or store.
///
/// Lower ones are evicted first, the oldest of a priority first; orders never are.
package enum EventPriority: Int, CaseIterable, Sendable, Comparable {
    case pageViews
    case interest
    case orders

    package init(_ type: EventType) {
        switch type {
        case .pageView: self = .pageViews
        case .productView, .addToCart: self = .interest
        case .purchase, .conversion, .postPurchaseSurvey: self = .orders
        }
    }

    package static func < (lhs: EventPriority, rhs: EventPriority) -> Bool { lhs.rawValue < rhs.rawValue }
}
