//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if SQLite
import Tracify
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The limits of a store that are not about the size of its files.
struct StoreLimits: Sendable {
    /// The number of bytes that the size limit reserves for each entry of the ledger.
    private static let bytesPerLedgerEntry = 256

    /// The maximum number of dead letters.
    let deadLetters: Int
    /// The time in seconds that entries of the ledger are kept.
    let ledgerSeconds: Double
    /// The maximum number of entries of the ledger.
    let ledgerEntries: Int

    init(deadLetters: Int, ledgerDuration: Duration, ledgerEntries: Int, maximumBytes: Int64) {
        self.deadLetters = deadLetters
        self.ledgerSeconds = ledgerDuration / .seconds(1)
        // An eighth of a small store, which must have room for events.
        let share = Int(clamping: maximumBytes / 8 / Int64(StoreLimits.bytesPerLedgerEntry))
        self.ledgerEntries = min(ledgerEntries, share)
    }

    /// Whether there is a ledger.
    var hasLedger: Bool { self.ledgerSeconds > 0 && self.ledgerEntries > 0 }

    /// Returns the time before which entries of the ledger have expired.
    func ledgerCutoff(at date: Date) -> Double { date.timeIntervalSince1970 - self.ledgerSeconds }
}
#endif
