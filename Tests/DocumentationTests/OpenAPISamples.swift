//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

// Stand-ins of what swift-openapi-generator writes for a document, and of swift-openapi-runtime, on which this package does not
// depend.

protocol ServerTransport {}

protocol APIProtocol: Sendable {
    func addToCart(_ input: Operations.AddToCart.Input) async throws -> Operations.AddToCart.Output
    func placeOrder(_ input: Operations.PlaceOrder.Input) async throws -> Operations.PlaceOrder.Output
}

extension APIProtocol {
    func registerHandlers(on transport: some ServerTransport) throws {}
}

enum Operations {
    enum AddToCart {
        struct Input: Sendable {}

        enum Output: Sendable {
            struct NoContent: Sendable {}

            case noContent(NoContent)
        }
    }

    enum PlaceOrder {
        struct Input: Sendable {}

        enum Output: Sendable {
            struct Created: Sendable {}

            case created(Created)
        }
    }
}

// sample begin
struct ShopAPI: APIProtocol {
    let tracker: Tracker

    func addToCart(_ input: Operations.AddToCart.Input) async throws -> Operations.AddToCart.Output {
        self.tracker.itemsAddedToCart([try LineItem(name: "Mug", amount: Amount("12.50"), quantity: 2)])
        return .noContent(.init())
    }

    func placeOrder(_ input: Operations.PlaceOrder.Input) async throws -> Operations.PlaceOrder.Output {
        let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
        await self.tracker.reportOrder(order)
        return .created(.init())
    }
}
// sample end

private func streamed() -> Visit? {
    // sample begin
    let visit = Visit.current
    // sample end
    return visit
}

private func sites(_ configuration: inout Tracker.Configuration) throws {
    // sample begin
    configuration.capture.sites = [try Site("shop.example"), try Site("api.shop.example")]
    // sample end
}
