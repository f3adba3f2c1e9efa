//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
public import HTTPTypes
import Logging

extension Tracker: RequestObserver {
    /// Returns the visit of a request by the tracker's own rules.
    ///
    /// It reads nothing of the request, except for what the ``ConsentPolicy`` reads. A disabled tracker returns a visit without consent and
    /// without a time.
    public func visit(for request: HTTPRequest, from peer: PeerAddress) -> Visit {
        guard self.isEnabled else { return .ofDisabledTracker }
        if let current = Visit.current, case .request(let context) = current.source, context.rules === self.rules,
            context.isOf(request, from: peer)
        {
            // The middleware is attached twice, as to the router and to a group.
            return current
        }
        guard self.rules.configuration.consent.allows(request) else { return Visit(source: .noConsent, at: self.now()) }
        return Visit(source: .request(RequestContext(request, from: peer, rules: self.rules)), at: self.now())
    }

    /// Enqueues a page view if the request was one, and a product view if its path matches
    /// ``CaptureConfiguration/productPaths``; otherwise counts the rule that skipped it.
    public func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: consuming Visit) {
        guard self.isEnabled else { return }
        guard case .request(var context) = visit.source else { return self.complete(request, response, byHand: visit) }
        let date = visit.date
        if context.rules !== self.rules {
            guard self.rules.configuration.consent.allows(request) else { return self.recorder.skip(.noConsent) }
            context = context.rules == nil ? context : RequestContext(request, from: context.peer, rules: self.rules)
        }
        self.complete(request, response, context, at: date)
        _ = consume visit
        // A handler's task may keep the visit: then the head, with its cookies, must not stay with it.
        if !isKnownUniquelyReferenced(&context) { context.releaseHead() }
    }

    /// Completes a request with a visit that was made by hand, or has no consent.
    private func complete(_ request: HTTPRequest, _ response: HTTPResponse, byHand visit: Visit) {
        guard visit.hasConsent else { return self.recorder.skip(.noConsent) }
        let record = RequestRecord(request, from: .unknown, self.rules)
        if let reason = PageViewRule.reasonToSkip(request, response)
            ?? PageViewRule.reasonToSkip(record, by: self.rules, isVisitorKnown: true)
        {
            return self.recorder.skip(reason)
        }
        guard self.rules.configuration.events.contains(.pageView) else { return self.recorder.skip(.excludedType) }
        self.intake.enqueue(QueuedRecord(pageView: visit))
    }

    private func complete(_ request: HTTPRequest, _ response: HTTPResponse, _ context: RequestContext, at date: Date) {
        if let reason = PageViewRule.reasonToSkip(request, response) {
            if reason == .contentType { self.otherDocuments.add(request, response) }
            return self.skip(request, response.status.code, reason, context, at: date)
        }
        guard let record = context.record(by: self.rules) else { return }
        self.noteForwarding(record)
        if let reason = PageViewRule.reasonToSkip(record, by: self.rules) {
            return self.skip(request, response.status.code, reason, context, at: date)
        }
        if response.status == .notModified, self.otherDocuments.contains(request) {
            return self.skip(request, response.status.code, .contentType, context, at: date)
        }
        guard context.takePageView() else { return }
        let visit = Visit(source: .record(record), at: date)
        let types = self.rules.configuration.events
        if types.contains(.pageView) {
            self.logger.debug("Page view captured", metadata: ["method": "GET", "status": "\(response.status.code)"])
            self.intake.enqueue(QueuedRecord(pageView: visit))
        } else {
            self.skip(request, response.status.code, .excludedType, context, at: date)
        }
        if types.contains(.productView), record.matches(anyOf: self.rules.configuration.productPaths) {
            self.intake.enqueue(QueuedRecord(productView: visit))
        }
    }

    /// Counts the rule that skipped a request, and keeps a landing for its session.
    private func skip(
        _ request: HTTPRequest,
        _ status: Int,
        _ reason: SkipReason,
        _ context: RequestContext,
        at date: Date
    ) {
        // Attached twice, a middleware completes a request twice.
        guard context.complete() else { return }
        self.recorder.skip(reason)
        self.logger.debug(
            "Request skipped",
            metadata: ["rule": "\(reason)", "method": "\(request.method.rawValue)", "status": "\(status)"]
        )
        guard self.sessions.keepsLandings, PageViewRule.mayBeLanding(request, reason, self.rules),
            let record = context.record(by: self.rules), PageViewRule.isLanding(record)
        else { return }
        self.landings.add(Visit(source: .record(record), at: date))
    }

    /// Counts a request with forwarding fields that are not trusted and that a proxy seems to have sent, and warns of the first one.
    private func noteForwarding(_ record: RequestRecord) {
        guard record.flags.contains(.forwarded), record.forwarding == nil, record.peer.isPrivate else { return }
        guard self.recorder.ignoreForwarding() else { return }
        self.logger.warning(
            """
            A request from a private address has forwarding header fields, and the address is not that of a trusted proxy: all visitors are \
            taken for one. Set `capture.trustedProxies` (TRACIFY_TRUSTED_PROXIES) to the networks of your proxies.
            """
        )
    }

    /// Returns a visit as this tracker's own rules see it; counts the reason and returns `nil` when it may not be reported.
    func own(_ visit: Visit?, for type: EventType) -> Visit? {
        guard let visit else {
            self.recorder.refuse(type, .noVisit)
            return nil
        }
        guard let visit = visit.recorded(by: self.rules) else {
            self.recorder.refuse(type, .foreignVisit)
            return nil
        }
        guard visit.hasConsent else {
            self.recorder.skip(.noConsent)
            return nil
        }
        guard self.rules.configuration.events.contains(type) else {
            self.recorder.skip(.excludedType)
            return nil
        }
        if case .record(let record) = visit.source { self.noteForwarding(record) }
        return visit
    }
}
