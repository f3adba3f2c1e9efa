//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The state of a tracker's queue, store and delivery, for a health check or a page.
public struct DeliveryHealth: Sendable, Hashable, CustomStringConvertible {
    /// A problem.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The kind of problem.
        ///
        /// A struct, so that kinds can be added without breaking a `switch`.
        public struct Code: Sendable, Hashable, CustomStringConvertible {
            /// The name of the kind, short and bounded, fit for a metric's label.
            public let description: String

            /// The tracker has not been run: it delivers nothing.
            ///
            /// Run it, in a service group or by ``Tracker/run()``.
            public static let notRunning = Code(description: "not_running")
            /// The destination is down, busy or slow.
            ///
            /// Events are kept and retried.
            public static let unavailable = Code(description: "unavailable")
            /// The destination refuses the token, or the endpoint is wrong.
            ///
            /// Events are kept and retried.
            public static let unauthorized = Code(description: "unauthorized")
            /// The destination answers, but not whether it accepts events.
            ///
            /// Check the endpoint.
            public static let unconfirmed = Code(description: "unconfirmed")
            /// The destination has rejected 20 events in a row and accepted none: a setting must be wrong, such as the site ID.
            ///
            /// Further events are kept and retried.
            public static let misconfigured = Code(description: "misconfigured")
            /// Dead letters of orders fill their limit.
            ///
            /// Orders are kept and not delivered until dead letters are requeued or discarded.
            public static let deadLettersFull = Code(description: "dead_letters_full")
            /// The event store fails.
            ///
            /// Events bypass it in memory.
            public static let storeFailed = Code(description: "store_failed")
            /// The queue was full and dropped events during the last interval.
            public static let queueFull = Code(description: "queue_full")
        }

        /// The kind of problem.
        public let code: Code
        /// The lane that has it; `nil` for a problem of all.
        public let lane: DeliveryLane?
        /// The last reason, in one line.
        public let reason: String
        /// The time of the first failure.
        public let since: Date

        /// One line.
        public var description: String {
            let scope = self.lane.map { ", \($0.rawValue)" } ?? ""
            return "failing since \(self.since) (\(self.code)\(scope)): \(self.reason)"
        }
    }

    /// The problems, the most important first; empty when there is none.
    public let problems: [Problem]

    /// The most important problem; `nil` when there is none.
    public var problem: Problem? { self.problems.first }

    /// Whether there is no problem, as far as delivery was tried.
    public var isHealthy: Bool { self.problems.isEmpty }

    /// One line for each problem.
    public var description: String {
        self.isHealthy ? "healthy" : self.problems.map(\.description).joined(separator: "\n")
    }

    static let healthy = DeliveryHealth(problems: [])

    /// A problem without its time.
    struct Finding: Sendable, Equatable {
        let code: Problem.Code
        var lane: DeliveryLane?
        let reason: String
    }

    /// Returns the state with other problems; one that was there before keeps its time.
    func replacing(with findings: [Finding], at date: Date) -> DeliveryHealth {
        DeliveryHealth(
            problems: findings.map { finding in
                let known = self.problems.first { $0.code == finding.code && $0.lane == finding.lane }
                return Problem(code: finding.code, lane: finding.lane, reason: finding.reason, since: known?.since ?? date)
            }
        )
    }
}
