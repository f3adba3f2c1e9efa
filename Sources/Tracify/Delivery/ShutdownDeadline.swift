//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The time that is left for delivery after a shutdown was requested.
struct ShutdownDeadline: Sendable {
    let time: DeliveryInstant
    /// The longest pause between two probes: they are spread over the time that is left.
    let maximumPause: Duration
    /// The time below which no delivery is started, because it would be cut off and its events sent again after the next start.
    private let minimumTime: Duration

    init(after duration: Duration, at now: DeliveryInstant) {
        self.time = now.advanced(by: duration)
        self.maximumPause = duration / 8
        self.minimumTime = min(.seconds(1), duration / 2)
    }

    /// Whether there is time for a delivery that takes as long as others have taken.
    func allowsDelivery(at now: DeliveryInstant, taking typical: Duration) -> Bool {
        now.duration(to: self.time) >= max(self.minimumTime, typical)
    }
}
