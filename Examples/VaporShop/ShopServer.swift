//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Vapor && Configuration && TestKit
import ServiceLifecycle
import ShopKit
import TracifyVapor
import Vapor

/// The shop on Vapor: its routes and the tracker.
enum ShopServer {
    static func make(_ setup: ShopSetup, onListening: @escaping @Sendable (_ port: Int) -> Void) async throws -> any Service {
        try setup.refuseHTTP2()
        let application = try await Application.make(Environment(name: "production", arguments: ["vapor-shop"]))
        application.logger = setup.logger
        application.http.server.configuration.hostname = setup.settings.host
        application.http.server.configuration.port = setup.settings.port
        application.middleware.use(TracifyMiddleware(setup.tracker))
        self.addRoutes(to: application, shop: setup.shop)
        return VaporService(application, onListening: onListening)
    }

    /// Adds the routes with `async` handlers, in which the middleware sets `Visit.current`.
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
        routes.on(.POST, "webhooks", "payment", body: .form) { request async in
            await Response(shop.paymentConfirmed(ShopRequest(request)))
        }
        routes.on(.POST, "newsletter", body: .form) { request async in await Response(shop.newsletter(ShopRequest(request))) }
        routes.on(.POST, "page-view", body: .form) { request async in Response(shop.pageViewed(ShopRequest(request))) }
        routes.get("go") { _ async in Response(shop.go()) }
        routes.get("health") { _ async in Response(shop.healthCheck()) }
        routes.get("health", "tracking") { _ async in Response(shop.trackingHealth()) }
        routes.get("assets", ":name") { request async throws in
            try Response(shop.asset(name: request.parameters.require("name")))
        }
        routes.get("**") { request async in Response(shop.notFound(ShopRequest(request))) }
    }
}
#endif
