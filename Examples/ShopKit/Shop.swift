//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Tracify

/// A small shop for tea and pottery: its pages, its cart and its checkout, without a server.
///
/// Each route has one method, so each example shows the route table of its server. The shop does not depend on an HTTP framework: the
/// example creates a ``ShopRequest``, calls the method and sends the ``ShopResponse``.
///
/// The shop also shows how application code reports events. It takes the two observers as protocols and calls them when an event
/// occurs. `Visit.current`, which the server's middleware sets, identifies the client, the page and the campaign.
///
/// | route | method |
/// |---|---|
/// | `GET /` | ``home(_:)`` |
/// | `GET /products/{sku}` | ``product(sku:_:)`` |
/// | `GET /cart` | ``cartPage(_:)`` |
/// | `POST /cart` | ``addToCart(_:)`` |
/// | `POST /checkout` | ``checkout(_:)`` |
/// | `GET /orders/{id}` | ``thankYou(orderID:_:)`` |
/// | `POST /webhooks/payment` | ``paymentConfirmed(_:)`` |
/// | `POST /newsletter` | ``newsletter(_:)`` |
/// | `POST /page-view` | ``pageViewed(_:)`` |
/// | `GET /go` | ``go()`` |
/// | `GET /health` | ``healthCheck()`` |
/// | `GET /health/tracking` | ``trackingHealth()`` |
/// | `GET /assets/{name}` | ``asset(name:)`` |
/// | anything else | ``notFound(_:)`` |
public struct Shop: Sendable {
    let catalog: Catalog
    let cart: any CartObserver
    let orders: any OrderObserver
    let book: any OrderBook
    private let health: @Sendable () -> DeliveryHealth?
    private let livePage: String?

    /// Creates the shop.
    ///
    /// - Parameters:
    ///   - cart: The observer of product views and of additions to the cart.
    ///   - orders: The observer of orders and of newsletter subscriptions.
    ///   - health: Returns the state of the tracker.
    ///   - livePage: The address of the page that shows what the shop reports, for a link.
    public init(
        cart: any CartObserver,
        orders: any OrderObserver,
        health: @escaping @Sendable () -> DeliveryHealth? = { nil },
        livePage: String? = nil
    ) {
        self.init(
            catalog: .initial,
            cart: cart,
            orders: orders,
            book: ReportedOrders(orders),
            health: health,
            livePage: livePage
        )
    }

    init(
        catalog: Catalog,
        cart: any CartObserver,
        orders: any OrderObserver,
        book: any OrderBook,
        health: @escaping @Sendable () -> DeliveryHealth?,
        livePage: String?
    ) {
        self.catalog = catalog
        self.cart = cart
        self.orders = orders
        self.book = book
        self.health = health
        self.livePage = livePage
    }

    /// Returns the cart in a request's cookies.
    func cart(of request: ShopRequest) -> Cart { Cart(cookies: request.cookie, of: self.catalog) }

    /// Returns a page.
    func html(_ page: Page, status: Int = 200) -> ShopResponse { .html(page, status: status, livePage: self.livePage) }

    /// Returns the page of `GET /`, with all products.
    public func home(_ request: ShopRequest) -> ShopResponse {
        let notice = Notice(cookies: request.cookie)
        var response = self.html(.home(self.catalog, cart: self.cart(of: request), notice: notice))
        if notice != nil {
            response.headers.append(Notice.clearingCookie)
        }
        return response
    }

    /// Returns the page of `GET /products/{sku}`, and reports a product view to the cart observer.
    ///
    /// - Parameters:
    ///   - sku: The last segment of the path.
    ///   - request: The request.
    /// - Returns: The page, or status 404 for an unknown product.
    public func product(sku: String, _ request: ShopRequest) -> ShopResponse {
        guard let product = self.catalog.product(sku: sku) else { return self.notFound(request) }
        self.cart.productViewed()
        return self.html(.product(product, cart: self.cart(of: request)))
    }

    /// Redirects the campaign link `GET /go?utm_source=…` to the home page.
    ///
    /// The location has no query, so only this request has the campaign parameters.
    public func go() -> ShopResponse {
        .redirect(302, to: "/")
    }

    /// Returns the response of `GET /health`, which indicates that the server is running.
    ///
    /// It does not depend on the tracker: a destination that is down must not cost a server its traffic.
    public func healthCheck() -> ShopResponse {
        .text("ok")
    }

    /// Returns the response of `GET /health/tracking`, for monitoring: the state of the tracker, with status 503 when there is a problem.
    public func trackingHealth() -> ShopResponse {
        guard let health = self.health() else { return .text("there is no tracker", status: 404) }
        return .json(text: health.json, status: health.isHealthy ? 200 : 503)
    }

    /// Returns a file of `GET /assets/{name}`: `shop.css`, `page-views.js` or `favicon.svg`.
    ///
    /// - Parameter name: The last segment of the path.
    /// - Returns: The file, or status 404.
    public func asset(name: String) -> ShopResponse {
        switch name {
        case "shop.css": .asset(Stylesheet.text, contentType: "text/css; charset=utf-8")
        case "page-views.js": .asset(PageViewScript.text, contentType: "text/javascript; charset=utf-8")
        case "favicon.svg": .asset(Illustration.favicon, contentType: "image/svg+xml")
        default: .text("there is no such asset", status: 404)
        }
    }

    /// Returns the page for an unknown path.
    public func notFound(_ request: ShopRequest) -> ShopResponse {
        self.html(.notFound(cart: self.cart(of: request)), status: 404)
    }
}
