//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if Hummingbird && Configuration && TestKit && Tracing
import InMemoryTracing
import Testing
import TracifyTesting
import Tracing

/// Spans of a shop's tracker, over sockets.
@Suite(.timeLimit(.minutes(15)))
struct TracingTests {
    /// Tracify does not know the fields of a trace, which may hold anything of the shop's.
    @Test func deliveryIsOneSpanAndItsRequestHasNoTrace() async throws {
        let tracer = InMemoryTracer(recordInjections: true)
        try await withTracer(tracer) {
            try await withCollector { collector in
                let settings = [
                    "TRACIFY_CUSTOMER_SITE_ID": "6b29fc40-ca47-1067-b31d-00dd010662da", "TRACIFY_TOKEN": "the-secret-token",
                    "TRACIFY_ENDPOINT": collector.endpoint,
                ]
                try await RunningShop.with(settings) { shop in
                    let page = try await shop.get("/", [("Accept", "text/html")])
                    #expect(page.status == 200)
                }
                #expect(collector.events.count == 1)
            }
        }
        let spans = tracer.finishedSpans
        #expect(spans.filter { $0.operationName == "send tracify" }.count == 1)
        #expect(!spans.contains { $0.operationName == "POST" })
        // The test's own client sends its trace.
        #expect(tracer.performedContextInjections.count == spans.count { $0.operationName == "GET" })
    }
}
#endif
