//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The type of an event; the raw value is the name on the wire.
///
/// The first five types are those of Tracify's page "Server-side events API". ``postPurchaseSurvey`` is documented only in
/// Tracify's OpenAPI description.
public enum EventType: String, Sendable, Hashable, CaseIterable, Codable {
    /// A view of a page.
    case pageView = "pageview"
    /// A view of a product's page.
    case productView = "productview"
    /// An addition of items to the cart.
    case addToCart = "addtocart"
    /// A placed order.
    case purchase = "purchase"
    /// A completed conversion, such as a newsletter subscription.
    case conversion = "conversion"
    /// A customer's answer, after an order, to the question of how they heard about the shop.
    case postPurchaseSurvey = "postpurchasesurvey"
}
