//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// One step of the delivery of some events, as ``Tracker/deliveryReports(buffering:)`` reports it.
public struct DeliveryReport: Sendable, Hashable {
    /// The result of a step.
    ///
    /// A struct, so that results can be added without breaking a `switch`.
    public struct Outcome: Sendable, Hashable {
        private enum Code { case delivered, retried, rejected, dropped }

        private let code: Code
        /// The sink's error, for an outcome that has one.
        public let error: DeliveryError?
        /// The reason, for events that were dropped.
        public let dropReason: DropReason?

        private init(_ code: Code, error: DeliveryError? = nil, dropReason: DropReason? = nil) {
            self.code = code
            self.error = error
            self.dropReason = dropReason
        }

        /// The sink accepted the events.
        public static let delivered = Outcome(.delivered)

        /// Returns the outcome of a delivery that failed and will be retried, as it is or in parts.
        ///
        /// - Parameter error: The sink's error.
        /// - Returns: The outcome.
        public static func retried(_ error: DeliveryError) -> Outcome { Outcome(.retried, error: error) }

        /// Returns the outcome for an event that the destination rejected, which is a dead letter now.
        ///
        /// - Parameter error: The sink's error.
        /// - Returns: The outcome.
        public static func rejected(_ error: DeliveryError) -> Outcome { Outcome(.rejected, error: error) }

        /// Returns the outcome for events that were dropped.
        ///
        /// - Parameter reason: The reason.
        /// - Returns: The outcome.
        public static func dropped(_ reason: DropReason) -> Outcome { Outcome(.dropped, dropReason: reason) }

        /// Whether the events will be delivered again.
        public var isRetried: Bool { self.code == .retried }
        /// Whether the event became a dead letter.
        public var isRejected: Bool { self.code == .rejected }
    }

    /// The result.
    public let outcome: Outcome
    /// The number of events of each type.
    public let events: [EventType: Int]
    /// The IDs of the events.
    public let eventIDs: [EventID]
    /// The trace IDs of those orders, conversions and survey answers that were reported inside of a trace, as in
    /// ``OrderReceipt/traceID``.
    ///
    /// A process remembers those of its latest 4,096, and not those of an earlier process.
    public let traceIDs: [EventID: String]
    /// The duration of the delivery; `nil` when there was none.
    public let duration: Duration?
}
