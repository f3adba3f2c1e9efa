//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Testing
import Tracify
import TracifyTesting

@testable import TracifyHTTP

@Suite(.timeLimit(.minutes(15)))
struct HTTPSinkTests {
    private func failure(_ reply: CollectorReply, _ change: (inout HTTPSink.Configuration) -> Void = { _ in }) async throws
        -> DeliveryError
    {
        try await withCollector { collector in
            collector.reply(with: reply)
            let sink = try SinkFixture.sink(collector.endpoint, change)
            let error = try await SinkFixture.failure(sink)
            await sink.shutdown()
            return error
        }
    }

    @Test func deliversWithTokenHeader() async throws {
        var configuration = Collector.Configuration()
        configuration.token = "the-secret-token"
        try await withCollector(configuration: configuration) { collector in
            let sink = try SinkFixture.sink(collector.endpoint)
            let batch = try await SinkFixture.batch(3)
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
            let sink = try SinkFixture.sink(collector.endpoint)
            let batch = try await SinkFixture.batch()
            let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
            #expect(error?.code == .unauthorized)
            await sink.shutdown()
        }
    }

    @Test(arguments: [
        (400, DeliveryError.Code.rejected), (422, .rejected), (401, .unauthorized), (403, .unauthorized), (404, .unauthorized),
        (405, .unauthorized), (410, .unauthorized), (301, .unauthorized), (307, .unauthorized), (408, .retryable),
        (425, .retryable), (429, .retryable), (500, .retryable), (503, .retryable), (599, .retryable), (413, .tooLarge),
        (204, .unconfirmed), (200, .unconfirmed),
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

    /// A combining or invisible character joins the token's last letter in one grapheme cluster.
    @Test(arguments: ["\u{301}", "\u{200D}", "\u{FE0F}"])
    func redactsTokenBesideCombiningCharacters(suffix: String) async throws {
        let error = try await self.failure(.rejected("no such token: the-secret-token" + suffix))
        #expect(!error.reason.contains("secret"))
        #expect(error.reason.contains("[token"))
    }

    /// Line separators, marks of direction and invisible characters falsify a log line, or hide the token in it.
    @Test(arguments: [
        "\u{0}", "\u{7}", "\u{7F}", "\u{85}", "\u{9B}", "\u{2028}", "\u{2029}", "\u{200E}", "\u{200F}", "\u{61C}", "\u{202A}",
        "\u{202B}",
        "\u{202C}", "\u{202D}", "\u{202E}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}", "\u{200B}", "\u{200D}", "\u{2060}",
        "\u{FEFF}",
        "\u{AD}", "\u{34F}", "\u{FE0F}", "\u{FFF9}", "\u{E0041}", "\u{E000}", "\u{FFFF}",
    ])
    func replacesInvisibleCharactersOfReason(character: String) async throws {
        let error = try await self.failure(.rejected("an \(character)error, the-secret\(character)-token"))
        #expect(error.reason == "status 200 with status: false: an  error, the-secret -token")
    }

    @Test func keepsVisibleCharactersOfReason() async throws {
        let reason = "Unbekannter Schlüssel „ä“ – 不明なキー – ключ – \u{1F511} – e\u{301}"
        let error = try await self.failure(.rejected(reason))
        #expect(error.reason.unicodeScalars.elementsEqual("status 200 with status: false: \(reason)".unicodeScalars))
    }

    @Test func reasonIsOneLineOfLimitedLength() async throws {
        let error = try await self.failure(.rejected("a\nb\r\u{1B}[31m" + String(repeating: "x", count: 5000)))
        #expect(error.reason.utf8.count <= DeliveryError.maximumReasonLength)
        #expect(!error.reason.unicodeScalars.contains { $0.value < 0x20 })
    }

    /// Whether the batch was accepted is unknown.
    @Test(arguments: [
        "", "{}", "[]", "null", "true", "not json", "<html><body>OK</body></html>", "{\"status\":tr", "{\"status\":true",
        "{\"status\":\"true\"}", "{\"status\":1}", "{\"status\":null}",
    ])
    func unreadableSuccessIsUnconfirmed(body: String) async throws {
        #expect(try await self.failure(.status(200, body: body)) == .unconfirmed("status 200 with an unreadable body"))
    }

    @Test(arguments: [201, 202, 204, 206])
    func successWithoutBodyIsUnconfirmed(status: Int) async throws {
        #expect(try await self.failure(.status(status)) == .unconfirmed("status \(status) with an unreadable body"))
    }

    /// The connection ends within the body of a 200.
    @Test func truncatedSuccessIsUnconfirmed() async throws {
        #expect(try await self.failure(.truncated) == .unconfirmed("status 200 with an unreadable body"))
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
        let sink = try SinkFixture.sink(collector.endpoint)
        let batch = try await SinkFixture.batch()
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
            let sink = try SinkFixture.sink(collector.endpoint)
            let batch = try await SinkFixture.batch()
            let delivery = Task { try await sink.deliver(batch) }
            while collector.requestCount == 0 {
                try Task.checkCancellation()
                await Task.yield()
            }
            delivery.cancel()
            await #expect(throws: CancellationError.self) { try await delivery.value }
            await sink.shutdown()
        }
    }

    @Test func descriptionShowsEndpointAndHidesToken() async throws {
        let sink = try SinkFixture.sink("https://api.tracify.ai/api/v1/events")
        var dumped = ""
        dump(sink, to: &dumped)
        for text in ["\(sink)", String(reflecting: sink), dumped] { #expect(!text.contains("secret")) }
        #expect("\(sink)" == "HTTPSink(https://api.tracify.ai/api/v1/events)")
        await sink.shutdown()
    }
}
#endif
