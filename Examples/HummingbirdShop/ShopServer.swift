//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit
import Hummingbird
import HummingbirdHTTP2
import ServiceLifecycle
import ShopKit
import TracifyHummingbird

/// The shop on Hummingbird: its routes and the tracker.
enum ShopServer {
    static func make(_ setup: ShopSetup, onListening: @escaping @Sendable (_ port: Int) -> Void) throws -> any Service {
        let router = Router(context: TracifyRequestContext.self)
        router.add(middleware: TracifyMiddleware(setup.tracker))
        self.addRoutes(to: router, shop: setup.shop)

        return Application(
            router: router,
            server: setup.settings.isHTTP2 ? .plaintextHTTP2() : .http1(),
            configuration: .init(address: .hostname(setup.settings.host, port: setup.settings.port), serverName: nil),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? setup.settings.port) },
            logger: setup.logger
        )
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
        router.post("/webhooks/payment") { request, _ in
            try await Response(shop.paymentConfirmed(ShopRequest(reading: request)))
        }
        router.post("/newsletter") { request, _ in try await Response(shop.newsletter(ShopRequest(reading: request))) }
        router.post("/page-view") { request, _ in try await Response(shop.pageViewed(ShopRequest(reading: request))) }
        router.get("/go") { _, _ in Response(shop.go()) }
        router.get("/health") { _, _ in Response(shop.healthCheck()) }
        router.get("/health/tracking") { _, _ in Response(shop.trackingHealth()) }
        router.get("/assets/{name}") { _, context in try Response(shop.asset(name: context.parameters.require("name"))) }
        router.get("**") { request, _ in Response(shop.notFound(ShopRequest(request))) }
    }
}
#endif
