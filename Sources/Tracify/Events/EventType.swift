/// What kind of event it is, with the name it has on the wire.
///
/// The first five are those of the page "Server-side events API"; ``postPurchaseSurvey`` is in Tracify's OpenAPI only.
public enum EventType: String, Sendable, Hashable, CaseIterable, Codable {
    /// A visitor looked at a page.
    case pageView = "pageview"
    /// A visitor looked at a product's page.
    case productView = "productview"
    /// A visitor put items into the cart.
    case addToCart = "addtocart"
    /// A visitor placed an order.
    case purchase = "purchase"
    /// A visitor did something else of worth, such as subscribing to a newsletter.
    case conversion = "conversion"
    /// A customer said, after an order, where they had heard of the shop.
    case postPurchaseSurvey = "postpurchasesurvey"
}
