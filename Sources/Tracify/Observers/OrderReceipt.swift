//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The confirmation that an order, a conversion or a survey answer was accepted.
public struct OrderReceipt: Sendable, Hashable {
    /// The faults that an accepted event survives.
    ///
    /// A struct, so that levels can be added without breaking a `switch`.
    public struct Durability: Sendable, Hashable, CustomStringConvertible {
        private enum Level: String {
            case durable
            case inMemory = "in memory"
            case notReported = "not reported"
        }

        private let level: Level

        /// The event is committed to the ``EventStore``: it survives a crash, as far as the store promises.
        public static let durable = Durability(level: .durable)
        /// The event waits in memory: it is lost when the process ends before it is delivered.
        public static let inMemory = Durability(level: .inMemory)
        /// The visitor has not given consent or the tracker is disabled, so there is no event.
        public static let notReported = Durability(level: .notReported)

        /// The name of the level.
        public var description: String { self.level.rawValue }
    }

    /// The event's ID, as in reports, logs and dead letters; `nil` when there is no event.
    public let eventID: EventID?
    /// The faults that the event survives.
    public let durability: Durability
    /// The trace ID of the task that reported the order, as a tracer propagates it: with W3C Trace Context, 32 hexadecimal digits.
    ///
    /// `nil` without a trace, and without the trait `Tracing`.
    public let traceID: String?

    /// Creates a receipt, as a test's own observer returns it.
    ///
    /// - Parameters:
    ///   - eventID: The event's ID; `nil` when there is no event.
    ///   - durability: The faults that the event survives.
    ///   - traceID: The trace ID of the task that reported the order.
    public init(eventID: EventID? = EventID(), durability: Durability = .inMemory, traceID: String? = nil) {
        self.eventID = eventID
        self.durability = durability
        self.traceID = traceID
    }

    /// The receipt for a visit without consent, and of a disabled tracker.
    public static let notReported = OrderReceipt(eventID: nil, durability: .notReported)
}
