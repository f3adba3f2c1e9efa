//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import HTTPTypes
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

private func memory(_ configuration: Tracker.Configuration) async throws {
    // sample begin
    let sink = InMemorySink()
    let tracker = try Tracker(configuration: configuration, sink: sink)
    // … run the tracker and the application, make a request …
    let purchase = try await sink.waitForEvents(1, of: .purchase)
    // sample end
    print(purchase, tracker)
}

private func failures(_ sink: InMemorySink) {
    // sample begin
    sink.failNext(3, with: .unauthorized("The token is not known"))
    // sample end
}

// sample begin
@Test func reportsTheOrder() async throws {
    try await withTestTracker { tracker, events in
        let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
        try await tracker.orderPlaced(order, by: .stub())
        try await events.expect(.purchase(order))
    }
}
// sample end

@Test func reportsWhatAHandlerReports() async throws {
    try await withTestTracker { tracker, events in
        // sample begin
        try await tracker.handle(.stub("/mug?utm_source=news", fields: [.referer: "https://news.example/"])) {
            tracker.itemsAddedToCart([try .stub(name: "Mug", quantity: 2)])
        }
        try await events.expect(
            .pageView("/mug", parameters: ["utm_source": "news"]).referer("https://news.example/"),
            .addToCart([.stub(name: "Mug", quantity: 2)])
        )
        // sample end
    }
}

@Test func letsTimePass() async throws {
    try await withTestTracker { tracker, events in
        // sample begin
        events.sink.failNext(3, with: .retryable("the destination is down"))
        try await tracker.handle()
        try await events.expect(.pageView("/"))
        events.advance(by: .seconds(3600))
        // sample end
    }
}

// sample begin
@Test func keepsAnOrderDuringAnOutage() async throws {
    try await withCollector { collector in
        collector.reply(with: .status(503), .reset)

        var configuration = HTTPSink.Configuration(token: try APIToken("test"))
        configuration.endpoint = try Endpoint(collector.endpoint)
        let tracker = try Tracker(
            configuration: .init(customerSiteID: CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")),
            sink: try HTTPSink(configuration: configuration)
        )
        async let _ = tracker.run()

        let order = try Order(id: "1001", currency: .eur, amount: Amount("49.90"))
        let visit = Visit(
            address: IPAddress(ipv4: 0xCB00_7107),
            userAgent: "Test/1.0",
            url: try PageURL("https://shop.example/checkout")
        )
        try await tracker.orderPlaced(order, by: visit)

        let purchases = try await collector.waitForEvents(1, of: .purchase)
        #expect(purchases.map(\.detail) == [.purchase(order)])
        #expect(collector.requestCount == 3)
        #expect(collector.deviations.isEmpty)
    }
}
// sample end
#endif
