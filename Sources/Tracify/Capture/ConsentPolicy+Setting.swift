//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension ConsentPolicy {
    /// Creates a policy from the text of a setting: `always`, or terms joined by `+` that must all hold.
    ///
    /// The terms are `gpc`, `cookie:NAME=VALUE`, `cookie:NAME^=PREFIX`, `cookie:NAME*=PART`, `preset:cookiebot`, `preset:onetrust` and
    /// `preset:usercentrics`. A `+` in the value of a cookie is part of it, unless one of these follows.
    ///
    /// - Parameter text: The text; `gpc` stands for ``privacySignals``.
    /// - Throws: ``ValidationError`` with the field `consent` for any other text, and for a cookie that ``cookie(named:value:)``
    ///   does not accept.
    package init(setting text: String) throws(ValidationError) {
        if text == "always" {
            self = .always
            return
        }
        var policies: [ConsentPolicy] = []
        for term in ConsentPolicy.terms(of: text) { policies.append(try ConsentPolicy.policy(of: term)) }
        self = policies.count == 1 ? policies[0] : .all(of: policies)
    }

    private static func terms(of text: String) -> [String] {
        var terms: [String] = []
        for piece in text.split(separator: "+", omittingEmptySubsequences: false) {
            let isTerm = piece == "gpc" || piece.hasPrefix("cookie:") || piece.hasPrefix("preset:")
            if isTerm || terms.isEmpty || !(terms.last?.hasPrefix("cookie:") ?? false) {
                terms.append(String(piece))
            } else {
                terms[terms.count - 1] += "+\(piece)"
            }
        }
        return terms
    }

    private static func policy(of term: String) throws(ValidationError) -> ConsentPolicy {
        switch term {
        case "gpc": return .privacySignals
        case "preset:cookiebot": return .cookiebot
        case "preset:onetrust": return .oneTrust
        case "preset:usercentrics": return .usercentrics
        default: break
        }
        guard term.hasPrefix("cookie:"), let equals = term.firstIndex(of: "=") else {
            throw ValidationError(
                field: "consent",
                code: term.isEmpty ? .empty : .outOfRange,
                allowed: "always, or terms joined by +: gpc, cookie:NAME=VALUE, cookie:NAME^=PREFIX, cookie:NAME*=PART, "
                    + "preset:cookiebot, preset:onetrust, preset:usercentrics"
            )
        }
        let name = term[..<equals].dropFirst("cookie:".count)
        let value = String(term[equals...].dropFirst())
        switch name.last {
        case "^": return try .cookie(named: String(name.dropLast()), prefix: value)
        case "*": return try .cookie(named: String(name.dropLast()), containing: value)
        default: return try .cookie(named: String(name), value: value)
        }
    }
}
