//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

extension Shop {
    /// Returns the page of `GET /cart`, with the cart and the form to order it.
    public func cartPage(_ request: ShopRequest) -> ShopResponse {
        self.html(.cart(self.cart(of: request), orderID: RandomID.make(prefix: "ORD")))
    }

    /// Adds a product to the cart for `POST /cart`.
    ///
    /// The input is `sku` and `quantity` (1 by default), as a form or as JSON. The addition is reported to the cart's observer.
    ///
    /// - Parameter request: The request.
    /// - Returns: For a form, a redirect to the cart; for JSON, the cart. Both set the cart's cookie.
    public func addToCart(_ request: ShopRequest) -> ShopResponse {
        guard let format = BodyFormat(contentType: request.contentType) else { return self.unsupportedMediaType(request) }
        do {
            let addition = try CartInput(request.body, format).addition(of: self.catalog)
            var cart = self.cart(of: request)
            try cart.add(addition.product, quantity: addition.quantity)

            self.cart.itemsAddedToCart([try addition.lineItem()])

            var response: ShopResponse =
                switch format {
                case .form: .redirect(303, to: "/cart")
                case .json: .json(CartResponse(cart))
                }
            response.headers.append(cart.cookie)
            return response
        } catch {
            return self.refusal(error, format, request)
        }
    }
}
