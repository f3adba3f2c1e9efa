//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import ShopKit
import Testing
import Tracify

/// Bodies and cookies that no browser sends.
@Suite
struct HostileInputTests {
    let observer = RecordingObserver()

    /// Returns the responses of the three routes with a body.
    private func responses(to request: ShopRequest) async -> [ShopResponse] {
        let shop = Shop(self.observer)
        return await Visit.$current.withValue(.stub) {
            [shop.addToCart(request), await shop.checkout(request), await shop.newsletter(request)]
        }
    }

    private func expectNothingReported() {
        #expect(self.observer.additions.isEmpty)
        #expect(self.observer.orders.isEmpty)
        #expect(self.observer.conversions.isEmpty)
    }

    @Test(arguments: [
        nil, "", ";", "text/plain", "multipart/form-data; boundary=x", "application/jsonx", "application", "application/json/x",
        "text/html, application/json",
    ])
    func otherContentTypesReturn415(contentType: String?) async {
        let body = Array(#"{"sku":"MUG-01"}"#.utf8)
        for response in await self.responses(to: ShopRequest(contentType: contentType, body: body)) {
            #expect(response.status == 415)
            response.expectHTML()
        }
        self.expectNothingReported()
    }

    @Test(arguments: ["application/json", "APPLICATION/JSON", "application/json;charset=utf-8", " application/json ; charset=x"])
    func ignoresContentTypeParameters(contentType: String) {
        let request = ShopRequest(contentType: contentType, body: Array(#"{"sku":"MUG-01"}"#.utf8))
        #expect(Shop(self.observer).addToCart(request).status == 200)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[]", "null", "1", "\"text\"", "{\"sku\":}", "{\"sku\":\"MUG-01\"", "{\"sku\":\"MUG-01\"}}",
        "{'sku':'MUG-01'}", "NaN", "sku=MUG-01", "\u{0}",
    ])
    func malformedJSONReturns400(body: String) async throws {
        for response in await self.responses(to: .json(body)) {
            #expect(response.status == 400)
            #expect(try response.reason == "body is malformed; allowed: a JSON object in UTF-8")
        }
        self.expectNothingReported()
    }

    /// The decoder parses values lazily, so the error is found in a field, or not at all.
    @Test(arguments: [
        #"{"sku":"\ud800","order_id":"\ud800","conversion_id":"\ud800"}"#, #"{"sku":01,"order_id":01,"conversion_id":01}"#,
    ])
    func malformedFieldsReturnClientError(body: String) async {
        for response in await self.responses(to: .json(body)) {
            #expect(response.status == 400 || response.status == 422)
        }
        self.expectNothingReported()
    }

    @Test
    func invalidUTF8ReturnsClientError() async {
        let bodies: [[UInt8]] = [
            [0xFF], [0xFE, 0xFF], [0xFF, 0xFE, 0x00], [0x00, 0x00, 0xFE, 0xFF], [0xEF, 0xBB, 0xBF],
            Array(repeating: 0x80, count: 64), Array(#"{"sku":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8),
            Array(#"{"sku":""#.utf8) + [0xED, 0xA0, 0x80, 0x22, 0x7D],
        ]
        for body in bodies {
            for type in ["application/json", "application/x-www-form-urlencoded"] {
                for response in await self.responses(to: ShopRequest(contentType: type, body: body)) {
                    #expect(response.status == 400 || response.status == 422)
                }
            }
        }
        self.expectNothingReported()
    }

    @Test
    func deepNestingReturnsClientError() async {
        for (open, close) in [("[", "]"), (#"{"items":"#, "}"), (#"{"a":["#, "]}")] {
            for depth in [600, 100_000] {
                let body = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
                for response in await self.responses(to: .json(body)) {
                    #expect(response.status == 400 || response.status == 422)
                }
            }
        }
        self.expectNothingReported()
    }

    @Test
    func overlongNumbersReturn422() async {
        let digits = String(repeating: "9", count: 10_000)
        for number in [digits, "-" + digits, "1" + digits + ".5", "1e" + digits, "-1e" + digits] {
            let texts = #""order_id":"1","conversion_id":"1","sku":"MUG-01","currency":"EUR""#
            for response in await self.responses(to: .json(#"{\#(texts),"quantity":\#(number),"amount":\#(number)}"#)) {
                #expect(response.status == 422)
            }
        }
        self.expectNothingReported()
    }

    @Test(arguments: ["sku=%", "sku=%4", "sku=%zz", "sku=%FF", "%=1", "sku=MUG-01&x=%C3%28", "a=%ED%A0%80"])
    func malformedPercentEscapesReturn400(body: String) async {
        for response in await self.responses(to: .form(body)) {
            #expect(response.status == 400)
            response.expectPage(naming: "body")
        }
        self.expectNothingReported()
    }

    @Test(arguments: ["&&&&", "=", "====", "&=&", "a", "%00=%00", "sku[]=MUG-01", "sku"])
    func emptyFormsReturn422(body: String) async {
        for response in await self.responses(to: .form(body)) {
            #expect(response.status == 422)
        }
        self.expectNothingReported()
    }

    @Test
    func parsesHugeForms() async {
        let body = String(repeating: "sku=%4EO&", count: 100_000)
        for response in await self.responses(to: .form(body)) {
            #expect(response.status == 422)
        }
    }

    @Test
    func usesFirstOfRepeatedKeys() {
        let response = Shop(self.observer).addToCart(.form("sku=MUG-01&sku=BOW-05&quantity=2&quantity=9"))
        #expect(response.header("set-cookie")?.hasPrefix("cart=MUG-01.2;") == true)
    }

    @Test
    func headersContainNoLineBreaks() async {
        let evil = "a%0D%0Aset-cookie:%20x=y"
        let form = ShopRequest.form(
            "order_id=\(evil)&conversion_id=\(evil)&sku=MUG-01&currency=EUR&amount=1&email=\(evil)",
            cookie: "cart=MUG-01.1\r\nx: y~BOW-05.1; notice=subscribed\r\nx: y"
        )
        for response in await self.responses(to: form) + [Shop(self.observer).home(form)] {
            for header in response.headers {
                #expect(!header.value.utf8.contains { $0 < 0x20 })
            }
        }
    }
}
