//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// What a replay would send.
struct DryRun {
    private let validator: EventValidator
    private(set) var tally = EventTally()
    private(set) var unreadable = 0
    private var first: String?
    private var last: String?
    private var bytes = 0

    init(urlParameters: Set<String>) {
        self.validator = EventValidator(urlParameters: urlParameters)
    }

    /// Whether all lines are events that comply with the contract.
    var isClean: Bool { self.unreadable == 0 && self.tally.deviating == 0 }

    mutating func add(_ item: ReplayItem) {
        guard item.problem == nil, let value = try? JSONParser.parse(item.json) else {
            self.unreadable += 1
            return
        }
        self.tally.add(item.type)
        self.bytes += item.json.count
        if !self.validator.validate(event: value).isEmpty { self.tally.deviating += 1 }
        // The form of the time makes the order of texts that of times.
        guard let time = item.time else { return }
        self.first = min(self.first ?? time, time)
        self.last = max(self.last ?? time, time)
    }

    func lines(to endpoint: String, batchSize: Int) -> [String] {
        let events = self.tally.total
        let types = events > 0 ? " (\(self.tally.text))" : ""
        var lines = [
            "Would send \(events.counted("event"))\(types), \(self.bytes.grouped) bytes, to \(endpoint) in about "
                + ((events + batchSize - 1) / batchSize).counted("batch", plural: "batches") + "."
        ]
        if let first, let last { lines.append("Times: \(first) to \(last) UTC") }
        if self.tally.deviating > 0 {
            lines.append("Deviating from the contract: \(self.tally.deviating.counted("event")); see 'tracifyctl validate'.")
        }
        if self.unreadable > 0 { lines.append("Unreadable: \(self.unreadable.counted("line"))") }
        return lines
    }

    func json(to endpoint: String) -> JSONValue {
        .object([
            "dryRun": .bool(true), "endpoint": .string(endpoint), "events": .integer(self.tally.total), "types": self.tally.json,
            "bytes": .integer(self.bytes), "first": self.first.map { .string($0) }, "last": self.last.map { .string($0) },
            "deviating": .integer(self.tally.deviating), "unreadable": .integer(self.unreadable),
        ])
    }
}
#endif
