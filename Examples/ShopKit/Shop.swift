public import Tracify

/// A small shop for tea and pottery: its pages, its cart and its checkout, without a server.
///
/// There is one method for each route, so that a server's route table stays visible in the example that shows it. The shop itself
/// knows nothing of HTTP frameworks: the wiring makes a ``ShopRequest``, calls the method and sends the ``ShopResponse``.
///
/// This is also how application code meets tracking. The shop takes the two hooks as protocols and calls them where something
/// happens; who called, from where and with which campaign is known to `Visit.current`, which the server's middleware has set.
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
/// | `GET /go` | ``go()`` |
/// | `GET /health` | ``health()`` |
/// | `GET /assets/{name}` | ``asset(name:)`` |
/// | anything else | ``notFound(_:)`` |
public struct Shop: Sendable {
    let cart: any CartObserver
    let orders: any OrderObserver
    let pending = PendingOrders()

    /// Opens the shop.
    ///
    /// - Parameters:
    ///   - cart: Told of product views and of what is put into the cart.
    ///   - orders: Told of orders and of newsletter subscriptions.
    public init(cart: any CartObserver, orders: any OrderObserver) {
        self.cart = cart
        self.orders = orders
    }

    /// `GET /`: the home page with all products.
    public func home(_ request: ShopRequest) -> ShopResponse {
        let notice = Notice(cookies: request.cookie)
        var response = ShopResponse.html(.home(cart: Cart(cookies: request.cookie), notice: notice))
        if notice != nil {
            response.headers.append(Notice.clearingCookie)
        }
        return response
    }

    /// `GET /products/{sku}`: a product's page. Tells the cart's observer of a product view.
    ///
    /// - Parameter sku: The path's last segment.
    public func product(sku: String, _ request: ShopRequest) -> ShopResponse {
        guard let product = Catalog.product(sku: sku) else { return self.notFound(request) }
        self.cart.productViewed()
        return .html(.product(product, cart: Cart(cookies: request.cookie)))
    }

    /// `GET /go?utm_source=…`: a campaign's short link. Redirects to the home page without the query, so the campaign's
    /// parameters are seen by this request only.
    public func go() -> ShopResponse {
        .redirect(302, to: "/")
    }

    /// `GET /health`: says that the server answers.
    public func health() -> ShopResponse {
        .text("ok")
    }

    /// `GET /assets/{name}`: `shop.css` and `favicon.svg`.
    ///
    /// - Parameter name: The path's last segment.
    public func asset(name: String) -> ShopResponse {
        switch name {
        case "shop.css": .asset(Stylesheet.text, contentType: "text/css; charset=utf-8")
        case "favicon.svg": .asset(Illustration.favicon, contentType: "image/svg+xml")
        default: .text("there is no such asset", status: 404)
        }
    }

    /// The page for every path that the shop does not have.
    public func notFound(_ request: ShopRequest) -> ShopResponse {
        .html(.notFound(cart: Cart(cookies: request.cookie)), status: 404)
    }
}
