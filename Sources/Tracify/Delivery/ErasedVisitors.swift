//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The visitors whose queued records are dropped.
///
/// A queued record is not resolved: its visitor is known only when it is taken. An erasure is kept until the records that were queued
/// before it have been taken.
struct ErasedVisitors: Sendable {
    private struct Erasure {
        let date: Date
        /// The number of the first record that was queued after it.
        let number: UInt64
    }

    /// The maximum number of erasures, about 1 MB.
    static let maximumCount = 10_000

    private var erasures: [AnonymizedHash: Erasure] = [:]

    var isEmpty: Bool { self.erasures.isEmpty }

    /// Adds an erasure, and returns whether there was room for it.
    mutating func add(_ visitor: AnonymizedHash, at date: Date, before number: UInt64) -> Bool {
        let earlier = self.erasures[visitor]
        guard earlier != nil || self.erasures.count < Self.maximumCount else { return false }
        self.erasures[visitor] = Erasure(date: earlier.map { max($0.date, date) } ?? date, number: number)
        return true
    }

    /// Returns whether a visitor was erased at or after a time.
    func contains(_ identity: IdentityData, at date: Date) -> Bool {
        guard !self.isEmpty else { return false }
        return self.contains(identity.session, at: date) || self.contains(identity.address, at: date)
            || self.contains(identity.userAgent, at: date) || identity.email.map { self.contains($0, at: date) } ?? false
    }

    private func contains(_ hash: AnonymizedHash, at date: Date) -> Bool {
        self.erasures[hash].map { date <= $0.date } ?? false
    }

    /// Forgets the erasures whose records have all been taken.
    ///
    /// - Parameter number: The number of the oldest record in the queue.
    mutating func forget(before number: UInt64) {
        self.erasures = self.erasures.filter { $0.value.number > number }
    }
}
