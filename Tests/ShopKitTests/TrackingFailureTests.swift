//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import ShopKit
import Testing
import Tracify

/// Failures of tracking, which never affect the shop's responses.
@Suite
struct TrackingFailureTests {
    static let order = ShopRequest.json(#"{"order_id":"1","currency":"EUR","amount":1}"#)
    static let orderForm = ShopRequest.form("order_id=1&currency=EUR&amount=1", cookie: "cart=MUG-01.1")
    static let subscription = ShopRequest.json(#"{"conversion_id":"1","currency":"EUR","amount":1}"#)
    static let subscriptionForm = ShopRequest.form("conversion_id=1&currency=EUR&amount=1")

    static let failures: [any Error] = [
        TrackerError.queueFull, TrackerError.shuttingDown, SomeFailure(), CancellationError(),
        ValidationError(field: "datetime", code: .outOfRange, allowed: "a time in the years 1 to 9999"),
    ]

    @Test(arguments: TrackingFailureTests.failures)
    func completesOrderWhenTrackingFails(error: any Error) async {
        let observer = RecordingObserver(throwing: error)
        let shop = Shop(observer)
        await Visit.$current.withValue(.stub) {
            #expect(await shop.checkout(TrackingFailureTests.order).status == 200)
            let form = await shop.checkout(TrackingFailureTests.orderForm)
            #expect(form.status == 303)
            #expect(form.header("set-cookie")?.hasPrefix("cart=;") == true)
            #expect(await shop.newsletter(TrackingFailureTests.subscription).status == 200)
            #expect(await shop.newsletter(TrackingFailureTests.subscriptionForm).status == 303)
        }
        #expect(observer.failures == [.purchase, .purchase, .conversion, .conversion])
    }

    @Test
    func completesOrderWithoutVisitUntracked() async {
        let observer = RecordingObserver()
        let shop = Shop(observer)
        #expect(await shop.checkout(TrackingFailureTests.order).status == 200)
        #expect(await shop.newsletter(TrackingFailureTests.subscription).status == 200)
        #expect(observer.orders.isEmpty)
        #expect(observer.conversions.isEmpty)
        #expect(observer.failures == [.purchase, .conversion])
    }
}
