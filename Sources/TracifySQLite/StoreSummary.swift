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
    /// The number of dead letters by type.
    var deadLetters: [EventType: Int] = [:]
    /// The number of pending events that were damaged and that no read has reported yet, by type.
    var damaged: [EventType: Int] = [:]
    /// The number of entries of the ledger.
    var ledgerEntries = 0

    /// Returns the number of dead letters of a priority.
    func deadLetters(of priority: EventPriority) -> Int {
        priority.types.reduce(0) { $0 + (self.deadLetters[$1] ?? 0) }
    }

    /// Returns whether there are pending events of a priority.
    func hasPending(_ priority: EventPriority) -> Bool {
        priority.types.contains { (self.pending[$0] ?? 0) > 0 }
    }
}
#endif
