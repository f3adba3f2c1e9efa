//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The ages beyond which events in a store, and dead letters, are dropped and counted.
///
/// Events that wait in memory only have no maximum age: the queue's bounds hold for them, and they end with the process.
/// Orders, conversions and survey answers have no maximum age by default: they wait until they are delivered or you delete them.
public struct RetentionConfiguration: Sendable, Hashable {
    /// The maximum age of a page view, product view or add-to-cart that waits for delivery, 1 minute to 10 years; `nil` for none.
    ///
    /// Default: 30 days.
    public var maximumObservationAge: Duration? = .seconds(30 * 86_400)
    /// The maximum age of an order, conversion or survey answer that waits for delivery, 1 minute to 10 years; `nil` for none.
    ///
    /// Default: `nil`.
    public var maximumOrderAge: Duration?
    /// The maximum time for which a dead letter of a page view, product view or add-to-cart is kept, 1 minute to 10 years; `nil` for
    /// none.
    ///
    /// Default: 30 days.
    public var maximumObservationDeadLetterAge: Duration? = .seconds(30 * 86_400)
    /// The maximum time for which a dead letter of an order, conversion or survey answer is kept, 1 minute to 10 years; `nil` for none.
    ///
    /// Default: `nil`.
    public var maximumOrderDeadLetterAge: Duration?

    /// Creates the default settings.
    public init() {}

    func maximumAge(_ lane: DeliveryLane) -> Duration? {
        switch lane {
        case .orders: self.maximumOrderAge
        case .observations: self.maximumObservationAge
        }
    }

    func maximumDeadLetterAge(_ lane: DeliveryLane) -> Duration? {
        switch lane {
        case .orders: self.maximumOrderDeadLetterAge
        case .observations: self.maximumObservationDeadLetterAge
        }
    }

    package static let allowedAge: ClosedRange<Duration> = .seconds(60) ... .seconds(315_360_000)

    func validate() throws(ValidationError) {
        for (age, field) in [
            (self.maximumObservationAge, "retention.maximumObservationAge"),
            (self.maximumOrderAge, "retention.maximumOrderAge"),
            (self.maximumObservationDeadLetterAge, "retention.maximumObservationDeadLetterAge"),
            (self.maximumOrderDeadLetterAge, "retention.maximumOrderDeadLetterAge"),
        ] {
            if let age { try ValidationError.check(age, in: Self.allowedAge, field: field) }
        }
    }
}
