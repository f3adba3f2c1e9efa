//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The settings of an ``OutboxRelay``.
public struct OutboxConfiguration: Sendable, Hashable {
    /// The pause between two looks for new entries, 10 milliseconds to 1 hour.
    ///
    /// Default: 1 second. ``OutboxRelay/wake()`` looks at once.
    public var interval: Duration = .seconds(1)
    /// The time for which claimed entries are not given to other servers, 10 seconds to 1 day.
    ///
    /// An order whose server crashed is delivered by another after this time. What is not accepted in half of it is given back, so it
    /// has to be more than twice the time that a request to the destination may take. Default: 5 minutes.
    public var lease: Duration = .seconds(300)
    /// The time after which an entry that the destination rejected, or that cannot be read, is tried again, 1 second to 30 days.
    ///
    /// Default: 1 hour.
    public var retryOfRejected: Duration = .seconds(3600)

    /// The lane by whose rules the entries are delivered.
    package var lane = DeliveryLane.orders
    /// Whether an event keeps the ID of its site, and does not get that of the tracker.
    package var keepsSiteIDs = false
    /// Whether the outbox has a place for rejected entries, so that a rejected entry is not claimed again.
    package var hasDeadLetters = false

    /// Creates the default settings.
    public init() {}

    func validate() throws(ValidationError) {
        try ValidationError.check(self.interval, in: .milliseconds(10) ... .seconds(3600), field: "outbox.interval")
        try ValidationError.check(self.lease, in: .seconds(10) ... .seconds(86_400), field: "outbox.lease")
        let retries = Duration.seconds(1) ... .seconds(30 * 86_400)
        try ValidationError.check(self.retryOfRejected, in: retries, field: "outbox.retryOfRejected")
    }
}
