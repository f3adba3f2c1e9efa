//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A point in simulated time.
struct SimulatedInstant: InstantProtocol {
    /// The time since the beginning, in microseconds: an integer keeps a simulation fast.
    var microseconds: Int64 = 0

    func advanced(by duration: Duration) -> SimulatedInstant {
        SimulatedInstant(microseconds: self.microseconds &+ SimulatedInstant.microseconds(duration))
    }

    func duration(to other: SimulatedInstant) -> Duration { .microseconds(other.microseconds - self.microseconds) }

    static func < (lhs: SimulatedInstant, rhs: SimulatedInstant) -> Bool { lhs.microseconds < rhs.microseconds }

    static func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
