import Tracify

extension Shop {
    /// `POST /checkout`: places an order. Takes `email`, `order_id`, `currency`, `amount` and what is ordered as a form or as
    /// JSON, and tells the orders' observer.
    ///
    /// A form says what is ordered with `sku` fields, or else it is the cart; JSON with `items`, each with `name`, `amount` and
    /// `quantity`.
    ///
    /// With `payment=later` the order waits for ``paymentConfirmed(_:)``: it is kept with its visit, and the observer is told then.
    ///
    /// The example takes the order's id and amount from the request, so that whoever tries it can choose them. A real shop works
    /// them out itself.
    ///
    /// - Returns: For a form, a redirect to the order's page, and the cart is empty again; for JSON, the order's id. With status
    ///   422 the reason, which names the field.
    public func checkout(_ request: ShopRequest) async -> ShopResponse {
        guard let format = BodyFormat(contentType: request.contentType) else { return self.unsupportedMediaType(request) }
        do {
            let input = try CheckoutInput(request.body, format, cart: Cart(cookies: request.cookie))
            let order = try input.order()
            let email = try EmailField.check(input.email)

            let isPaidLater = try input.isPaidLater()

            let visit = self.visit(email: email)
            if isPaidLater {
                self.pending.add(order, by: visit)
            } else {
                // The form that cannot throw: a tracking failure must never fail a checkout.
                await self.orders.reportOrder(order, by: visit)
            }

            switch format {
            case .form:
                var response = ShopResponse.redirect(303, to: "/orders/" + PercentEncoding.encode(order.id))
                response.headers.append(Cart().cookie)
                return response
            case .json:
                return .json(OrderAnswer(status: isPaidLater ? "pending" : "ok", orderID: order.id))
            }
        } catch {
            return self.refusal(error, format, request)
        }
    }

    /// `GET /orders/{id}`: thanks for the order, and says whether it is still to be paid for.
    ///
    /// - Parameter orderID: The path's last segment, percent-encoded as it came; one that the framework has decoded already does
    ///   as well.
    public func thankYou(orderID: String, _ request: ShopRequest) -> ShopResponse {
        let id = PercentEncoding.decode(orderID) ?? orderID
        // The example keeps no orders, so it thanks for every id that an order can have.
        guard (try? Order(id: id, currency: .eur, amount: .zero)) != nil else { return self.notFound(request) }
        let isPending = self.pending.entry(id).map { !$0.isPaid } ?? false
        return .html(.thankYou(orderID: id, isPending: isPending, cart: Cart(cookies: request.cookie)))
    }

    /// `POST /newsletter`: subscribes to the newsletter. Takes `email`, `conversion_id`, `currency` and `amount` as a form or as
    /// JSON, and tells the orders' observer of a conversion.
    ///
    /// - Returns: For a form, a redirect to the home page, which says thanks; for JSON, the conversion's id. With status 422 the
    ///   reason, which names the field.
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
                return .json(ConversionAnswer(conversionID: conversion.id))
            }
        } catch {
            return self.refusal(error, format, request)
        }
    }

    /// The visit of the current request, with the customer's email if it is known.
    private func visit(email: String?) -> Visit? {
        email.flatMap { Visit.current?.with(email: $0) } ?? Visit.current
    }
}
