/// Told of what visitors do on their way to an order: they look at products and fill their cart.
///
/// The calls return at once and never throw. In a handler the visit need not be named:
///
/// ```swift
/// cart.itemsAddedToCart([try LineItem(name: "Mug", amount: Amount("12.50"))])
/// ```
public protocol CartObserver: Sendable {
    /// A visitor looked at a product's page. The page view is counted besides.
    ///
    /// - Parameter visit: The visit; without one the call is counted as dropped.
    func productViewed(by visit: Visit?)

    /// Items were added to the cart of a visit.
    ///
    /// - Parameters:
    ///   - items: What was added; may be empty if it is not known.
    ///   - visit: The visit; without one the call is counted as dropped.
    func itemsAddedToCart(_ items: [LineItem], by visit: Visit?)
}

extension CartObserver {
    /// The visitor of the current request looked at a product's page.
    public func productViewed() {
        self.productViewed(by: Visit.current)
    }

    /// Items were added to the cart of the current request's visit.
    ///
    /// - Parameter items: What was added; may be empty if it is not known.
    public func itemsAddedToCart(_ items: [LineItem]) {
        self.itemsAddedToCart(items, by: Visit.current)
    }
}
