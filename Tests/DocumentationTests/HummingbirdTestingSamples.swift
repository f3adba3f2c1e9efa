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
import TracifyHTTP
import TracifyHummingbird
import TracifyTesting

// sample begin
@Test(.timeLimit(.minutes(5))) func reportsPageViewAndOrder() async throws {
    try await withCollector { collector in
        var sink = HTTPSink.Configuration(token: try APIToken("test"))
        sink.endpoint = try Endpoint(collector.endpoint)
        var configuration = Tracker.Configuration(customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
        configuration.batches.interval = .milliseconds(10)
        let tracker = try Tracker(configuration: configuration, sink: try HTTPSink(configuration: sink))

        let router = Router(context: TracifyRequestContext.self)
        router.add(middleware: TracifyMiddleware(tracker))
        router.get("/") { _, _ in
            Response(status: .ok, headers: [.contentType: "text/html"], body: .init(byteBuffer: .init(string: "<h1>Tea</h1>")))
        }
        router.post("checkout") { _, _ -> HTTPResponse.Status in
            await tracker.reportOrder(try Order(id: "1001", currency: .eur, amount: Amount("49.90")))
            return .ok
        }
        var app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        app.addServices(tracker)

        try await app.test(.live) { client in
            let browser: HTTPFields = [.userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0", .accept: "text/html"]
            _ = try await client.execute(uri: "/?utm_source=news", method: .get, headers: browser)
            _ = try await client.execute(uri: "/checkout", method: .post, headers: browser)

            let pageView = try await collector.waitForEvents(1, of: .pageView).first
            #expect(pageView?.url.text.hasSuffix("/") == true)
            #expect(pageView?.parameters.map(\.value) == ["news"])
            let purchase = try await collector.waitForEvents(1, of: .purchase).first
            #expect(purchase?.detail == .purchase(try Order(id: "1001", currency: .eur, amount: Amount("49.90"))))
            #expect(collector.deviations.isEmpty)
        }
    }
}
// sample end
#endif
