//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import HTTPTypes

extension Tracker {
    /// The decisions of a tracker about a request, rule by rule, for tests and tools.
    public struct Explanation: Sendable, CustomStringConvertible {
        /// The decision of one rule.
        public struct Decision: Sendable, Hashable, CustomStringConvertible {
            /// The rule.
            public let rule: SkipReason
            /// Whether the rule skips the request.
            public let skips: Bool

            /// The rule's name, with `skipped by` before it if it skips the request.
            public var description: String { self.skips ? "skipped by \(self.rule)" : "passed \(self.rule)" }
        }

        /// The decisions of all rules, in their order, also of those after the first that skips the request.
        public let decisions: [Decision]
        /// The first rule that skips the request; `nil` when it is a page view.
        public let reasonToSkip: SkipReason?
        /// Whether the campaign parameters are kept for the session's first event, although the request is no page view.
        public let isLanding: Bool
        /// The page view as it would be reported, without what the session adds; `nil` when the request is none.
        public let pageView: Event?
        /// Whether ``CaptureConfiguration/beforeSend`` drops the page view.
        public let isFiltered: Bool
        /// Whether a product view is reported with the page view, by ``CaptureConfiguration/productPaths``.
        public let hasProductView: Bool
        /// What is read of the forwarding fields.
        package let forwarding: Forwarding

        /// One line: a page view and its URL, or the rule that skips the request.
        public var description: String {
            let landing = self.isLanding ? ", campaign parameters kept for the session" : ""
            if let reason = self.reasonToSkip { return "skipped by \(reason)\(landing)" }
            if self.isFiltered { return "dropped by beforeSend" }
            return self.pageView.map { "page view of \($0.url)\(self.hasProductView ? " and product view" : "")" }
                ?? "no valid host"
        }
    }

    /// Returns the decisions about a request under the tracker's settings, and reports nothing.
    ///
    /// ``SkipReason/repeatedNavigation`` depends on other requests and is never the result. A disabled tracker explains what it would do if it
    /// were enabled. ``CaptureConfiguration/beforeSend`` is called with the page view.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - peer: The peer of the connection.
    ///   - response: The response's head.
    /// - Returns: The decisions.
    public func explain(_ request: HTTPRequest, from peer: PeerAddress, response: HTTPResponse) -> Explanation {
        let rules = self.rules
        let capture = rules.configuration
        let record = RequestRecord(request, from: peer, rules)
        var cache = IdentityCache(capacity: 2)
        let resolved = record.resolve(with: &cache, by: rules, at: self.now())
        let status = response.status.code
        let byResponse = PageViewRule.reasonToSkip(request, response, status)
        let kind = PageViewRule.reasonToSkip(response.headerFields, isUnmodified: status == 304)
        let byRequest = PageViewRule.reasonToSkip(record, by: rules)
        let byResolution = resolved?.reasonToSkip
        let resolution = record.reasonsToSkip(with: &cache, by: rules)
        let isPage = self.documents.isPage(request, response, status)
        let hasConsent = capture.consent.allows(request)
        let decisions: [(SkipReason, Bool)] = [
            (.noConsent, !hasConsent),
            (.method, request.method != .get),
            (.partial, status == 206),
            (.status, status != 304 && !(200..<300).contains(status)),
            (.download, kind == .download),
            (.contentType, kind == .contentType || kind == nil && !isPage),
            (.fragment, record.flags.contains(.fragment)),
            (.subresource, record.flags.isDisjoint(with: [.navigation, .fragment])),
            (.speculative, record.flags.contains(.speculative)),
            (.noUserAgent, !record.flags.contains(.userAgent) || resolution.contains(.noUserAgent)),
            (.noClientAddress, !record.mayHaveAddress || resolution.contains(.noClientAddress)),
            (.excludedPath, record.matches(anyOf: capture.excludedPaths)),
            (.excludedType, !rules.reports(.pageView)),
            (.foreignSite, resolution.contains(.foreignSite)),
            (.excludedNetwork, resolution.contains(.excludedNetwork)),
            (.crawler, resolution.contains(.crawler)),
        ]
        let reason =
            !hasConsent
            ? .noConsent
            : byResponse ?? byRequest ?? (isPage ? nil : .contentType)
                ?? (rules.reports(.pageView) ? byResolution : .excludedType)
        let event =
            reason == nil
            ? resolved.flatMap { try? $0.event(.pageView, customerSiteID: self.intake.customerSiteID) } : nil
        let pageView = event.flatMap { try? rules.filter($0) }
        return Explanation(
            decisions: decisions.map { Explanation.Decision(rule: $0.0, skips: $0.1) },
            reasonToSkip: reason,
            isLanding: self.keepsLandings && PageViewRule.isLanding(record)
                && reason.map { PageViewRule.mayBeLanding(request.path ?? "", $0, rules) } == true
                && resolved.map { $0.reasonToSkip == nil && !$0.parameters.isEmpty } == true,
            pageView: pageView,
            isFiltered: event != nil && pageView == nil,
            hasProductView: (reason == nil || reason == .excludedType) && byResolution == nil
                && rules.reports(.productView) && record.matches(anyOf: capture.productPaths),
            forwarding: Explanation.Forwarding(request, record, by: rules)
        )
    }
}
