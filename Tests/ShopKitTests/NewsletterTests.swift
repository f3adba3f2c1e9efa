//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import ShopKit
import Testing
import Tracify

@Suite
struct NewsletterTests {
    let observer = RecordingObserver()
    var shop: Shop { Shop(self.observer) }

    private func subscribe(_ request: ShopRequest) async -> ShopResponse {
        await Visit.$current.withValue(.stub) { await self.shop.newsletter(request) }
    }

    @Test
    func formRedirectsHomeWithNotice() async throws {
        let body = "conversion_id=SUB-1&currency=EUR&amount=2.00&email=ada%40example.com"
        let response = await self.subscribe(.form(body))
        #expect(response.status == 303)
        #expect(response.header("location") == "/")
        #expect(response.header("set-cookie") == "notice=subscribed; Path=/; HttpOnly; SameSite=Lax; Max-Age=60")

        let completed = try #require(self.observer.conversions.first)
        #expect(self.observer.conversions.count == 1)
        #expect(completed.conversion == (try Conversion(id: "SUB-1", currency: .eur, amount: Amount("2.00"))))
        #expect(try completed.visit.fingerprint == Visit.stub.with(email: "ada@example.com").fingerprint)
    }

    @Test
    func jsonRequestReturnsID() async throws {
        let response = await self.subscribe(
            .json(#"{"conversion_id":"C-1","currency":"EUR","amount":4.35,"email":"ada@example.com"}"#)
        )
        #expect(response.status == 200)
        #expect(response.text == #"{"conversion_id":"C-1","status":"ok"}"#)
        #expect(self.observer.conversions.first?.conversion.amount.description == "4.35")
    }

    @Test(arguments: [
        (#"{"currency":"EUR","amount":1}"#, "conversion_id is missing"),
        (#"{"conversion_id":"","currency":"EUR","amount":1}"#, "conversion_id is empty"),
        (#"{"conversion_id":[],"currency":"EUR","amount":1}"#, "conversion_id is malformed"),
        (#"{"conversion_id":"1","amount":1}"#, "currency is missing"),
        (#"{"conversion_id":"1","currency":"XXX","amount":1}"#, "currency is out of range"),
        (#"{"conversion_id":"1","currency":"EUR"}"#, "amount is missing"),
        (#"{"conversion_id":"1","currency":"EUR","amount":0.001}"#, "amount is out of range"),
        (#"{"conversion_id":"1","currency":"EUR","amount":1,"email":"ada"}"#, "email is malformed"),
    ])
    func errorNamesField(body: String, reason: String) async throws {
        let response = await self.subscribe(.json(body))
        #expect(response.status == 422)
        #expect(try response.reason.hasPrefix(reason))
        #expect(self.observer.conversions.isEmpty)
    }

    @Test
    func invalidFormReturnsPage() async {
        let response = await self.subscribe(.form("conversion_id=1&currency=EUR&amount=1&email=nobody"))
        #expect(response.status == 422)
        response.expectPage(naming: "email")
        #expect(response.header("set-cookie") == nil)
    }
}
