//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import HTTPTypes

extension Tracker.Explanation {
    /// What the tracker reads of a request's forwarding fields, for tools.
    package struct Forwarding: Sendable, Hashable {
        /// Whether the peer is one of the trusted proxies.
        package let isPeerTrusted: Bool
        /// The field that names the client, as the request spells it; `nil` when the peer is the client.
        package let clientField: String?
        /// The fields that are not read, because the peer or the field is not trusted, as the request spells them.
        ///
        /// For a trusted peer, only fields in place of which no other was read: a proxy may name the client in several.
        package let ignoredFields: [String]
        /// Whether a field that names a client is ignored.
        package let ignoresClient: Bool

        init(_ request: HTTPRequest, _ record: RequestRecord, by rules: CaptureRules) {
            let fields = request.headerFields
            let proxies = rules.configuration.trustedProxies
            self.isPeerTrusted = proxies.trusts(record.peer)
            let used = self.isPeerTrusted ? ForwardedFields(fields, HeaderIndex(fields), rules) : nil
            self.clientField = (used?.client).map { fields[$0.first].name.rawName }

            var clientNames = Self.clientNames
            if case .named(let name) = proxies.header.kind { clientNames.insert(name.canonicalName) }
            var ignored: [String] = []
            var ignoresClient = false
            for index in fields.readIndices where !self.isPeerTrusted || record.hasIgnoredForwarding {
                let name = fields[index].name
                let isOfClient = clientNames.contains(name.canonicalName)
                guard isOfClient || used == nil && Self.otherNames.contains(name.canonicalName) else { continue }
                ignoresClient = ignoresClient || isOfClient
                if !ignored.contains(name.rawName) { ignored.append(name.rawName) }
            }
            self.ignoredFields = ignored
            self.ignoresClient = ignoresClient
        }

        /// The fields in which proxies name a client, which ``HeaderIndex`` knows.
        private static let clientNames: Set<String> = [
            "x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip", "fastly-client-ip",
            "fly-client-ip",
        ]
        /// The fields in which proxies name the scheme and the host.
        private static let otherNames: Set<String> = [
            "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-forwarded-ssl", "cf-visitor",
        ]
    }
}
