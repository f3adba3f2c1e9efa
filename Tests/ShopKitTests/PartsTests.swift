//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify

@testable import ShopKit

@Suite
struct CartCookieTests {
    private func lines(_ cookies: String?) -> [String] {
        Cart(cookies: cookies, of: .initial).lines.map { "\($0.product.sku)x\($0.quantity)" }
    }

    @Test(arguments: [
        ("cart=MUG-01.2~TEA-03.1", ["MUG-01x2", "TEA-03x1"]),
        ("a=b; cart=MUG-01.2; c=d", ["MUG-01x2"]),
        ("a=b;cart=MUG-01.2", ["MUG-01x2"]),
        ("cart=MUG-01.1; cart=TEA-03.1", ["MUG-01x1"]),
        ("cart=MUG-01.99", ["MUG-01x99"]),
    ])
    func parsesLines(cookies: String, expected: [String]) {
        #expect(self.lines(cookies) == expected)
    }

    @Test(arguments: [
        nil, "", ";", "=", "cart", "cart=", "cart=~~~", "cart=.", "cart=MUG-01", "cart=MUG-01.", "cart=MUG-01.0",
        "cart=MUG-01.-1",
        "cart=MUG-01.100", "cart=MUG-01.x", "cart=MUG-01.99999999999999999999", "cart=NO-99.1", "cart=mug-01.1", "cart=.1",
        "cart=MUG-01.1.1", "cart=<script>.1", "xcart=MUG-01.1", "carts=MUG-01.1", "CART=MUG-01.1", "x=cart=MUG-01.1",
        "cart=MUG-01.1e1",
    ])
    func ignoresMalformedCookies(cookies: String?) {
        #expect(self.lines(cookies).isEmpty)
    }

    @Test
    func skipsMalformedLines() {
        #expect(self.lines("cart=NO-1.1~MUG-01.2~BOW-05.0~TEA-03.1~") == ["MUG-01x2", "TEA-03x1"])
    }

    @Test
    func addsRepeatedLinesWithinLimit() {
        #expect(self.lines("cart=MUG-01.2~MUG-01.3") == ["MUG-01x5"])
        #expect(self.lines("cart=MUG-01.60~MUG-01.60") == ["MUG-01x60"])
    }

    @Test
    func overlongCookieStaysWithinCartLimits() {
        let cookie = "cart=" + String(repeating: "MUG-01.1~TEA-03.1~", count: 50_000)
        #expect(self.lines(cookie) == ["MUG-01x99", "TEA-03x99"])
    }

    @Test
    func roundTripsThroughCookie() throws {
        var cart = Cart()
        for product in Catalog.initial.products {
            try cart.add(product, quantity: 99)
        }
        let value = try #require(cart.cookie.value.split(separator: ";").first)
        let copy = Cart(cookies: String(value), of: .initial)
        #expect(copy.cookie.value == cart.cookie.value)
        #expect(copy.count == 594)
        #expect(copy.total == cart.total)
    }

    @Test
    func throwsForQuantityOutOfRange() throws {
        var cart = Cart()
        let mug = try #require(Catalog.initial.product(sku: "MUG-01"))
        for quantity in [0, -1, 100, .max, .min] {
            #expect(throws: ValidationError.self) { try cart.add(mug, quantity: quantity) }
        }
        try cart.add(mug, quantity: 99)
        #expect(throws: ValidationError.self) { try cart.add(mug, quantity: 1) }
        #expect(throws: ValidationError.self) { try cart.add(mug, quantity: .max) }
        #expect(cart.count == 99)
    }
}

@Suite
struct CatalogTests {
    @Test
    func everyProductIsValidLineItem() throws {
        #expect(Catalog.initial.products.count == 6)
        #expect(Set(Catalog.initial.products.map(\.sku)).count == 6)
        for product in Catalog.initial.products {
            let item = try Cart.Line(product: product, quantity: 1).lineItem()
            #expect(item.name == product.name)
            #expect(item.amount.description == product.price.text)
            #expect(PercentEncoding.encode(product.sku) == product.sku)
        }
    }

    @Test(arguments: [(0, "0.00"), (5, "0.05"), (50, "0.50"), (100, "1.00"), (1690, "16.90"), (123_456_07, "123456.07")])
    func eurosHaveTwoDecimals(cents: Int64, text: String) {
        #expect(Euros(cents: cents).text == text)
        #expect(Euros(cents: cents).label == "€" + text)
    }
}

@Suite
struct FormBodyTests {
    @Test
    func decodesForm() throws {
        let form = try FormBody(Array("a=1+2&b=%C3%A4%26%3D%2B&c&d=&e=x=y&a=3&&A=4".utf8))
        #expect(form["a"] == "1 2")
        #expect(form.all("a") == ["1 2", "3"])
        #expect(form["b"] == "ä&=+")
        #expect(form["c"]?.isEmpty == true)
        #expect(form["d"]?.isEmpty == true)
        #expect(form["e"] == "x=y")
        #expect(form["A"] == "4")
        #expect(form["f"] == nil)
    }

    @Test(arguments: ["", "plain-text_1.0~", "a b/c?d=e&f%", "ä\u{1F375}", "\r\n\0"])
    func percentEncodingRoundTrips(text: String) {
        let encoded = PercentEncoding.encode(text)
        #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test
    func decodesPlusAsSpaceOnlyInForms() {
        #expect(PercentEncoding.decode("a+b") == "a+b")
    }
}

@Suite
struct HTMLTests {
    @Test
    func escapesOnlyInterpolatedText() {
        let text = #"<b title="x" id='y'>Tea & more</b>"#
        let html: HTML = "<p>\(text)</p>"
        #expect(html.text == "<p>&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;Tea &amp; more&lt;/b&gt;</p>")
        let outer: HTML = "<div>\(html)\(7)\([html, "<br>"])</div>"
        #expect(outer.text == "<div>\(html.text)7\(html.text)<br></div>")
    }

    @Test
    func escapesCharactersWithCombiningMarks() {
        // "<" and a combining mark are one `Character`, but a browser still parses an angle bracket.
        let html: HTML = "\("<\u{338}script>")"
        #expect(!html.text.utf8.contains(UInt8(ascii: "<")))
    }
}
