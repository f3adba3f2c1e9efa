//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Tracker: CartObserver {
    /// Enqueues a page view, unless the visit's request has one already.
    ///
    /// A visit on another page, see ``Visit/on(_:referrer:)``, has a page view each time. Requests that are no visit to anything, such as a
    /// prefetch or a frame, are skipped as they are by ``productViewed(by:)``.
    public func pageViewed(by visit: Visit?) {
        guard self.isEnabled, let recorded = self.own(visit, for: .pageView), !self.skips(recorded, .pageView) else { return }
        if case .request(let context) = visit?.source, visit?.page == nil, !context.isFirst(.pageView, by: self.rules) { return }
        self.intake.enqueue(QueuedRecord(pageView: recorded))
    }

    /// Enqueues a product view, unless the request is a prefetch, a prerender or a subresource, or lacks a user agent or an address.
    public func productViewed(by visit: Visit?) {
        guard self.isEnabled, let visit = self.own(visit, for: .productView), !self.skips(visit, .productView) else { return }
        self.intake.enqueue(QueuedRecord(productView: visit))
    }

    /// Enqueues an add-to-cart.
    ///
    /// More items than ``LineItem/maximumCount`` make it invalid, which is counted.
    public func itemsAddedToCart(_ items: [LineItem], by visit: Visit?) {
        guard self.isEnabled, let visit = self.own(visit, for: .addToCart) else { return }
        self.emailWarning.check(.addToCart(items))
        self.intake.enqueue(QueuedRecord(addToCart: items, by: visit))
    }

    /// Returns whether a view that a handler reports is skipped, and counts the rule.
    private func skips(_ visit: Visit, _ type: EventType) -> Bool {
        // A script's call is no page view by itself, but the handler knows what it shows.
        guard case .record(let record) = visit.source else { return false }
        guard let reason = record.flags.contains(.embedded) ? .subresource : PageViewRule.reasonToSkipVisit(record) else {
            return false
        }
        self.skip(type, reason)
        return true
    }
}
