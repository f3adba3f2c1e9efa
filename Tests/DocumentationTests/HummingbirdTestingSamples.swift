//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && TestKit
import Hummingbird
import HummingbirdTesting
import Testing
import Tracify
import TracifyHummingbird
import TracifyTesting

// sample begin
@Test func reportsPageViewAndOrder() async throws {
    let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
    try await withTestTracker { tracker, events in
        let router = Router(context: TracifyRequestContext.self)
        router.add(middleware: TracifyMiddleware(tracker))
        router.get("/") { _, _ in
            Response(status: .ok, headers: [.contentType: "text/html"], body: .init(byteBuffer: .init(string: "<h1>Tea</h1>")))
        }
        router.post("checkout") { _, _ -> HTTPResponse.Status in
            await tracker.reportOrder(order)
            return .ok
        }

        let app = Application(router: router)
        try await app.test(.router) { client in
            _ = try await client.execute(uri: "/?utm_source=news", method: .get, headers: .navigation)
            _ = try await client.execute(uri: "/checkout", method: .post, headers: .navigation)
        }
        try await events.expect(.pageView("/", parameters: ["utm_source": "news"]), .purchase(order))
    }
}
// sample end
#endif
