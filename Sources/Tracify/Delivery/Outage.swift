//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The state of a lane while its circuit is open: the destination accepts nothing, and one probe is sent after each pause.
struct Outage: Sendable {
    /// The number of failures in a row: the first one, and those of the probes.
    private(set) var failures = 0
    /// The time of the next probe.
    private(set) var nextProbe: DeliveryInstant
    /// Whether the destination requested the pause.
    private(set) var isPauseRequested = false
    /// The last failure.
    private(set) var failure: DeliveryError

    init(_ failure: DeliveryError, at now: DeliveryInstant) {
        self.failure = failure
        self.nextProbe = now
    }

    /// Whether it is certain enough to be reported: not a single failure that the next request may refute.
    var isCertain: Bool { self.failures > 1 || self.isPauseRequested || self.failure.code == .unauthorized }

    /// Notes a failure.
    ///
    /// Batches that were in flight together fail together: that is one failure. Only a probe's, which is due, is another.
    ///
    /// - Parameters:
    ///   - failure: The failure.
    ///   - now: The time of the failure.
    ///   - pause: Returns the pause after a number of failures.
    mutating func add(_ failure: DeliveryError, at now: DeliveryInstant, pause: (Int) -> Duration) {
        guard self.failures == 0 || now >= self.nextProbe else {
            guard failure.retryAfter != nil else { return }
            self.nextProbe = max(self.nextProbe, now.advanced(by: pause(1)))
            self.isPauseRequested = true
            self.failure = failure
            return
        }
        self.failures += 1
        self.failure = failure
        self.nextProbe = now.advanced(by: pause(self.failures))
        self.isPauseRequested = failure.retryAfter != nil
    }

    /// Makes a probe due, unless the destination requested the pause.
    mutating func probe(at now: DeliveryInstant) {
        if !self.isPauseRequested { self.nextProbe = min(self.nextProbe, now) }
    }
}
