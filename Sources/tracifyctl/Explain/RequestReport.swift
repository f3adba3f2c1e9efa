//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import Tracify

/// The explanation of one request, with the decision of each rule.
struct RequestReport {
    let explanation: Tracker.Explanation
    private let forwarding: ForwardingText
    /// What was assumed, and what is missing.
    let notes: [String]
    /// The predicted events; a product view is like its page view, with another type.
    let events: [JSONValue]

    init(
        _ explanation: Tracker.Explanation,
        _ request: ExplainedRequest,
        notes: [String],
        encoding: EncodingConfiguration
    ) {
        self.explanation = explanation
        let assumed = request.assumptions.joined(separator: "; ")
        let omitted = request.omissions.joined(separator: "; ")
        self.notes =
            (assumed.isEmpty ? [] : ["Assumed: \(assumed)."])
            + (omitted.isEmpty ? [] : ["Not assumed, because of --exact: \(omitted)."]) + notes
        self.forwarding = ForwardingText(
            forwarding: explanation.forwarding,
            peer: request.peer,
            isPeerAssumed: request.isPeerAssumed
        )
        let encoder = EventEncoder(configuration: encoding)
        var events: [JSONValue] = []
        if let event = explanation.pageView, let value = try? JSONParser.parse(encoder.encode(event)) {
            events.append(value)
            if explanation.hasProductView { events.append(Self.productView(value)) }
        }
        self.events = events
    }

    private static func productView(_ pageView: JSONValue) -> JSONValue {
        guard case .object(let members) = pageView else { return pageView }
        return .object(
            members.map { member in
                member.key == "type" ? JSONValue.Member(key: "type", value: .string(EventType.productView.rawValue)) : member
            }
        )
    }

    /// Returns the report, which ends with a line break.
    func text(isJSON: Bool, style: Style) -> String {
        isJSON ? self.json.line + "\n" : self.lines(style).joined(separator: "\n") + "\n"
    }

    private func lines(_ style: Style) -> [String] {
        let explanation = self.explanation
        let headline = explanation.description.printable
        var lines = [explanation.pageView == nil ? style.yellow(headline) : style.green(headline)]
        if explanation.pageView == nil, explanation.hasProductView { lines.append("A product view is reported all the same.") }
        lines.append("")
        let width = explanation.decisions.map(\.rule.description.count).max() ?? 0
        for decision in explanation.decisions {
            let name = decision.rule.description.padded(to: decision.skips ? width : 0)
            let isReason = decision.rule == explanation.reasonToSkip
            lines.append(
                decision.skips
                    ? style.yellow("  skips   \(isReason ? style.bold(name) : name)") + "  \(decision.rule.advice)"
                    : style.dim("  passes  \(name)")
            )
        }
        if !self.events.isEmpty { lines.append("") }
        lines += self.events.map(\.line)
        lines.append("")
        return lines + self.forwarding.lines + self.notes
    }

    private var json: JSONValue {
        let explanation = self.explanation
        let decisions = explanation.decisions.map { decision in
            JSONValue.object([
                "rule": .string(decision.rule.description), "skips": .bool(decision.skips),
                "advice": decision.skips ? .string(decision.rule.advice) : nil,
            ])
        }
        return .object([
            "decision": .string(
                explanation.reasonToSkip != nil ? "skipped" : explanation.pageView != nil ? "page view" : "no valid host"
            ),
            "rule": explanation.reasonToSkip.map { .string($0.description) },
            "url": explanation.pageView.map { .string($0.url.text) },
            "productView": .bool(explanation.hasProductView), "landing": .bool(explanation.isLanding),
            "decisions": .array(decisions), "events": .array(self.events), "client": self.forwarding.client,
            "ignoredFields": self.forwarding.ignoredFields,
            "notes": .array((self.forwarding.notes + self.notes).map { .string($0) }),
        ])
    }
}
#endif
