//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Page {
    /// Returns the cart page, with the form that orders the cart.
    ///
    /// - Parameters:
    ///   - cart: The cart.
    ///   - orderID: The ID of the order. It is part of the page, so sending the form twice places one order.
    /// - Returns: The page.
    static func cart(_ cart: Cart, orderID: String) -> Page {
        Page(title: "Your cart", cart: cart, main: cart.isEmpty ? self.emptyCart : self.fullCart(cart, orderID: orderID))
    }

    private static let emptyCart: HTML = """
        <section class="message">
        <div class="stamp">\(Illustration.mug)</div>
        <h1>Your cart is empty</h1>
        <p>A good moment to look around.</p>
        <p><a class="button" href="/">See all products</a></p>
        </section>
        """

    private static func fullCart(_ cart: Cart, orderID: String) -> HTML {
        """
        <h1>Your cart</h1>
        <div class="checkout">
        <section aria-label="What is in your cart">
        <ul class="lines">
        \(cart.lines.map(self.line))
        </ul>
        </section>
        <form class="summary" method="post" action="/checkout">
        <h2>Summary</h2>
        <dl>
        <dt>Items</dt><dd>\(cart.total.label)</dd>
        <dt>Shipping</dt><dd>Free</dd>
        <dt class="sum">Total</dt><dd class="sum">\(cart.total.label)</dd>
        </dl>
        <input type="hidden" name="order_id" value="\(orderID)">
        <input type="hidden" name="currency" value="EUR">
        <input type="hidden" name="amount" value="\(cart.total.text)">
        <label for="email">Email address <span class="small">(optional, for the receipt)</span></label>
        <input id="email" type="email" name="email" autocomplete="email" placeholder="name@example.com">
        <fieldset>
        <legend>Payment</legend>
        <label><input type="radio" name="payment" value="now" checked> Now</label>
        <label><input type="radio" name="payment" value="later"> Later, by bank transfer</label>
        </fieldset>
        <button type="submit">Place the order</button>
        <p class="small">This is an example: you pay nothing.</p>
        </form>
        </div>
        """
    }

    private static func line(_ line: Cart.Line) -> HTML {
        """
        <li>
        <div class="picture">\(line.product.illustration)</div>
        <div><a href="\(line.product.path)">\(line.product.name)</a>\
        <p class="small">\(line.quantity) × \(line.product.price.label)</p></div>
        <p class="price">\(line.total.label)</p>
        </li>

        """
    }
}
