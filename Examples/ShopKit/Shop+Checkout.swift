//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Tracify

extension Shop {
    /// Places an order for `POST /checkout`.
    ///
    /// The input is `email`, `order_id`, `currency`, `amount` and the ordered items, as a form or as JSON. The order is reported
    /// to the order observer.
    ///
    /// A form names the items in `sku` fields, and orders the cart without them. JSON has `items`, each with `name`, `amount` and
    /// `quantity`.
    ///
    /// With `payment=later` the order is kept with its visit, and is reported by ``paymentConfirmed(_:)``.
    ///
    /// The example takes the order ID and the amount from the request, so that you can choose them. A real shop determines them
    /// itself.
    ///
    /// - Parameter request: The request.
    /// - Returns: For a form, a redirect to the order's page, with an empty cart; for JSON, the order ID. Status 422 with a
    ///   reason that names the field if the input is invalid.
    public func checkout(_ request: ShopRequest) async -> ShopResponse {
        guard let format = BodyFormat(contentType: request.contentType) else { return self.unsupportedMediaType(request) }
        do {
            let input = try CheckoutInput(request.body, format, cart: self.cart(of: request), catalog: self.catalog)
            let order = try input.order()
            let email = try EmailField.check(input.email)

            let isPaidLater = try input.isPaidLater()

            let visit = self.visit(email: email)
            do {
                if isPaidLater {
                    try await self.book.addPending(order, by: visit)
                } else {
                    try await self.book.addPaid(order, by: visit)
                }
            } catch {
                return .json(ErrorResponse(error: "the order could not be kept; try again later"), status: 503)
            }

            switch format {
            case .form:
                var response = ShopResponse.redirect(303, to: "/orders/" + PercentEncoding.encode(order.id))
                response.headers.append(Cart().cookie)
                return response
            case .json:
                return .json(OrderResponse(status: isPaidLater ? "pending" : "ok", orderID: order.id))
            }
        } catch {
            return self.refusal(error, format, request)
        }
    }

    /// Returns the page of `GET /orders/{id}`, which confirms the order and states whether it awaits payment.
    ///
    /// - Parameters:
    ///   - orderID: The last segment of the path, percent-encoded or already decoded by the framework.
    ///   - request: The request.
    /// - Returns: The page, or status 404 if the ID is invalid.
    public func thankYou(orderID: String, _ request: ShopRequest) -> ShopResponse {
        let id = PercentEncoding.decode(orderID) ?? orderID
        // The example stores no completed orders, so it accepts every valid order ID.
        guard (try? Order(id: id, currency: .eur, amount: .zero)) != nil else { return self.notFound(request) }
        let isPending = (try? self.book.isPaid(id)) == false
        return self.html(.thankYou(orderID: id, isPending: isPending, cart: self.cart(of: request)))
    }

    /// Subscribes to the newsletter for `POST /newsletter`.
    ///
    /// The input is `email`, `conversion_id`, `currency` and `amount`, as a form or as JSON. A conversion is reported to the
    /// order observer.
    ///
    /// - Parameter request: The request.
    /// - Returns: For a form, a redirect to the home page, which shows a notice; for JSON, the conversion ID. Status 422 with a
    ///   reason that names the field if the input is invalid.
    public func newsletter(_ request: ShopRequest) async -> ShopResponse {
        guard let format = BodyFormat(contentType: request.contentType) else { return self.unsupportedMediaType(request) }
        do {
            let input = try NewsletterInput(request.body, format)
            let conversion = try input.conversion()
            let email = try EmailField.check(input.email)

            await self.orders.reportConversion(conversion, by: self.visit(email: email))

            switch format {
            case .form:
                var response = ShopResponse.redirect(303, to: "/")
                response.headers.append(Notice.subscribed.cookie)
                return response
            case .json:
                return .json(ConversionResponse(conversionID: conversion.id))
            }
        } catch {
            return self.refusal(error, format, request)
        }
    }

    /// Returns the visit of the current request, with the customer's email if it is known.
    private func visit(email: String?) -> Visit? {
        email.flatMap { Visit.current?.with(email: $0) } ?? Visit.current
    }
}
