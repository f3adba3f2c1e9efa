//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// The decisions about many requests, by number.
struct DecisionSummary {
    var tally: DecisionTally
    /// What was assumed.
    var notes: [String]
    private(set) var malformedCount = 0
    /// The first malformed lines.
    private(set) var malformed: [Int] = []

    /// The number of malformed lines that are listed.
    private static let listed = 10

    init(tally: DecisionTally, notes: [String]) {
        self.tally = tally
        self.notes = notes
    }

    /// Adds malformed lines of a part.
    ///
    /// - Parameters:
    ///   - lines: The lines, relative to the part.
    ///   - start: The number of lines before the part.
    mutating func addMalformed(_ lines: [Int], after start: Int) {
        self.malformedCount += lines.count
        self.malformed += lines.prefix(max(0, Self.listed - self.malformed.count)).map { start + $0 }
    }

    /// The summary for a person.
    func lines(style: Style) -> [String] {
        let tally = self.tally
        var lines = ["\(tally.requests.counted("request")): \(style.green(tally.pageViews.counted("page view")))"]
        if tally.productViews > 0 { lines[0] += ", \(tally.productViews.counted("product view"))" }
        if tally.landings > 0 { lines[0] += ", campaign parameters kept of \(tally.landings.counted("landing"))" }
        let skipped = tally.skippedByCount
        let width = skipped.map(\.reason.description.count).max() ?? 0
        let digits = skipped.map(\.count.grouped.count).max() ?? 0
        for (reason, count) in skipped {
            let number = String(repeating: " ", count: digits - count.grouped.count) + count.grouped
            lines.append("  \(number) skipped by \(style.yellow(reason.description.padded(to: width)))  \(reason.advice)")
        }
        if tally.withoutHost > 0 { lines.append("  \(tally.withoutHost.grouped) without a valid host") }
        if self.malformedCount > 0 {
            let numbers = self.malformed.map(String.init).joined(separator: ", ")
            let more = self.malformedCount > self.malformed.count ? ", …" : ""
            lines.append(style.red("  \(self.malformedCount.counted("malformed line")): \(numbers)\(more)"))
        }
        return lines + self.notes
    }

    /// The summary for a program.
    var json: JSONValue {
        let skipped = self.tally.skippedByCount.map { reason, count in
            JSONValue.object([
                "rule": .string(reason.description), "requests": .integer(count), "advice": .string(reason.advice),
            ])
        }
        let summary = JSONValue.object([
            "requests": .integer(self.tally.requests), "pageViews": .integer(self.tally.pageViews),
            "productViews": .integer(self.tally.productViews), "landings": .integer(self.tally.landings),
            "withoutHost": .integer(self.tally.withoutHost), "skipped": .array(skipped),
            "malformed": .integer(self.malformedCount), "malformedLines": .array(self.malformed.map { .integer($0) }),
            "notes": .array(self.notes.map { .string($0) }),
        ])
        return .object(["summary": summary])
    }
}
#endif
