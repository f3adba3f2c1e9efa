//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Page {
    /// Returns the confirmation page of an order.
    ///
    /// - Parameters:
    ///   - orderID: The ID of the order.
    ///   - isPending: Whether the order awaits payment.
    ///   - cart: The visitor's cart.
    /// - Returns: The page.
    static func thankYou(orderID: String, isPending: Bool, cart: Cart) -> Page {
        Page(
            title: "Thank you",
            cart: cart,
            main: """
                <section class="message">
                <div class="stamp">\(Illustration.teapot)</div>
                <h1>Thank you for your order</h1>
                <p>\(isPending ? self.unpaid : self.paid) Your order number is</p>
                <p class="order">\(orderID)</p>
                <p><a class="button" href="/">Back to the shop</a></p>
                </section>
                """
        )
    }

    private static let paid: HTML = "We are wrapping it in a lot of paper."
    private static let unpaid: HTML = """
        We shall wrap it once it is paid for, which the payment provider tells us with <code>POST /webhooks/payment</code>.
        """

    /// Returns the page that states why a request is invalid.
    static func refusal(reason: String, cart: Cart) -> Page {
        Page(
            title: "That did not work",
            cart: cart,
            main: """
                <section class="message">
                <h1>That did not work</h1>
                <p class="reason" role="alert">\(reason)</p>
                <p><a class="button" href="/cart">To the cart</a> <a class="button quiet" href="/">To the shop</a></p>
                </section>
                """
        )
    }

    /// Returns the page for an unknown path.
    static func notFound(cart: Cart) -> Page {
        Page(
            title: "Page not found",
            cart: cart,
            main: """
                <section class="message">
                <div class="stamp">\(Illustration.bowl)</div>
                <h1>There is nothing here</h1>
                <p>The page may have moved, or the last piece has been sold.</p>
                <p><a class="button" href="/">See all products</a></p>
                </section>
                """
        )
    }
}
