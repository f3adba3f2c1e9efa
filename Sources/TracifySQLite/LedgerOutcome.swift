//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify

/// The outcome of an order in the ledger.
enum LedgerOutcome: Int, Sendable {
    // The numbers are in the file and must never change.
    case delivered = 1
    case deadLetter = 2
    case discarded = 3

    /// Returns the state with a reason.
    func state(reason: String?) -> OrderDelivery.State {
        switch self {
        case .delivered: .delivered
        case .deadLetter: .deadLetter(reason: reason ?? "")
        case .discarded: .discarded
        }
    }
}
#endif
