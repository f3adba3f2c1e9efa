//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// Prints the findings of a validation, and counts.
struct ValidationReport {
    let isJSON: Bool
    let style: Style
    private(set) var deviationCount = 0
    private var tally = EventTally()

    init(isJSON: Bool, style: Style) {
        self.isJSON = isJSON
        self.style = style
    }

    /// Prints the findings of a part of a file.
    ///
    /// - Parameters:
    ///   - result: The findings.
    ///   - file: The name of the file.
    ///   - line: The number of lines before the part.
    ///   - output: Standard output.
    /// - Throws: ``ToolError`` when the output cannot be written.
    mutating func add(
        _ result: ValidationResult,
        file: String,
        after line: Int = 0,
        to output: inout Output
    ) throws(ToolError) {
        self.tally.add(result.tally)
        self.deviationCount += result.findings.count
        for finding in result.findings {
            try output.line(self.text(finding, file: file, line: line + finding.line))
        }
    }

    private func text(_ finding: Finding, file: String, line: Int) -> String {
        if self.isJSON {
            return
                JSONValue.object([
                    "file": .string(file), "line": .integer(line), "event": finding.event.map { .integer($0) } ?? .null,
                    "field": .string(finding.field), "rule": .string(finding.rule),
                ])
                .line
        }
        let event = finding.event.map { "event \($0): " } ?? ""
        return "\(self.style.bold("\(file):\(line):")) \(event)\(self.style.red(finding.field)): \(finding.rule)"
    }

    /// Prints the summary.
    func finish(fileCount: Int, to output: inout Output) throws(ToolError) {
        let tally = self.tally
        if self.isJSON {
            let summary = JSONValue.object([
                "files": .integer(fileCount), "events": .integer(tally.total), "types": tally.json,
                "deviatingEvents": .integer(tally.deviating), "deviations": .integer(self.deviationCount),
            ])
            try output.line(JSONValue.object(["summary": summary]).line)
        } else {
            let types = tally.total > 0 ? " (\(tally.text))" : ""
            let findings =
                self.deviationCount == 0
                ? self.style.green("no deviations")
                : self.style.red("\(self.deviationCount.counted("deviation")) in \(tally.deviating.counted("event"))")
            try output.line("\(tally.total.counted("event"))\(types) in \(fileCount.counted("file")): \(findings)")
        }
        try output.flush()
    }
}
#endif
