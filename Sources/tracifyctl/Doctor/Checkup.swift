//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// The result of one check.
struct Checkup: Hashable, Sendable {
    enum Status: String, Sendable {
        case ok, warn, fail
    }

    /// The name of what was checked.
    let name: String
    let status: Status
    /// What was found, in one line.
    let finding: String
    /// What to do; `nil` when there is nothing to do.
    let advice: String?

    static func ok(_ name: String, _ finding: String) -> Checkup {
        Checkup(name: name, status: .ok, finding: finding, advice: nil)
    }

    static func warn(_ name: String, _ finding: String, _ advice: String) -> Checkup {
        Checkup(name: name, status: .warn, finding: finding, advice: advice)
    }

    static func fail(_ name: String, _ finding: String, _ advice: String? = nil) -> Checkup {
        Checkup(name: name, status: .fail, finding: finding, advice: advice)
    }

    /// The line for a person.
    func text(_ style: Style) -> String {
        let label = self.status.rawValue.padded(to: 4)
        let status =
            switch self.status {
            case .ok: style.green(label)
            case .warn: style.yellow(label)
            case .fail: style.red(label)
            }
        return "\(status)  \(self.name.padded(to: 11))  \(self.finding.printable)\(self.advice.map { " \($0)" } ?? "")"
    }

    var json: JSONValue {
        .object([
            "check": .string(self.name), "status": .string(self.status.rawValue), "finding": .string(self.finding),
            "advice": self.advice.map { .string($0) },
        ])
    }
}
#endif
