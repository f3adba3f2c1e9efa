//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import Tracify

// The wall clock and the store. They have random numbers of their own, so that the rest of a scenario is the same with and without
// them.
extension Scenario {
    private static let day = 86_400.0

    /// Lets the wall clock jump by up to a day, for a quarter of the seeds.
    mutating func addClockJumps(seed: UInt64) {
        var random = SplitMix64(seed: seed ^ 0xA5A5_5A5A_0F0F_F0F0)
        guard random.once(in: 4) else { return }
        for _ in 0..<random.element([1, 2, 6]) {
            let time = Int64.random(in: 0...(2 * Self.faultTime), using: &random)
            self.clockJumps.append((time, Double.random(in: -Self.day...Self.day, using: &random)))
        }
        self.clockJumps.sort { $0.time < $1.time }
    }

    /// Returns the time of the wall clock.
    func date(at now: SimulatedInstant) -> Date {
        let offset = self.clockJumps.last { $0.time <= now.microseconds }?.offset ?? 0
        return Date(timeIntervalSince1970: 1_750_000_000 + Double(now.microseconds) / 1_000_000 + offset)
    }

    /// Whether the store of a seed is the real one.
    func hasSQLiteStore(seed: UInt64) -> Bool {
        #if SQLite
        // They take longer than the others, and the store has tests of its own.
        self.hasStore && seed % 8 == 3
        #else
        false
        #endif
    }

    func store(seed: UInt64) throws -> any SimulationStore {
        #if SQLite
        if self.hasSQLiteStore(seed: seed) { return try SQLiteBackedStore(scenario: self, seed: seed) }
        #endif
        return SimulatedStore(maximumEvents: self.maximumStored, maximumDeadLetters: self.maximumDeadLetters)
    }
}
