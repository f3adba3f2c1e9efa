//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import HTTPTypes

extension Tracker: RequestObserver {
    /// Returns the visit of a request by the tracker's own rules, in one pass over the header fields.
    ///
    /// A disabled tracker reads nothing and returns a visit without consent and without a time.
    public func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        guard self.isEnabled else { return .ofDisabledTracker }
        guard self.rules.configuration.consent.allows(request) else { return Visit(source: .noConsent(self.now()), email: nil) }
        return Visit(RequestSnapshot(request, from: peer, at: self.now(), rules: self.rules))
    }

    /// Enqueues a page view if the request was one, and a product view if its path matches
    /// ``CaptureConfiguration/productPaths``; otherwise counts the rule that skipped it.
    public func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: Visit) {
        guard self.isEnabled else { return }
        switch visit.source {
        case .request(let snapshot):
            if let reason = PageViewRule.reasonToSkip(snapshot, request, response) {
                self.recorder.skip(reason)
                if self.sessions.keepsLandings, PageViewRule.mayBeLanding(snapshot, reason) { self.landings.add(snapshot) }
            } else {
                self.intake.enqueue(QueuedRecord(pageView: visit))
                if snapshot.matches(anyOf: self.rules.configuration.productPaths) {
                    self.intake.enqueue(QueuedRecord(productView: visit))
                }
            }
        case .noConsent:
            self.recorder.skip(.noConsent)
        case .resolved:
            break
        }
    }
}
