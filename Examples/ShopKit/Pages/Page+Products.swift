//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension Page {
    /// Returns the home page with all products.
    static func home(_ catalog: Catalog, cart: Cart, notice: Notice?) -> Page {
        let banner: HTML = notice.map { "<p class=\"notice\" role=\"status\">\($0.text)</p>" } ?? ""
        return Page(
            title: "Tea and pottery",
            cart: cart,
            main: """
                \(banner)
                <section class="hero">
                <p class="eyebrow">Small batches, fired slowly</p>
                <h1>Pottery and tea for unhurried mornings</h1>
                <p>Six things we make or pick ourselves, and use every day.</p>
                </section>
                <h2 class="hidden">Products</h2>
                <ul class="grid">
                \(catalog.products.map(Page.card))
                </ul>
                """
        )
    }

    /// Returns a product page, with the form that adds the product to the cart.
    static func product(_ product: Product, cart: Cart) -> Page {
        let details: [HTML] = product.details.map { "<li>\($0)</li>" }
        return Page(
            title: product.name,
            cart: cart,
            main: """
                <p class="back"><a href="/">← All products</a></p>
                <article class="detail">
                <div class="picture">\(product.illustration)</div>
                <div>
                <p class="eyebrow">\(product.sku)</p>
                <h1>\(product.name)</h1>
                <p class="price">\(product.price.label)</p>
                <p>\(product.description)</p>
                <ul class="details">\(details)</ul>
                <form class="buy" method="post" action="/cart">
                <input type="hidden" name="sku" value="\(product.sku)">
                <div class="field">
                <label for="quantity">Quantity</label>
                <input id="quantity" type="number" name="quantity" value="1" inputmode="numeric" required \
                min="\(Cart.quantities.lowerBound)" max="\(Cart.quantities.upperBound)">
                </div>
                <button type="submit">Add to cart</button>
                </form>
                <p class="small">Prices include tax. Shipping is free.</p>
                </div>
                </article>
                """
        )
    }

    private static func card(_ product: Product) -> HTML {
        """
        <li class="card">
        <a href="\(product.path)">
        <div class="picture">\(product.illustration)</div>
        <div class="caption"><h3>\(product.name)</h3><p class="price">\(product.price.label)</p></div>
        <p class="summary">\(product.summary)</p>
        </a>
        </li>

        """
    }
}
