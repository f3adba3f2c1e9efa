//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// The number of events of each type, as the JSON names them.
struct EventTally: Sendable, Equatable {
    private(set) var counts: [EventType: Int] = [:]
    /// The number of events without a type of the contract.
    private(set) var others = 0
    /// The number of events with at least one deviation.
    var deviating = 0

    /// The number of events.
    var total: Int { self.counts.values.reduce(self.others, +) }

    /// Counts an event.
    mutating func add(_ event: JSONValue) {
        self.add(event[key: "type"]?.string.flatMap(EventType.init))
    }

    mutating func add(_ type: EventType?) {
        if let type { self.counts[type, default: 0] += 1 } else { self.others += 1 }
    }

    mutating func add(_ tally: EventTally) {
        self.counts.merge(tally.counts, uniquingKeysWith: +)
        self.others += tally.others
        self.deviating += tally.deviating
    }

    /// The counts in words: `pageview 12, purchase 1`.
    var text: String {
        let parts = EventType.allCases.compactMap { type in self.counts[type].map { "\(type.rawValue) \($0.grouped)" } }
        return (parts + (self.others > 0 ? ["other \(self.others.grouped)"] : [])).joined(separator: ", ")
    }

    /// The counts as a JSON object.
    var json: JSONValue {
        guard case .object(var members) = JSONValue.counts(self.counts) else { return .null }
        if self.others > 0 { members.append(JSONValue.Member(key: "other", value: .integer(self.others))) }
        return .object(members)
    }
}
#endif
