//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Foundation
import Logging
import ServiceLifecycle
import Testing
import Tracify
import TracifyTesting

@testable import TracifyHTTP

@Suite(.timeLimit(.minutes(5)))
struct HTTPSinkTests {
    private func sink(_ endpoint: String, _ change: (inout HTTPSink.Configuration) -> Void = { _ in }) throws -> HTTPSink {
        var configuration = HTTPSink.Configuration(token: try APIToken("the-secret-token"))
        configuration.endpoint = try Endpoint(endpoint)
        change(&configuration)
        return try HTTPSink(configuration: configuration)
    }

    /// Returns a batch that a tracker encoded, which is what a sink receives.
    private func batch(_ count: Int = 2) async throws -> EventBatch {
        let catcher = CatchingSink()
        let tracker = try Tracker(
            configuration: .init(customerSiteID: CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da")),
            sink: catcher
        )
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

    private func failure(_ reply: CollectorReply, _ change: (inout HTTPSink.Configuration) -> Void = { _ in }) async throws
        -> DeliveryError
    {
        try await withCollector { collector in
            collector.reply(with: reply)
            let sink = try self.sink(collector.endpoint, change)
            let batch = try await self.batch()
            let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
            await sink.shutdown()
            return try #require(error)
        }
    }

    @Test func deliversWithTokenHeader() async throws {
        var configuration = Collector.Configuration()
        configuration.token = "the-secret-token"
        try await withCollector(configuration: configuration) { collector in
            let sink = try self.sink(collector.endpoint)
            let batch = try await self.batch(3)
            try await sink.deliver(batch)
            await sink.shutdown()
            #expect(collector.events.count == 3)
            #expect(collector.bodies == [batch.body])
            #expect(collector.deviations.isEmpty)
        }
    }

    @Test func wrongTokenIsUnauthorized() async throws {
        var configuration = Collector.Configuration()
        configuration.token = "another"
        try await withCollector(configuration: configuration) { collector in
            let sink = try self.sink(collector.endpoint)
            let batch = try await self.batch()
            let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
            #expect(error?.code == .unauthorized)
            await sink.shutdown()
        }
    }

    @Test(arguments: [
        (400, DeliveryError.Code.rejected), (422, .rejected), (401, .unauthorized), (403, .unauthorized), (404, .unauthorized),
        (405, .unauthorized), (410, .unauthorized), (301, .unauthorized), (307, .unauthorized), (408, .retryable),
        (425, .retryable), (429, .retryable), (500, .retryable), (503, .retryable), (599, .retryable), (413, .tooLarge),
        (204, .retryable), (200, .retryable),
    ])
    func classifiesStatusesByContract(status: Int, kind: DeliveryError.Code) async throws {
        let error = try await self.failure(.status(status))
        #expect(error.code == kind)
        #expect(error.reason.contains("\(status)"))
    }

    /// The token must not be sent to another host.
    @Test func doesNotFollowRedirects() async throws {
        try await withCollector { other in
            let error = try await self.failure(.status(307, headers: [("Location", other.endpoint)]))
            #expect(error.code == .unauthorized)
            #expect(other.requestCount == 0)
        }
    }

    @Test func statusFalseIsRejectionWithReason() async throws {
        let error = try await self.failure(.rejected("unknown site"))
        #expect(error == .rejected("status 200 with status: false: unknown site"))
    }

    @Test func redactsTokenInReason() async throws {
        for reply in [
            CollectorReply.rejected("no such token: the-secret-token!"),
            .status(401, body: #"{"status":false,"error":"the-secret-token is unknown"}"#),
        ] {
            let error = try await self.failure(reply)
            #expect(!"\(error)".contains("the-secret-token"))
            #expect(error.reason.contains("[token]"))
        }
    }

    @Test func reasonIsOneLineOfLimitedLength() async throws {
        let error = try await self.failure(.rejected("a\nb\r\u{1B}[31m" + String(repeating: "x", count: 5000)))
        #expect(error.reason.utf8.count <= DeliveryError.maximumReasonLength)
        #expect(!error.reason.unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test(arguments: ["not json", "{\"status\":tr", "{}", "[]", "{\"status\":\"true\"}"])
    func malformedResponseIsRetryable(body: String) async throws {
        #expect(try await self.failure(.status(200, body: body)).code == .retryable)
    }

    @Test func truncatedResponseIsRetryable() async throws {
        #expect(try await self.failure(.truncated).code == .retryable)
    }

    @Test func connectionResetIsRetryable() async throws {
        #expect(try await self.failure(.reset).code == .retryable)
    }

    @Test func overlongResponseIsRetryable() async throws {
        let error = try await self.failure(.status(200, body: String(repeating: " ", count: 100_000)))
        #expect(error == .retryable("the response is longer than 65536 bytes"))
    }

    @Test func silentDestinationHitsReadTimeout() async throws {
        let error = try await self.failure(.hang) { $0.readTimeout = .milliseconds(100) }
        #expect(error == .retryable("Read timeout"))
    }

    @Test func silentDestinationHitsRequestTimeout() async throws {
        let error = try await self.failure(.hang) { $0.requestTimeout = .milliseconds(100) }
        #expect(error.code == .retryable)
    }

    /// Each byte arrives within the read timeout.
    ///
    /// The complete response takes 15 minutes.
    @Test func drippingResponseHitsRequestTimeout() async throws {
        let error = try await self.failure(.drip) { $0.requestTimeout = .milliseconds(300) }
        #expect(error == .retryable("no complete response within 0.3 seconds"))
    }

    @Test func refusedConnectionIsRetryable() async throws {
        let collector = try await Collector.start()
        await collector.stop()
        let sink = try self.sink(collector.endpoint)
        let batch = try await self.batch()
        let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
        #expect(error?.code == .retryable)
        await sink.shutdown()
    }

    @Test func passesOnRetryAfter() async throws {
        let error = try await self.failure(.status(503, headers: [("Retry-After", "120")]))
        #expect(error.retryAfter == .seconds(120))
    }

    @Test func cancellationIsNotDeliveryFailure() async throws {
        try await withCollector { collector in
            collector.reply(with: .hang)
            let sink = try self.sink(collector.endpoint)
            let batch = try await self.batch()
            let delivery = Task { try await sink.deliver(batch) }
            while collector.requestCount == 0 { await Task.yield() }
            delivery.cancel()
            await #expect(throws: CancellationError.self) { try await delivery.value }
            await sink.shutdown()
        }
    }

    @Test func descriptionShowsEndpointAndHidesToken() async throws {
        let sink = try self.sink("https://api.tracify.ai/api/v1/events")
        var dumped = ""
        dump(sink, to: &dumped)
        for text in ["\(sink)", String(reflecting: sink), dumped] { #expect(!text.contains("secret")) }
        #expect("\(sink)" == "HTTPSink(https://api.tracify.ai/api/v1/events)")
        await sink.shutdown()
    }
}

/// A sink that keeps the last batch.
private actor CatchingSink: EventSink {
    var batch: EventBatch?

    func deliver(_ batch: EventBatch) async throws { self.batch = batch }
}
#endif
