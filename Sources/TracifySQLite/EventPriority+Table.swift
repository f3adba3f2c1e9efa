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
}
#endif
