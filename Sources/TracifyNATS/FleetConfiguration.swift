//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS
import Tracify

/// The streams of a fleet, as `tracifyctl fleet setup` creates them.
public struct FleetConfiguration: Sendable {
    /// The number of brokers that have each event, 1, 3 or 5.
    ///
    /// Default: 3.
    ///
    /// With 3, one broker may be lost. A cluster needs at least as many brokers.
    public var replicas = 3
    /// The bytes that the orders on their way may take on the disk of each broker.
    ///
    /// Default: 1 GiB.
    public var maximumOrderBytes = 1 << 30
    /// The bytes that the page views, product views and add-to-carts on their way may take on the disk of each broker.
    ///
    /// Default: 10 GiB.
    public var maximumObservationBytes = 10 << 30
    /// The time after which a page view, product view or add-to-cart that no relay has delivered is deleted.
    ///
    /// Default: 3 days.
    ///
    /// Orders are never deleted before they are delivered.
    public var observationRetention: Duration = .seconds(3 * 86_400)
    /// The time after which a dead letter is deleted.
    ///
    /// Default: 30 days.
    public var deadLetterRetention: Duration = .seconds(30 * 86_400)
    /// The time in which a stream ignores a repeated event, by its ID.
    ///
    /// Default: 2 minutes.
    ///
    /// The brokers keep the IDs of this time in memory. An order is ignored as long as it is in the stream, too.
    public var deduplicationWindow: Duration = .seconds(120)
    /// The number of events that all relays together may have fetched and not acknowledged.
    ///
    /// Default: 20,000.
    public var maximumUnacknowledged = 20_000

    /// The time after which a broker gives an event to another relay.
    static let acknowledgementWait = Duration.seconds(60)

    /// Creates the default settings.
    public init() {}

    func validate() throws(ValidationError) {
        guard [1, 3, 5].contains(self.replicas) else {
            throw ValidationError(field: "fleet.replicas", code: .outOfRange, allowed: "1, 3 or 5")
        }
        for (bytes, field) in [
            (self.maximumOrderBytes, "fleet.maximumOrderBytes"), (self.maximumObservationBytes, "fleet.maximumObservationBytes"),
        ] {
            guard (1 << 20...1 << 50).contains(bytes) else {
                throw ValidationError(field: field, code: .outOfRange, allowed: "1 MiB to 1 PiB")
            }
        }
        let window = Duration.seconds(1) ... .seconds(86_400)
        try ValidationError.check(self.deduplicationWindow, in: window, field: "fleet.deduplicationWindow")
        let retention = Duration.seconds(3600) ... .seconds(365 * 86_400)
        try ValidationError.check(self.observationRetention, in: retention, field: "fleet.observationRetention")
        try ValidationError.check(self.deadLetterRetention, in: retention, field: "fleet.deadLetterRetention")
        try ValidationError.check(
            self.maximumUnacknowledged,
            in: 100...1_000_000,
            field: "fleet.maximumUnacknowledged",
            unit: "events"
        )
    }
}
#endif
