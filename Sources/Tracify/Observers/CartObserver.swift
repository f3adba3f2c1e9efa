//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// An observer of what visitors do before an order: they view products and fill their cart.
///
/// The calls return at once and never throw. In a handler the visit need not be passed:
///
/// ```swift
/// cart.itemsAddedToCart([try LineItem(name: "Mug", amount: Amount("12.50"))])
/// ```
public protocol CartObserver: Sendable {
    /// Reports a page view that no request shows, such as that of a route of a single-page app.
    ///
    /// - Parameter visit: The visit; a call without one is counted as dropped.
    func pageViewed(by visit: Visit?)

    /// Reports a view of a product's page, in addition to the page view.
    ///
    /// - Parameter visit: The visit; a call without one is counted as dropped.
    func productViewed(by visit: Visit?)

    /// Reports items that were added to the cart.
    ///
    /// - Parameters:
    ///   - items: The items; empty if they are not known.
    ///   - visit: The visit; a call without one is counted as dropped.
    func itemsAddedToCart(_ items: [LineItem], by visit: Visit?)
}

extension CartObserver {
    /// Does nothing, so that an observer need not care for page views.
    public func pageViewed(by visit: Visit?) {}

    /// Reports a page view of the current request's visit, which the server would not count by itself.
    public func pageViewed() {
        self.pageViewed(by: Visit.current)
    }

    /// Reports a view of a product's page in the current request's visit.
    public func productViewed() {
        self.productViewed(by: Visit.current)
    }

    /// Reports items that were added to the cart in the current request's visit.
    ///
    /// - Parameter items: The items; empty if they are not known.
    public func itemsAddedToCart(_ items: [LineItem]) {
        self.itemsAddedToCart(items, by: Visit.current)
    }
}
