//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import ShopKit
import Testing
import Tracify

/// Orders that the payment provider's webhook confirms.
@Suite
struct PaymentTests {
    let observer = RecordingObserver()

    private func order(_ id: String, at shop: Shop, payment: String = "later") async -> ShopResponse {
        await Visit.$current.withValue(.stub) {
            await shop.checkout(
                .json(
                    #"{"email":"ada@example.com","order_id":"\#(id)","currency":"EUR","amount":"24","payment":"\#(payment)"}"#
                )
            )
        }
    }

    /// Sends the provider's message, which has a visit of its own like every request.
    private func webhook(_ body: String, at shop: Shop) async throws -> ShopResponse {
        let provider = try Visit(
            address: IPAddress(ipv4: 0x0A00_0001),
            userAgent: "PaymentProvider/1.0",
            url: PageURL("https://shop.example/webhooks/payment")
        )
        return await Visit.$current.withValue(provider) { await shop.paymentConfirmed(.json(body)) }
    }

    @Test func reportsOrderWithVisitOfCustomerOncePaid() async throws {
        let shop = Shop(self.observer)
        let placed = await self.order("O-1", at: shop)
        #expect(placed.text == #"{"order_id":"O-1","status":"pending"}"#)
        #expect(self.observer.orders.isEmpty)
        #expect(shop.thankYou(orderID: "O-1", ShopRequest()).text.contains("once it is paid for"))

        let response = try await self.webhook(#"{"order_id":"O-1","status":"paid"}"#, at: shop)
        #expect(response.status == 200)
        let reported = try #require(self.observer.orders.first)
        #expect(reported.order.id == "O-1")
        #expect(try reported.visit.fingerprint == Visit.stub.with(email: "ada@example.com").fingerprint)
        #expect(!shop.thankYou(orderID: "O-1", ShopRequest()).text.contains("once it is paid for"))
    }

    @Test func acceptsRepeatedMessageWithoutReport() async throws {
        let shop = Shop(self.observer)
        _ = await self.order("O-1", at: shop)
        for _ in 0..<3 {
            #expect(try await self.webhook(#"{"order_id":"O-1","status":"paid"}"#, at: shop).status == 200)
        }
        #expect(self.observer.orders.count == 1)
    }

    @Test func pendingOrderIsNotReplacedBySameID() async throws {
        let shop = Shop(self.observer)
        _ = await self.order("O-1", at: shop)
        _ = await shop.checkout(.json(#"{"order_id":"O-1","currency":"USD","amount":"1","payment":"later"}"#))
        #expect(try await self.webhook(#"{"order_id":"O-1","status":"paid"}"#, at: shop).status == 200)
        #expect(self.observer.orders.map(\.order.currency) == [.eur])
    }

    @Test func reportsOrderPaidAfterFailure() async throws {
        let shop = Shop(self.observer)
        _ = await self.order("O-1", at: shop)
        #expect(try await self.webhook(#"{"order_id":"O-1","status":"failed"}"#, at: shop).status == 200)
        #expect(self.observer.orders.isEmpty)
        #expect(try await self.webhook(#"{"order_id":"O-1","status":"paid"}"#, at: shop).status == 200)
        #expect(self.observer.orders.count == 1)
    }

    /// The provider repeats a message until it receives a success status, so an order whose report failed must remain pending.
    @Test func keepsPendingOrderWhenReportFails() async throws {
        let failing = RecordingObserver(throwing: TrackerError.queueFull)
        let shop = Shop(failing)
        _ = await self.order("O-1", at: shop)
        for _ in 0..<2 {
            #expect(try await self.webhook(#"{"order_id":"O-1","status":"paid"}"#, at: shop).status == 503)
        }
        #expect(shop.thankYou(orderID: "O-1", ShopRequest()).text.contains("once it is paid for"))
    }

    @Test func reportsImmediatePaymentAtOnce() async throws {
        let shop = Shop(self.observer)
        #expect(await self.order("O-1", at: shop, payment: "now").text == #"{"order_id":"O-1","status":"ok"}"#)
        #expect(self.observer.orders.count == 1)
        #expect(try await self.webhook(#"{"order_id":"O-1","status":"paid"}"#, at: shop).status == 404)
    }

    @Test func acceptsOrderWithoutVisitUntracked() async throws {
        let shop = Shop(self.observer)
        let body = #"{"order_id":"O-1","currency":"EUR","amount":"24","payment":"later"}"#
        #expect(await shop.checkout(.json(body)).status == 200)
        #expect(try await self.webhook(#"{"order_id":"O-1","status":"paid"}"#, at: shop).status == 200)
        #expect(self.observer.orders.isEmpty)
    }

    @Test(arguments: [
        (#"{"status":"paid"}"#, 422, "order_id"), (#"{"order_id":"O-1"}"#, 422, "status"),
        (#"{"order_id":"O-1","status":"maybe"}"#, 422, "status"), (#"{"order_id":1,"status":"paid"}"#, 422, "order_id"),
        ("[]", 400, "body"), ("", 400, "body"), (#"{"order_id":"O-2","status":"paid"}"#, 404, "no such order"),
    ])
    func invalidMessageReturnsReason(body: String, status: Int, reason: String) async throws {
        let shop = Shop(self.observer)
        _ = await self.order("O-1", at: shop)
        let response = try await self.webhook(body, at: shop)
        #expect(response.status == status)
        #expect(try response.reason.hasPrefix(reason))
        #expect(self.observer.orders.isEmpty)
    }

    @Test func formMessageReturns415() async throws {
        let shop = Shop(self.observer)
        #expect(await shop.paymentConfirmed(.form("order_id=O-1&status=paid")).status == 415)
    }

    @Test func throwsForUnknownPayment() async throws {
        let response = await self.order("O-1", at: Shop(self.observer), payment: "never")
        #expect(response.status == 422)
        #expect(try response.reason.hasPrefix("payment is "))
    }
}
