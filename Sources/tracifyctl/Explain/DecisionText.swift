//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// The decision about one request in one line, without anything personal.
struct DecisionText: Sendable, Equatable {
    let decision: String
    let rule: SkipReason?
    let url: String?
    let method: String
    let isLanding: Bool
    let hasProductView: Bool

    init(_ explanation: Tracker.Explanation, method: String) {
        self.rule = explanation.reasonToSkip
        // The URL of the event, from which the library has removed the query and email addresses.
        self.url = explanation.pageView?.url.text
        self.decision =
            if self.rule != nil { "skipped" } else if self.url != nil { "page view" } else { "no valid host" }
        self.method = method
        self.isLanding = explanation.isLanding
        self.hasProductView = explanation.hasProductView
    }

    /// The line for a person.
    var text: String {
        var text = "\(self.method.printable) \(self.decision)"
        if let rule { text += " by \(rule)" }
        if let url { text += " of \(url.printable)" }
        if self.hasProductView { text += " and product view" }
        if self.isLanding { text += ", campaign parameters kept for the session" }
        return text
    }

    /// The line for a program.
    func json(_ place: String, _ number: Int) -> JSONValue {
        .object([
            place: .integer(number), "method": .string(self.method), "decision": .string(self.decision),
            "rule": self.rule.map { .string($0.description) }, "url": self.url.map { .string($0) },
            "productView": .bool(self.hasProductView), "landing": .bool(self.isLanding),
        ])
    }
}
#endif
