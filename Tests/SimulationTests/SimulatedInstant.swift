//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

@testable import Tracify

/// A point in simulated time.
typealias SimulatedInstant = DeliveryInstant

extension SimulatedInstant {
    init(microseconds: Int64) {
        self.init(offset: .microseconds(microseconds))
    }

    /// The time since the beginning.
    var microseconds: Int64 { Self.microseconds(self.offset) }

    static func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
