//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify

/// What the file holds, in numbers, kept up to date by each transaction.
struct StoreSummary: Sendable {
    /// The last position that was given to an event.
    var lastPosition: Int64 = 0
    /// The number of pending events by type.
    var pending: [EventType: Int] = [:]
    /// The number of dead letters.
    var deadLetters = 0
}
#endif
