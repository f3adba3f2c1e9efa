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
            /// 80 % of one of the queue's limits are in use, so that it may soon drop events.
            public static let queueNearlyFull = Code(description: "queue_nearly_full")
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

    /// The time of the last delivery that the sink accepted; `nil` before the first.
    public internal(set) var lastDelivery: Date?
    /// The share of the queue's limits that is in use, of events or bytes, whichever is larger: 0 to 1.
    public internal(set) var queueUse = 0.0

    /// The share of the queue's limits from which it counts as nearly full.
    static let nearlyFull = 0.8

    /// The most important problem; `nil` when there is none.
    public var problem: Problem? { self.problems.first }

    /// Whether there is no problem, as far as delivery was tried.
    public var isHealthy: Bool { self.problems.isEmpty }

    /// Whether the tracker has been run, for a readiness check.
    ///
    /// It does not depend on the destination: events wait while that is down, so a server must not lose its traffic for it.
    public var isReady: Bool { !self.problems.contains { $0.code == .notRunning } }

    /// One line for each problem.
    public var description: String {
        self.isHealthy ? "healthy" : self.problems.map(\.description).joined(separator: "\n")
    }

    static let healthy = DeliveryHealth(problems: [])

    /// The state as a JSON object, for the route of a health check.
    ///
    /// ```json
    /// {"healthy":false,"ready":true,"queue_use":0.02,"last_delivery":"2026-11-30T12:00:00Z",
    ///  "problems":[{"code":"unavailable","lane":"orders","since":"2026-11-30T12:00:01Z","reason":"status 503"}]}
    /// ```
    ///
    /// `queue_use` is rounded to hundredths, `last_delivery` is missing before the first delivery, and `lane` is missing for a problem of all.
    public var json: String {
        var json = JSONWriter()
        json.writeRaw(self.isHealthy ? #"{"healthy":true,"ready":"# : #"{"healthy":false,"ready":"#)
        json.writeRaw(self.isReady ? #"true,"queue_use":"# : #"false,"queue_use":"#)
        json.writeHundredths(self.queueUse)
        if let date = self.lastDelivery {
            json.writeRaw(#","last_delivery":"#)
            json.write(date)
        }
        json.writeRaw(#","problems":["#)
        for (index, problem) in self.problems.enumerated() {
            json.writeRaw(index == 0 ? #"{"code":"# : #",{"code":"#)
            json.write(problem.code.description)
            if let lane = problem.lane {
                json.writeRaw(#","lane":"#)
                json.write(lane.rawValue)
            }
            json.writeRaw(#","since":"#)
            json.write(problem.since)
            json.writeRaw(#","reason":"#)
            json.write(problem.reason)
            json.writeRaw("}")
        }
        json.writeRaw("]}")
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// A problem without its time.
    struct Finding: Sendable, Equatable {
        let code: Problem.Code
        var lane: DeliveryLane?
        let reason: String
    }

    /// Returns the state with other problems, without the numbers; one that was there before keeps its time.
    func replacing(with findings: [Finding], at date: Date) -> DeliveryHealth {
        DeliveryHealth(
            problems: findings.map { finding in
                let known = self.problems.first { $0.code == finding.code && $0.lane == finding.lane }
                return Problem(code: finding.code, lane: finding.lane, reason: finding.reason, since: known?.since ?? date)
            }
        )
    }
}

extension JSONWriter {
    /// Writes a date as `2026-11-30T12:00:00Z`; the text is empty when the year has not four digits.
    package mutating func write(_ date: Date) {
        self.writeRaw("\"")
        if let seconds = UTCDateTime.seconds(of: date) {
            UTCDateTime.withText(of: seconds) { text in
                self.writeRaw(text.prefix(10))
                self.writeRaw("T")
                self.writeRaw(text.dropFirst(11))
                self.writeRaw("Z")
            }
        }
        self.writeRaw("\"")
    }

    /// Writes a share from 0 to 1, rounded to hundredths.
    fileprivate mutating func writeHundredths(_ share: Double) {
        let hundredths = Int((min(max(share, 0), 1) * 100).rounded())
        self.writeRaw(hundredths == 100 ? "1.0" : hundredths < 10 ? "0.0" : "0.")
        if hundredths < 100 { self.write(hundredths) }
    }
}
