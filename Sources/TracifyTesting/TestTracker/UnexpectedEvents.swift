//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Tracify

/// The events of a test that differ from the expected ones, as ``TestEvents/expect(_:within:file:line:)`` throws them.
public struct UnexpectedEvents: Error, CustomStringConvertible {
    /// The differences, the skipped requests with their rules, and the drops, one in each line.
    public let description: String

    init(_ comparison: EventComparison, skipped: ArraySlice<SkippedRequest>, statistics: TrackerStatistics, place: String) {
        var lines = ["\(place): \(comparison.summary)"] + comparison.lines
        // Only then: most requests of an application are skipped as they should be.
        if comparison.isMissing {
            lines += skipped.map { "  skipped: \($0). \($0.reason.advice)" }
            if comparison.isEmpty, skipped.isEmpty, statistics.captured() == 0 {
                lines.append("  The tracker saw no request and no call. Is its middleware attached, with this tracker?")
            }
        }
        for type in EventType.allCases {
            for reason in DropReason.allCases where statistics.dropped(reason, type) > 0 {
                lines.append("  dropped: \(statistics.dropped(reason, type)) \(type.rawValue) by \(reason)")
            }
        }
        self.description = lines.joined(separator: "\n")
    }
}

/// The comparison of events with the expected ones, without regard to their order.
struct EventComparison {
    /// The pairs and the rest, one line for each event, and one for each field that differs.
    private(set) var lines: [String] = []
    /// Whether the events are as expected.
    private(set) var isEqual = true
    /// Whether there is no event of the type of an expected one.
    private(set) var isMissing = false
    /// Whether there is no event at all.
    let isEmpty: Bool
    /// How many events were expected, and how many came.
    let summary: String

    init(of events: [Event], with expected: [ExpectedEvent]) {
        func count(_ count: Int) -> String { "\(count) \(count == 1 ? "event" : "events")" }
        self.summary = "\(count(expected.count)) expected, \(events.count) came"
        self.isEmpty = events.isEmpty
        var rest = events
        var unmatched: [ExpectedEvent] = []
        for expectation in expected {
            let index = rest.firstIndex { $0.type == expectation.type && expectation.differences(from: $0).isEmpty }
            guard let index else {
                unmatched.append(expectation)
                continue
            }
            self.lines.append("  as expected: \(Self.text(rest.remove(at: index)))")
        }
        for expectation in unmatched {
            self.isEqual = false
            guard let index = rest.firstIndex(where: { $0.type == expectation.type }) else {
                self.isMissing = true
                self.lines.append("  missing: \(expectation.description)")
                continue
            }
            let event = rest.remove(at: index)
            self.lines.append("  differs: \(Self.text(event))")
            self.lines += expectation.differences(from: event).map { "    \($0)" }
        }
        for event in rest {
            self.isEqual = false
            self.lines.append("  not expected: \(Self.text(event))")
        }
    }

    private static func text(_ event: Event) -> String {
        let id =
            switch event.detail {
            case .purchase(let order): " \(order.id)"
            case .conversion(let conversion): " \(conversion.id)"
            case .postPurchaseSurvey(let answer): " \(answer.orderID)"
            case .pageView, .productView, .addToCart: ""
            }
        return "\(event.type.rawValue)\(id) on \(event.url.text)"
    }
}
#endif
