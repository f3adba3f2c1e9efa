//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import ShopKit
import Testing
import Tracify

@Suite
struct CheckoutTests {
    let observer = RecordingObserver()
    var shop: Shop { Shop(self.observer) }

    private func checkout(_ request: ShopRequest) async -> ShopResponse {
        await Visit.$current.withValue(.stub) { await self.shop.checkout(request) }
    }

    private func checkoutJSON(_ fields: String) async -> ShopResponse {
        await self.checkout(.json("{\(fields)}"))
    }

    @Test
    func formOrdersCart() async throws {
        let body = "email=ada%40example.com&order_id=ORD-1&currency=EUR&amount=64.90"
        let response = await self.checkout(.form(body, cookie: "cart=MUG-01.2~TEA-03.1"))
        #expect(response.status == 303)
        #expect(response.header("location") == "/orders/ORD-1")
        #expect(response.header("set-cookie") == "cart=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")

        let placed = try #require(self.observer.orders.first)
        #expect(self.observer.orders.count == 1)
        #expect(placed.order.id == "ORD-1")
        #expect(placed.order.currency == .eur)
        #expect(placed.order.amount.description == "64.90")
        #expect(
            placed.order.items == [
                try LineItem(name: "Speckled Stoneware Mug", amount: Amount("24.00"), quantity: 2),
                try LineItem(name: "First Flush Darjeeling", amount: Amount("16.90"), quantity: 1),
            ]
        )
        #expect(try placed.visit.fingerprint == Visit.stub.with(email: "ada@example.com").fingerprint)
    }

    @Test
    func formWithSKUsOrdersThemInsteadOfCart() async throws {
        let body = "order_id=2&currency=EUR&amount=53.00&sku=MUG-01&sku=BOW-05&sku=MUG-01"
        let response = await self.checkout(.form(body, cookie: "cart=TEA-03.1"))
        #expect(response.status == 303)
        let order = try #require(self.observer.orders.first?.order)
        #expect(order.items.map(\.name) == ["Speckled Stoneware Mug", "Breakfast Bowl"])
        #expect(order.items.map(\.quantity) == [2, 1])
    }

    @Test
    func orderNeedsNoItems() async throws {
        #expect(await self.checkout(.form("order_id=2&currency=EUR&amount=5")).status == 303)
        #expect(await self.checkoutJSON(#""order_id":"3","currency":"EUR","amount":"5""#).status == 200)
        #expect(self.observer.orders.allSatisfy { $0.order.items.isEmpty })
    }

    @Test
    func percentEncodesOrderIDInLocation() async {
        let response = await self.checkout(.form("order_id=a%0D%0Ab%2F%C3%A4%3F&currency=EUR&amount=5"))
        #expect(response.header("location") == "/orders/a%0D%0Ab%2F%C3%A4%3F")
        let page = self.shop.thankYou(orderID: "a%0D%0Ab%2F%C3%A4%3F", ShopRequest())
        #expect(page.text.contains("b/ä?"))
    }

    @Test
    func jsonRequestOrdersItsItems() async throws {
        let response = await self.checkoutJSON(
            #"""
            "email": "ada@example.com", "order_id": "J-1", "currency": "USD", "amount": "100.00",
            "items": [{"name": "Mug", "amount": "25", "quantity": 2}, {"name": "Bowl", "amount": 50}]
            """#
        )
        #expect(response.status == 200)
        #expect(response.header("content-type") == "application/json")
        #expect(response.text == #"{"order_id":"J-1","status":"ok"}"#)
        #expect(response.header("set-cookie") == nil)
        let placed = try #require(self.observer.orders.first)
        #expect(placed.order.currency == .usd)
        #expect(
            placed.order.items == [
                try LineItem(name: "Mug", amount: Amount("25.00"), quantity: 2),
                try LineItem(name: "Bowl", amount: Amount("50.00"), quantity: 1),
            ]
        )
        #expect(try placed.visit.fingerprint == Visit.stub.with(email: "ada@example.com").fingerprint)
    }

    /// Numbers that are off by one hundredth, or invalid, when they are converted to `Double` and truncated.
    @Test(arguments: [
        ("4.35", "4.35"), ("0.07", "0.07"), ("1.10", "1.10"), ("19.99", "19.99"), ("1.15", "1.15"), ("8.2", "8.20"),
        ("0.29", "0.29"), ("100", "100.00"), ("0", "0.00"), ("1e2", "100.00"), ("1.5E1", "15.00"), ("12.500", "12.50"),
        ("9999999999999.99", "9999999999999.99"), ("4503599627370.49", "4503599627370.49"),
    ])
    func parsesNumbersExactly(number: String, amount: String) async throws {
        let response = await self.checkoutJSON(
            #""order_id":"1","currency":"EUR","amount":\#(number),"items":[{"name":"A","amount":\#(number)}]"#
        )
        #expect(response.status == 200)
        let order = try #require(self.observer.orders.first?.order)
        #expect(order.amount.description == amount)
        #expect(order.items.first?.amount == order.amount)
    }

    @Test(arguments: [
        "-1", "1.234", "19.989999999999999999", "0.99999999999999999999999999999999999999",
        "10000000000000", "1e400", "1e-400", "1e100", "true", "[]", "{}", #""""#, #""12,50""#,
        #"" 1""#, #""1e2""#, #""-5""#, #""€5""#, #""NaN""#,
    ])
    func invalidAmountReturns422(amount: String) async throws {
        let response = await self.checkoutJSON(#""order_id":"1","currency":"EUR","amount":\#(amount)"#)
        #expect(response.status == 422)
        #expect(try response.reason.hasPrefix("amount is "))

        let items = #"[{"name":"A","amount":1},{"name":"B","amount":\#(amount)}]"#
        let second = await self.checkoutJSON(#""order_id":"1","currency":"EUR","amount":1,"items":\#(items)"#)
        #expect(second.status == 422)
        #expect(try second.reason.hasPrefix("AMT2 is "))
        #expect(self.observer.orders.isEmpty)
    }

    @Test(arguments: [
        (#""currency":"EUR","amount":1"#, "order_id is missing"),
        (#""order_id":null,"currency":"EUR","amount":1"#, "order_id is missing"),
        (#""order_id":"","currency":"EUR","amount":1"#, "order_id is empty"),
        (#""order_id":"  ","currency":"EUR","amount":1"#, "order_id is empty"),
        (#""order_id":12,"currency":"EUR","amount":1"#, "order_id is malformed"),
        (#""order_id":"1","amount":1"#, "currency is missing"),
        (#""order_id":"1","currency":"eur","amount":1"#, "currency is out of range"),
        (#""order_id":"1","currency":"EURO","amount":1"#, "currency is malformed"),
        (#""order_id":"1","currency":"","amount":1"#, "currency is empty"),
        (#""order_id":"1","currency":"EUR""#, "amount is missing"),
        (#""order_id":"1","currency":"EUR","amount":null"#, "amount is missing"),
        (#""order_id":"1","currency":"EUR","amount":1,"email":"ada""#, "email is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"email":"@example.com""#, "email is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"email":"ada@""#, "email is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"email":"a b@example.com""#, "email is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"email":"a\u0000@example.com""#, "email is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"email":5"#, "email is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"items":{}"#, "items is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"items":[7]"#, "ITEM1 is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"items":[null]"#, "ITEM1 is malformed"),
        (#""order_id":"1","currency":"EUR","amount":1,"items":[{"amount":1}]"#, "ITEM1 is missing"),
        (#""order_id":"1","currency":"EUR","amount":1,"items":[{"name":" ","amount":1}]"#, "ITEM1 is empty"),
        (#""order_id":"1","currency":"EUR","amount":1,"items":[{"name":"A","amount":1},{"name":"B"}]"#, "AMT2 is missing"),
        (#""order_id":"1","currency":"EUR","amount":1,"items":[{"name":"A","amount":1,"quantity":0}]"#, "QTY1 is out of range"),
        (#""order_id":"1","currency":"EUR","amount":1,"items":[{"name":"A","amount":1,"quantity":"x"}]"#, "QTY1 is malformed"),
    ])
    func errorNamesField(fields: String, reason: String) async throws {
        let response = await self.checkoutJSON(fields)
        #expect(response.status == 422)
        #expect(response.header("content-type") == "application/json")
        #expect(try response.reason.hasPrefix(reason + "; allowed: "))
        #expect(self.observer.orders.isEmpty)
    }

    @Test(arguments: [
        ("currency=EUR&amount=1", "order_id"), ("order_id=&currency=EUR&amount=1", "order_id"),
        ("order_id=1&amount=1", "currency"), ("order_id=1&currency=EUR", "amount"),
        ("order_id=1&currency=EUR&amount=", "amount"), ("order_id=1&currency=EUR&amount=1%2C50", "amount"),
        ("order_id=1&currency=EUR&amount=1&email=ada", "email"), ("order_id=1&currency=EUR&amount=1&sku=NO-99", "sku"),
    ])
    func invalidFormReturnsPage(body: String, field: String) async {
        let response = await self.checkout(.form(body, cookie: "cart=MUG-01.1"))
        #expect(response.status == 422)
        response.expectPage(naming: field)
        #expect(response.header("set-cookie") == nil)
        #expect(self.observer.orders.isEmpty)
    }

    @Test
    func errorsDoNotEchoInput() async throws {
        let secret = "hunter2-secret"
        for fields in [
            #""order_id":"1","currency":"EUR","amount":1,"email":"\#(secret)""#,
            #""order_id":"1","currency":"\#(secret)","amount":1"#,
            #""order_id":"1","currency":"EUR","amount":"\#(secret)""#,
            #""order_id":"1","currency":"EUR","amount":{"\#(secret)":1}"#,
        ] {
            let response = await self.checkoutJSON(fields)
            #expect(response.status == 422)
            #expect(!response.text.contains(secret))
        }
    }

    @Test
    func exceedingTrackerLimitsReturns422() async throws {
        let long = String(repeating: "x", count: 129)
        let longID = await self.checkoutJSON(#""order_id":"\#(long)","currency":"EUR","amount":1"#)
        #expect(try longID.reason.hasPrefix("order_id is too long"))
        let items = Array(repeating: #"{"name":"A","amount":1}"#, count: 501).joined(separator: ",")
        let many = await self.checkoutJSON(#""order_id":"1","currency":"EUR","amount":1,"items":[\#(items)]"#)
        #expect(try many.reason.hasPrefix("ITEM is too long"))
        let mail = String(repeating: "x", count: 250) + "@example.com"
        let longEmail = await self.checkoutJSON(#""order_id":"1","currency":"EUR","amount":1,"email":"\#(mail)""#)
        #expect(try longEmail.reason.hasPrefix("email is too long"))
        let skus = String(repeating: "&sku=MUG-01", count: 100)
        #expect(await self.checkout(.form("order_id=1&currency=EUR&amount=1" + skus)).status == 422)
    }

    @Test(arguments: ["", "&email=", "&email=++"])
    func emailIsOptional(email: String) async throws {
        #expect(await self.checkout(.form("order_id=1&currency=EUR&amount=1" + email)).status == 303)
        #expect(try self.observer.orders.first?.visit.fingerprint == Visit.stub.fingerprint)
    }

    @Test
    func trimsEmail() async throws {
        let response = await self.checkoutJSON(#""order_id":"1","currency":"EUR","amount":1,"email":" \tada@example.com\n""#)
        #expect(response.status == 200)
        #expect(try self.observer.orders.first?.visit.fingerprint == Visit.stub.with(email: "ada@example.com").fingerprint)
    }
}
