#if Hummingbird && Configuration && TestKit
import Hummingbird
import Logging
import ServiceLifecycle
import ShopKit
import Tracify
import TracifyConfiguration
import TracifyHTTP
import TracifyHummingbird
import TracifyTesting

/// The shop as a Hummingbird application: routes, and the tracker around them.
struct ShopApplication {
    let application: any ApplicationProtocol
    /// The collector that the shop started for itself, if it has no token.
    let collector: Collector?

    /// The site a shop without settings reports for.
    private static let demonstrationSite = "00000000-0000-0000-0000-000000000000"

    static func make(
        _ settings: TracifySettings,
        logger: Logger,
        onServerRunning: @escaping @Sendable (_ port: Int, _ collectorURL: String?) -> Void = { _, _ in }
    ) async throws -> ShopApplication {
        var settings = settings
        var collector: Collector?
        if settings.sink == .http, settings.token == nil {
            // No token, so nothing to deliver to: the shop brings its own far end, and the events take the real way to it.
            var configuration = Collector.Configuration()
            configuration.urlParameters = settings.urlParameters
            let started = try await Collector.start(configuration: configuration)
            settings.token = try APIToken("embedded-collector")
            settings.customerSiteID = try settings.customerSiteID ?? CustomerSiteID(Self.demonstrationSite)
            settings.endpoint = try Endpoint(started.endpoint)
            collector = started
        }
        #if SQLite
        let store = try settings.makeStore(logger: logger)
        #else
        let store: (any EventStore)? = nil
        #endif
        let tracker = try Tracker(
            configuration: settings.trackerConfiguration(),
            sink: settings.makeSink(),
            store: store,
            logger: logger
        )

        let router = Router(context: TracifyRequestContext.self)
        router.add(middleware: TracifyMiddleware(tracker))
        Self.addRoutes(to: router, shop: Shop(cart: tracker, orders: tracker))

        let collectorURL = collector?.url
        var application = Application(
            router: router,
            configuration: .init(address: .hostname(settings.host, port: settings.port), serverName: nil),
            onServerRunning: { [port = settings.port] channel in onServerRunning(channel.localAddress?.port ?? port, collectorURL)
            },
            logger: logger
        )
        // Services end in reverse order: first the server, then the tracker, which delivers what is left, then its far end.
        if let collector { application.addServices(collector) }
        application.addServices(tracker)
        return ShopApplication(application: application, collector: collector)
    }

    private static func addRoutes(to router: Router<TracifyRequestContext>, shop: Shop) {
        router.get("/") { request, _ in Response(shop.home(ShopRequest(request))) }
        router.get("/products/{sku}") { request, context in
            try Response(shop.product(sku: context.parameters.require("sku"), ShopRequest(request)))
        }
        router.get("/cart") { request, _ in Response(shop.cartPage(ShopRequest(request))) }
        router.post("/cart") { request, _ in try await Response(shop.addToCart(ShopRequest(reading: request))) }
        router.post("/checkout") { request, _ in try await Response(shop.checkout(ShopRequest(reading: request))) }
        router.get("/orders/{id}") { request, context in
            try Response(shop.thankYou(orderID: context.parameters.require("id"), ShopRequest(request)))
        }
        router.post("/newsletter") { request, _ in try await Response(shop.newsletter(ShopRequest(reading: request))) }
        router.get("/go") { _, _ in Response(shop.go()) }
        router.get("/health") { _, _ in Response(shop.health()) }
        router.get("/assets/{name}") { _, context in try Response(shop.asset(name: context.parameters.require("name"))) }
        router.get("**") { request, _ in Response(shop.notFound(ShopRequest(request))) }
    }
}
#endif
