//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import ShopKit
import Testing
import Tracify

@Suite
struct PagesTests {
    let observer = RecordingObserver()
    var shop: Shop { Shop(self.observer) }

    @Test
    func homeShowsEveryProductAndReportsNothing() {
        let response = self.shop.home(ShopRequest())
        #expect(response.status == 200)
        response.expectHTML()
        #expect(response.header("cache-control") == "private, no-cache")
        for sku in ["MUG-01", "POT-02", "TEA-03", "TEA-04", "BOW-05", "CAN-06"] {
            #expect(response.text.contains("href=\"/products/\(sku)\""))
        }
        #expect(self.observer.productViews.isEmpty)
        #expect(response.header("set-cookie") == nil)
    }

    @Test
    func homeShowsNoticeOnce() {
        let response = self.shop.home(ShopRequest(cookie: "a=b; notice=subscribed"))
        #expect(response.text.contains("role=\"status\""))
        #expect(response.header("set-cookie") == "notice=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    @Test
    func homeIgnoresUnknownNotice() {
        let response = self.shop.home(ShopRequest(cookie: "notice=<script>"))
        #expect(!response.text.contains("role=\"status\""))
        #expect(!response.text.contains("<script>"))
        #expect(response.header("set-cookie") == nil)
    }

    @Test
    func everyPageShowsCartCount() {
        let request = ShopRequest(cookie: "cart=MUG-01.2~TEA-03.1")
        for response in [
            self.shop.home(request), self.shop.product(sku: "MUG-01", request), self.shop.cartPage(request),
            self.shop.thankYou(orderID: "1", request), self.shop.notFound(request),
        ] {
            #expect(response.text.contains("aria-label=\"Cart, 3 items\""))
        }
        #expect(self.shop.home(ShopRequest(cookie: "cart=MUG-01.1")).text.contains("aria-label=\"Cart, 1 item\""))
        #expect(self.shop.home(ShopRequest()).text.contains("aria-label=\"Cart, 0 items\""))
    }

    @Test(arguments: ["MUG-01", "POT-02", "TEA-03", "TEA-04", "BOW-05", "CAN-06"])
    func productPageReportsProductView(sku: String) {
        let response = Visit.$current.withValue(.stub) { self.shop.product(sku: sku, ShopRequest()) }
        #expect(response.status == 200)
        response.expectHTML()
        #expect(response.text.contains("name=\"sku\" value=\"\(sku)\""))
        #expect(response.text.contains("<label for=\"quantity\">"))
        #expect(self.observer.productViews.count == 1)
        #expect(self.observer.productViews.first??.date == Visit.stub.date)
    }

    @Test(arguments: ["", "mug-01", "MUG-02", "../MUG-01", "<script>", "%00"])
    func unknownProductReturns404AndReportsNothing(sku: String) {
        let response = self.shop.product(sku: sku, ShopRequest())
        #expect(response.status == 404)
        response.expectHTML()
        #expect(!response.text.contains("<script>"))
        #expect(self.observer.productViews.isEmpty)
    }

    @Test
    func emptyCartHasNoCheckout() {
        let response = self.shop.cartPage(ShopRequest())
        #expect(response.status == 200)
        response.expectHTML()
        #expect(response.text.contains("Your cart is empty"))
        #expect(!response.text.contains("action=\"/checkout\""))
    }

    @Test
    func cartShowsLinesTotalAndCheckout() throws {
        let response = self.shop.cartPage(ShopRequest(cookie: "cart=MUG-01.2~TEA-03.1"))
        #expect(response.status == 200)
        response.expectHTML()
        #expect(response.text.contains("2 × €24.00"))
        #expect(response.text.contains("€48.00"))
        #expect(response.text.contains("€64.90"))
        #expect(response.text.contains("name=\"currency\" value=\"EUR\""))
        #expect(response.text.contains("name=\"amount\" value=\"64.90\""))
        #expect(response.text.contains("<label for=\"email\">"))
    }

    @Test
    func everyCartPageHasUniqueOrderID() throws {
        let pattern = /name="order_id" value="(ORD-[2-9A-Z]{6}-[2-9A-Z]{6})"/
        var ids: Set<Substring> = []
        for _ in 0..<200 {
            let page = self.shop.cartPage(ShopRequest(cookie: "cart=MUG-01.1")).text
            ids.insert(try #require(page.firstMatch(of: pattern)).output.1)
        }
        #expect(ids.count == 200)
    }

    @Test
    func everyPageOffersNewsletter() {
        let page = self.shop.notFound(ShopRequest()).text
        #expect(page.contains("action=\"/newsletter\""))
        #expect(page.contains(/name="conversion_id" value="SUB-[2-9A-Z]{6}-[2-9A-Z]{6}"/))
        #expect(page.contains("name=\"currency\" value=\"EUR\""))
        #expect(page.contains("name=\"amount\" value=\"2.00\""))
        #expect(page.contains("<label for=\"letters-email\">"))
    }

    @Test
    func thankYouShowsOrderID() {
        let response = self.shop.thankYou(orderID: "ORD-7F3K2A-9QXW4T", ShopRequest())
        #expect(response.status == 200)
        response.expectHTML()
        #expect(response.text.contains("ORD-7F3K2A-9QXW4T"))
        #expect(self.observer.orders.isEmpty)
    }

    @Test(arguments: ["%3Cscript%3Ealert(1)%3C/script%3E", "<script>alert(1)</script>"])
    func thankYouEscapesOrderID(orderID: String) {
        let response = self.shop.thankYou(orderID: orderID, ShopRequest())
        #expect(response.status == 200)
        #expect(!response.text.contains("<script>"))
        #expect(response.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    }

    @Test
    func thankYouShowsMalformedEscapeAsText() {
        #expect(self.shop.thankYou(orderID: "100%", ShopRequest()).text.contains("class=\"order\">100%<"))
        #expect(self.shop.thankYou(orderID: "%FF", ShopRequest()).text.contains("class=\"order\">%FF<"))
    }

    @Test(arguments: ["", "%20", String(repeating: "x", count: 129)])
    func invalidOrderIDReturns404(orderID: String) {
        #expect(self.shop.thankYou(orderID: orderID, ShopRequest()).status == 404)
    }

    @Test
    func goRedirectsWithoutQuery() {
        let response = self.shop.go()
        #expect(response.status == 302)
        #expect(response.header("location") == "/")
        #expect(response.header("content-type") == nil)
        #expect(response.body.isEmpty)
    }

    @Test
    func healthIsPlainText() {
        let response = self.shop.healthCheck()
        #expect(response.status == 200)
        #expect(response.header("content-type")?.hasPrefix("text/plain") == true)
        #expect(response.text == "ok")
    }

    @Test(arguments: [("shop.css", "text/css; charset=utf-8"), ("favicon.svg", "image/svg+xml")])
    func assetsAreCacheable(name: String, contentType: String) {
        let response = self.shop.asset(name: name)
        #expect(response.status == 200)
        #expect(response.header("content-type") == contentType)
        #expect(response.header("cache-control") == "public, max-age=3600")
        #expect(!response.body.isEmpty)
    }

    @Test(arguments: ["", "shop.js", "../shop.css", "/etc/passwd"])
    func unknownAssetReturns404(name: String) {
        let response = self.shop.asset(name: name)
        #expect(response.status == 404)
        #expect(response.header("content-type")?.hasPrefix("text/plain") == true)
    }

    @Test
    func otherPathsReturn404() {
        let response = self.shop.notFound(ShopRequest())
        #expect(response.status == 404)
        response.expectHTML()
    }

    @Test
    func pagesContainNoScriptButThatOfPageViews() {
        let request = ShopRequest(cookie: "cart=MUG-01.2")
        for response in [self.shop.home(request), self.shop.product(sku: "BOW-05", request), self.shop.cartPage(request)] {
            let script = #"<script src="/assets/page-views.js" defer></script>"#
            #expect(response.text.ranges(of: "<script").count == 1)
            #expect(response.text.contains(script))
            #expect(!response.text.contains(/\son[a-z]+=/))
        }
    }
}
