//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Configuration && TestKit
import HTTPTypes
import ShopKit

extension Shop {
    /// Routes a request to the shop, because SwiftNIO has no router.
    func answer(_ request: HTTPRequest, _ body: [UInt8]) async -> ShopResponse {
        let path = (request.path ?? "/").prefix { $0 != "?" }
        let segments = path.split(separator: "/").map(String.init)
        let argument = segments.dropFirst().first ?? ""
        let fields = request.headerFields
        let cookies = fields[values: .cookie]
        let input = ShopRequest(
            contentType: fields[.contentType],
            cookie: cookies.isEmpty ? nil : cookies.joined(separator: "; "),
            body: body
        )
        return switch (request.method, segments.first, segments.count) {
        case (.get, nil, 0): self.home(input)
        case (.get, "products", 2): self.product(sku: argument, input)
        case (.get, "cart", 1): self.cartPage(input)
        case (.post, "cart", 1): self.addToCart(input)
        case (.post, "checkout", 1): await self.checkout(input)
        case (.get, "orders", 2): self.thankYou(orderID: argument, input)
        case (.post, "webhooks", 2) where argument == "payment": await self.paymentConfirmed(input)
        case (.post, "newsletter", 1): await self.newsletter(input)
        case (.post, "page-view", 1): self.pageViewed(input)
        case (.get, "go", 1): self.go()
        case (.get, "health", 1): self.healthCheck()
        case (.get, "health", 2) where argument == "tracking": self.trackingHealth()
        case (.get, "assets", 2): self.asset(name: argument)
        default: self.notFound(input)
        }
    }
}
#endif
