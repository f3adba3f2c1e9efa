//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The content of a page, and the frame that all pages share.
struct Page: Sendable {
    let title: String
    let cart: Cart
    let main: HTML

    /// Returns the complete document.
    ///
    /// - Parameter livePage: The address of the page that shows what the shop reports, for a link.
    /// - Returns: The document.
    func document(livePage: String?) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(self.title) · Kiln &amp; Leaf</title>
        <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/assets/shop.css">
        <script src="/assets/page-views.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        \(self.header)
        <main id="main" class="wrap">
        \(self.main)
        </main>
        \(self.footer(livePage: livePage))
        </body>
        </html>

        """
    }

    private var header: HTML {
        let count = self.cart.count
        return """
            <header class="top">
            <div class="wrap">
            <a class="brand" href="/">\(Illustration.mark)<span>Kiln &amp; Leaf</span></a>
            <nav aria-label="Shop">
            <a href="/">Shop</a>
            <a href="/cart" aria-label="Cart, \(count) \(count == 1 ? "item" : "items")">\
            Cart <span class="count\(count == 0 ? " none" : "")">\(count)</span></a>
            </nav>
            </div>
            </header>
            """
    }

    /// The footer with the newsletter form.
    ///
    /// A subscription has a value for the shop, so it is reported as a conversion.
    private func footer(livePage: String?) -> HTML {
        let link: HTML = livePage.map { #" <a href="\#($0)/">See what it reports</a>."# } ?? ""
        return """
            <footer class="bottom">
            <div class="wrap">
            <form class="letters" method="post" action="/newsletter">
            <h2>Letters from the kiln</h2>
            <p>New glazes, fresh harvests and the odd recipe. Four times a year.</p>
            <input type="hidden" name="conversion_id" value="\(RandomID.make(prefix: "SUB"))">
            <input type="hidden" name="currency" value="EUR">
            <input type="hidden" name="amount" value="2.00">
            <label for="letters-email">Email address</label>
            <div class="row">
            <input id="letters-email" type="email" name="email" autocomplete="email" placeholder="name@example.com" required>
            <button type="submit">Subscribe</button>
            </div>
            </form>
            <p class="small">Kiln &amp; Leaf is an example shop. Nothing is sold, nothing is sent.\(link)</p>
            </div>
            </footer>
            """
    }
}
