//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if FlyingFox && Configuration && TestKit
import FlyingFox
import ServiceLifecycle
import ShopKit
import TracifyFlyingFox

/// The shop on FlyingFox: its routes and the tracker.
enum ShopServer {
    static func make(_ setup: ShopSetup, onListening: @escaping @Sendable (_ port: Int) -> Void) throws -> any Service {
        try setup.refuseHTTP2()
        return try FlyingFoxService(
            host: setup.settings.host,
            port: setup.settings.port,
            handler: TracifyHTTPHandler(setup.tracker, wrapping: self.routes(setup.shop)),
            onListening: onListening
        )
    }

    private static func routes(_ shop: Shop) -> RoutedHTTPHandler {
        var routes = RoutedHTTPHandler()
        routes.appendRoute("GET /") { HTTPResponse(shop.home(ShopRequest($0))) }
        routes.appendRoute("GET /products/:sku") {
            HTTPResponse(shop.product(sku: $0.routeParameters["sku"] ?? "", ShopRequest($0)))
        }
        routes.appendRoute("GET /cart") { HTTPResponse(shop.cartPage(ShopRequest($0))) }
        routes.appendRoute("POST /cart") { try await HTTPResponse(reading: $0, shop.addToCart) }
        routes.appendRoute("POST /checkout") { try await HTTPResponse(reading: $0, shop.checkout) }
        routes.appendRoute("GET /orders/*") {
            // The target as it was sent. In FlyingFox's decoded path, an ID with a slash would be two segments.
            HTTPResponse(shop.thankYou(orderID: String($0.target.path().dropFirst("/orders/".count)), ShopRequest($0)))
        }
        routes.appendRoute("POST /webhooks/payment") { try await HTTPResponse(reading: $0, shop.paymentConfirmed) }
        routes.appendRoute("POST /newsletter") { try await HTTPResponse(reading: $0, shop.newsletter) }
        routes.appendRoute("POST /page-view") { try await HTTPResponse(reading: $0, shop.pageViewed) }
        routes.appendRoute("GET /go") { _ in HTTPResponse(shop.go()) }
        routes.appendRoute("GET /health") { _ in HTTPResponse(shop.healthCheck()) }
        routes.appendRoute("GET /health/tracking") { _ in HTTPResponse(shop.trackingHealth()) }
        routes.appendRoute("GET /assets/:name") { HTTPResponse(shop.asset(name: $0.routeParameters["name"] ?? "")) }
        routes.appendRoute("GET *") { HTTPResponse(shop.notFound(ShopRequest($0))) }
        return routes
    }
}
#endif
