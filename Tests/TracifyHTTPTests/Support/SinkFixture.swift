//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// The sinks and batches that tests deliver without a running tracker.
enum SinkFixture {
    static let token = "the-secret-token"

    /// Returns a sink as an application creates it.
    static func sink(_ endpoint: String, _ change: (inout HTTPSink.Configuration) -> Void = { _ in }) throws -> HTTPSink {
        var configuration = HTTPSink.Configuration(token: try APIToken(self.token))
        configuration.endpoint = try Endpoint(endpoint)
        change(&configuration)
        return try HTTPSink(configuration: configuration)
    }

    /// Returns a batch that a tracker encoded, which is what a sink receives.
    static func batch(_ count: Int = 2) async throws -> EventBatch {
        let catcher = CatchingSink()
        var configuration = Tracker.Configuration(
            customerSiteID: try CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")
        )
        // Enough on a busy machine, too.
        configuration.shutdown.cancellationDeadline = .seconds(60)
        let tracker = try Tracker(configuration: configuration, sink: catcher)
        let visit = try Visit(
            address: try #require(IPAddress("203.0.113.77")),
            userAgent: "Mozilla/5.0",
            url: PageURL("https://shop.example/")
        )
        for _ in 0..<count { tracker.productViewed(by: visit) }
        let run = Task { try await tracker.run() }
        run.cancel()
        try await run.value
        return try #require(await catcher.batch)
    }

    /// Delivers a batch and returns the error.
    static func failure(
        _ sink: HTTPSink,
        _ batch: EventBatch? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> DeliveryError {
        let batch = if let batch { batch } else { try await self.batch() }
        let error = await #expect(throws: DeliveryError.self, sourceLocation: sourceLocation) { try await sink.deliver(batch) }
        return try #require(error, sourceLocation: sourceLocation)
    }
}

/// Runs `body` with a collector behind handlers, and stops it afterward.
func withCollector<Result>(
    scheme: String = "http",
    configuration: Collector.Configuration = Collector.Configuration(),
    behind prepare: @escaping @Sendable (any Channel) throws -> Void,
    _ body: (Collector) async throws -> Result
) async throws -> Result {
    let collector = try await Collector.start(configuration: configuration, scheme: scheme, prepare: prepare)
    do {
        let result = try await body(collector)
        await collector.stop()
        return result
    } catch {
        await collector.stop()
        throw error
    }
}

/// A sink that keeps the last batch.
private actor CatchingSink: EventSink {
    var batch: EventBatch?

    func deliver(_ batch: EventBatch) async throws { self.batch = batch }
}
#endif
