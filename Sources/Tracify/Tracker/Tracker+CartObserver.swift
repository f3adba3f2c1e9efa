//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Tracker: CartObserver {
    /// Enqueues a product view, unless the request is a prefetch, a prerender or a subresource, or lacks a user agent or an address.
    public func productViewed(by visit: Visit?) {
        guard self.isEnabled else { return }
        guard let visit else { return self.recorder.refuse(.productView, .noVisit) }
        guard visit.hasConsent else { return self.recorder.skip(.noConsent) }
        // A script's call is no page view, but it may be a product view: the handler knows what it shows.
        if case .request(let snapshot) = visit.source {
            if snapshot.flags.contains(.embedded) { return self.recorder.skip(.subresource) }
            if let reason = PageViewRule.reasonToSkip(snapshot) { return self.recorder.skip(reason) }
        }
        self.intake.enqueue(QueuedRecord(productView: visit))
    }

    /// Enqueues an add-to-cart.
    ///
    /// More items than ``LineItem/maximumCount`` make it invalid, which is counted.
    public func itemsAddedToCart(_ items: [LineItem], by visit: Visit?) {
        guard self.isEnabled else { return }
        guard let visit else { return self.recorder.refuse(.addToCart, .noVisit) }
        guard visit.hasConsent else { return self.recorder.skip(.noConsent) }
        self.intake.enqueue(QueuedRecord(addToCart: items, by: visit))
    }
}
