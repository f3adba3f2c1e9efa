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
        let peer = peer == .unknown ? self.rules.configuration.addressOfUnknownPeer : peer
        guard let current = Visit.current, case .request(let first) = current.source, first.isOf(request, from: peer) else {
            return self.newVisit(for: request, from: peer, first: nil)
        }
        // The middleware is attached twice, as to the router and to a group.
        return first.rules === self.rules ? current : self.newVisit(for: request, from: peer, first: first)
    }

    @inline(__always)
    private func newVisit(for request: HTTPRequest, from peer: PeerAddress, first: RequestContext?) -> Visit {
        guard self.rules.configuration.consent.allows(request) else { return Visit(source: .noConsent, at: self.now()) }
        let context =
            first == nil
            ? self.contexts.take(request, from: peer) : RequestContext(request, from: peer, rules: self.rules, first: first)
        return Visit(source: .request(context), at: self.now())
    }

    /// Enqueues a page view if the request was one, and a product view if its path matches
    /// ``CaptureConfiguration/productPaths``; otherwise counts the rule that skipped it.
    public func requestCompleted(_ request: HTTPRequest, response: HTTPResponse, visit: consuming Visit) {
        guard self.isEnabled else { return }
        let status = response.status.code
        guard case .request(var context) = visit.source else {
            return self.complete(request, response, byHand: visit)
        }
        // Then the context is held by this call, and by those who keep the visit, such as a handler's task.
        visit.source = .noConsent
        let isKept = !isKnownUniquelyReferenced(&context)
        guard context.rules === self.rules || self.rules.configuration.consent.allows(request) else {
            return self.skip(request, status, .noConsent)
        }
        let date = visit.date
        if let reason = self.capture(request, response, status, context, isKept: isKept, visit),
            context.isFirst(.skip, by: self.rules)
        {
            self.skip(request, status, reason)
            self.remember(request, status, reason, context, isKept: isKept, at: date)
        }
        if isKept {
            // The head, with its cookies, must not stay with a visit that is kept.
            context.releaseHead(by: self.rules)
        } else if context.isReusable(by: self.rules) {
            self.contexts.put(consume context)
        }
    }

    /// Completes a request with a visit that was made by hand, or has no consent.
    private func complete(_ request: HTTPRequest, _ response: HTTPResponse, byHand visit: Visit) {
        let status = response.status.code
        guard visit.hasConsent else { return self.skip(request, status, .noConsent) }
        let record = RequestRecord(request, from: .unknown, self.rules)
        if let reason = PageViewRule.reasonToSkip(request, response, status)
            ?? PageViewRule.reasonToSkip(record, by: self.rules, isVisitorKnown: true)
        {
            return self.skip(request, status, reason)
        }
        guard self.documents.isPage(request, response, status) else { return self.skip(request, status, .contentType) }
        guard self.rules.reports(.pageView) else { return self.skip(request, status, .excludedType) }
        self.enqueue(pageView: visit, status)
    }

    /// Enqueues the page view and the product view of a request; returns the rule by which it is no page view.
    private func capture(
        _ request: HTTPRequest,
        _ response: HTTPResponse,
        _ status: Int,
        _ context: RequestContext,
        isKept: Bool,
        _ visit: consuming Visit
    ) -> SkipReason? {
        if let reason = PageViewRule.reasonToSkip(request, response, status) { return reason }
        let record = context.record(ofGet: request, by: self.rules, isKept: isKept)
        self.noteForwarding(record, context)
        if let reason = PageViewRule.reasonToSkip(record, by: self.rules) { return reason }
        guard self.documents.isPage(request, response, status) else { return .contentType }
        if status == 200 { self.documents.learnPage(record) }

        let reportsPageView = self.rules.reports(.pageView)
        let isPageView = reportsPageView && context.isFirst(.pageView, by: self.rules)
        let isProductView =
            self.rules.reports(.productView) && record.matches(anyOf: self.rules.configuration.productPaths)
            && context.isFirst(.productView, by: self.rules)
        visit.source = .record(record)
        if isProductView {
            // Copied only here: a page view that is alone, as nearly all are, is moved into the queue.
            if isPageView { self.enqueue(pageView: copy visit, status) }
            self.intake.enqueue(QueuedRecord(productView: visit))
        } else if isPageView {
            self.enqueue(pageView: visit, status)
        }
        return reportsPageView ? nil : .excludedType
    }

    private func enqueue(pageView visit: consuming Visit, _ status: Int) {
        if self.logsRequests { self.logger.debug("Page view captured", metadata: ["method": "GET", "status": "\(status)"]) }
        self.intake.enqueue(QueuedRecord(pageView: visit))
    }

    /// Counts the rule that skipped a request.
    private func skip(_ request: HTTPRequest, _ status: Int, _ reason: SkipReason) {
        self.recorder.skip(reason)
        guard self.observesSkips else { return }
        self.skipLog?.add(request, status, reason)
        self.logger.debug(
            "Request skipped",
            metadata: ["rule": "\(reason)", "method": "\(request.method.rawValue)", "status": "\(status)"]
        )
    }

    /// Keeps the campaign parameters of a skipped request for its session, and the type of its document for later requests.
    private func remember(
        _ request: HTTPRequest,
        _ status: Int,
        _ reason: SkipReason,
        _ context: RequestContext,
        isKept: Bool,
        at date: Date
    ) {
        guard let target = request.path else { return }
        let isOther = status == 200 && (reason == .contentType || reason == .download) && self.documents.isLikePage(target)
        guard self.keepsLandings, PageViewRule.mayBeLanding(target, reason, self.rules) else {
            if isOther { self.documents.learnOther(request) }
            return
        }
        let record = context.record(ofGet: request, by: self.rules, isKept: isKept)
        if isOther { self.documents.learnOther(record) }
        guard PageViewRule.isLanding(record) else { return }
        self.landings.add(Visit(source: .record(record), at: date))
        self.recorder.activity.note()
    }

    /// Counts a request with forwarding fields that are not trusted and that a proxy seems to have sent, and warns of the first one.
    @inline(__always)
    private func noteForwarding(_ record: RequestRecord, _ context: RequestContext) {
        if record.hasIgnoredForwarding { self.warnOfForwarding(record, context) }
    }

    private func warnOfForwarding(_ record: RequestRecord, _ context: RequestContext) {
        guard record.peer.isPrivate, context.isFirst(.forwarding, by: self.rules), self.recorder.ignoreForwarding() else {
            return
        }
        self.logger.warning(
            """
            A request from a private address has forwarding header fields that are not read, because the address is not that of a trusted \
            proxy, or the field not the one that is set: all visitors are taken for one. Set `capture.trustedProxies` \
            (TRACIFY_TRUSTED_PROXIES) to the networks of your proxies, and to their field.
            """
        )
    }

    /// Returns a visit as this tracker's own rules see it; counts the reason and returns `nil` when it may not be reported.
    func own(_ visit: Visit?, for type: EventType) -> Visit? {
        guard let visit else {
            self.recorder.refuse(type, .noVisit)
            return nil
        }
        guard let own = visit.recorded(by: self.rules) else {
            self.recorder.refuse(type, .foreignVisit)
            return nil
        }
        guard own.hasConsent else {
            self.skip(type, .noConsent)
            return nil
        }
        guard self.rules.reports(type) else {
            self.skip(type, .excludedType)
            return nil
        }
        if case .request(let context) = visit.source, case .record(let record) = own.source {
            self.noteForwarding(record, context)
        }
        return own
    }

    /// Counts the rule that skipped what a handler has reported.
    func skip(_ type: EventType, _ reason: SkipReason) {
        self.recorder.skip(reason)
        self.skipLog?.add(type, reason, of: nil)
        self.logger.debug("Call skipped", metadata: ["rule": "\(reason)", "type": "\(type.rawValue)"])
    }
}
