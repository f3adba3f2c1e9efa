//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Tool
import HTTPTypes

/// A request that a page's script makes, according to a field that only scripts send.
struct ScriptFetch: Hashable {
    /// The field, as the request spells it.
    let field: String
    /// The `Accept` field that the script sends.
    let accept: String

    /// Recognizes the fields of front ends; `nil` when there are none.
    init?(_ fields: HTTPFields) {
        for (prefix, accept) in Self.frontEnds {
            guard let field = fields.first(where: { $0.name.canonicalName.hasPrefix(prefix) }) else { continue }
            self.field = field.name.rawName
            self.accept = accept
            return
        }
        // Other values are names of apps, whose web views send the field with every request.
        guard let field = fields.first(where: { $0.name == .requestedWith }), field.value.lowercased() == "xmlhttprequest" else {
            return nil
        }
        self.field = field.name.rawName
        self.accept = "*/*"
    }

    /// The beginnings of the names of front ends' fields, with what their scripts accept.
    private static let frontEnds: [(prefix: String, accept: String)] = [
        ("turbo-frame", "text/html, application/xhtml+xml"), ("x-turbo-request-id", "text/html, application/xhtml+xml"),
        ("x-inertia", "text/html, application/xhtml+xml"), ("x-pjax", "text/html, */*; q=0.01"),
        ("x-barba", "text/html,application/xhtml+xml,application/xml"), ("hx-", "*/*"), ("x-up-", "*/*"),
        ("x-alpine-request", "*/*"), ("x-livewire", "*/*"),
    ]

    /// Adds the fields that are not given, and returns what was added, in words.
    func addFields(to fields: inout HTTPFields) -> String {
        fields[.fetchMode] = "cors"
        fields[.fetchDestination] = "empty"
        let isGiven = fields[.accept] != nil
        if !isGiven { fields[.accept] = self.accept }
        return "\(isGiven ? "" : "Accept and ")Sec-Fetch-* of a script's fetch, because of \(self.field)"
    }
}

extension HTTPField.Name {
    static let requestedWith = HTTPField.Name.named("X-Requested-With")
}
#endif
