//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// A deviation from the contract, with its place in a text.
struct Finding: Sendable, Equatable {
    /// The line, from 1.
    var line: Int
    /// The index of the event in its body, from 0; `nil` for a line that is one event, and for a deviation of the body itself.
    let event: Int?
    let field: String
    let rule: String
}

/// What the validation of a part of a text has found.
struct ValidationResult: Sendable, Equatable {
    var findings: [Finding] = []
    var tally = EventTally()
    var lineCount = 0
}

/// Validates texts: lines of events or bodies, or one body.
struct EventTextValidator: Sendable {
    let validator: EventValidator
    /// The maximum length of a line, in bytes.
    let lineLimit: Int

    /// The default of ``lineLimit``: twice the largest body that a collector accepts.
    static let defaultLineLimit = 8 << 20

    /// Validates a part of a text with an event or a body on each line; the lines of the findings are relative.
    func validate(_ piece: LineReader.Piece) -> ValidationResult {
        var result = ValidationResult()
        switch piece {
        case .tooLong(let count):
            result.lineCount = 1
            result.findings = [self.tooLong(line: 1, count)]
        case .lines(let bytes):
            forEachLine(of: bytes) { range in
                result.lineCount += 1
                guard range.count <= self.lineLimit else {
                    return result.findings.append(self.tooLong(line: result.lineCount, range.count))
                }
                self.validate(line: bytes[range], number: result.lineCount, &result)
            }
        }
        return result
    }

    private func validate(line: ArraySlice<UInt8>, number: Int, _ result: inout ValidationResult) {
        guard line.contains(where: { !Self.isBlank($0) }) else { return }
        do throws(JSONParsingError) {
            let value = try JSONParser.parse(Array(line))
            self.validate(value, &result) { _ in number }
        } catch {
            result.findings.append(Finding(line: number, event: nil, field: "line", rule: error.description))
        }
    }

    /// Validates a body or an event.
    ///
    /// - Parameters:
    ///   - value: The parsed text.
    ///   - result: The result to add to.
    ///   - line: Returns the line of an event.
    func validate(_ value: JSONValue, _ result: inout ValidationResult, line: (Int?) -> Int) {
        let isBody = value[key: "events"] != nil
        let deviations = isBody ? self.validator.validate(value) : self.validator.validate(event: value)
        if isBody {
            if case .array(let events)? = value[key: "events"] {
                for event in events { result.tally.add(event) }
            }
            result.tally.deviating += Set(deviations.compactMap(\.eventIndex)).count
        } else {
            result.tally.add(value)
            result.tally.deviating += deviations.isEmpty ? 0 : 1
        }
        for deviation in deviations {
            result.findings.append(
                Finding(
                    line: line(deviation.eventIndex),
                    event: isBody ? deviation.eventIndex : nil,
                    field: deviation.field,
                    rule: deviation.rule
                )
            )
        }
    }

    private func tooLong(line: Int, _ count: Int) -> Finding {
        let rule = "must have at most \(self.lineLimit) bytes, not \(count); the line was skipped"
        return Finding(line: line, event: nil, field: "line", rule: rule)
    }

    /// Whether a byte is whitespace in JSON.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }
}
#endif
