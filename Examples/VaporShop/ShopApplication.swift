#if Vapor && Configuration && TestKit
import Logging
import NIOCore
import ShopKit
import Tracify
import TracifyConfiguration
import TracifyHTTP
import TracifyTesting
import TracifyVapor
import Vapor

/// The shop as a Vapor application: routes, and the tracker around them.
struct ShopApplication {
    let application: Application
    /// The collector that the shop started for itself, if it has no token.
    let collector: Collector?

    /// The site a shop without settings reports for.
    private static let demonstrationSite = "00000000-0000-0000-0000-000000000000"

    static func make(_ settings: TracifySettings, logger: Logger) async throws -> ShopApplication {
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

        let application = try await Application.make(Environment(name: "production", arguments: ["vapor-shop"]))
        application.logger = logger
        application.http.server.configuration.hostname = settings.host
        application.http.server.configuration.port = settings.port
        // Handlers end in reverse order: the server and the tracker, which delivers what is left, then its far end.
        if let collector { application.lifecycle.use(TracifyLifecycle(collector)) }
        application.lifecycle.use(TracifyLifecycle(tracker))
        application.middleware.use(TracifyMiddleware(tracker))
        Self.addRoutes(to: application, shop: Shop(cart: tracker, orders: tracker))
        return ShopApplication(application: application, collector: collector)
    }

    /// Serves until it is told to stop, and then delivers what is left.
    func run(onServerRunning: @Sendable (_ port: Int, _ collectorURL: String?) -> Void = { _, _ in }) async throws {
        do {
            try await self.application.startup()
            let port = self.application.http.server.shared.localAddress?.port
            onServerRunning(port ?? self.application.http.server.configuration.port, self.collector?.url)
            try await self.application.running?.onStop.get()
        } catch {
            try? await self.application.asyncShutdown()
            throw error
        }
        try await self.application.asyncShutdown()
    }

    /// All handlers are `async`: in these, `Visit.current` is what the middleware has set.
    private static func addRoutes(to routes: some RoutesBuilder, shop: Shop) {
        routes.get { request async in Response(shop.home(ShopRequest(request))) }
        routes.get("products", ":sku") { request async throws in
            try Response(shop.product(sku: request.parameters.require("sku"), ShopRequest(request)))
        }
        routes.get("cart") { request async in Response(shop.cartPage(ShopRequest(request))) }
        routes.on(.POST, "cart", body: .form) { request async in Response(shop.addToCart(ShopRequest(request))) }
        routes.on(.POST, "checkout", body: .form) { request async in await Response(shop.checkout(ShopRequest(request))) }
        routes.get("orders", ":id") { request async throws in
            try Response(shop.thankYou(orderID: request.parameters.require("id"), ShopRequest(request)))
        }
        routes.on(.POST, "newsletter", body: .form) { request async in await Response(shop.newsletter(ShopRequest(request))) }
        routes.get("go") { _ async in Response(shop.go()) }
        routes.get("health") { _ async in Response(shop.health()) }
        routes.get("assets", ":name") { request async throws in
            try Response(shop.asset(name: request.parameters.require("name")))
        }
        routes.get("**") { request async in Response(shop.notFound(ShopRequest(request))) }
    }
}
#endif
