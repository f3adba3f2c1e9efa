//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Foundation
import Testing
import Tracify
import TracifyTesting

@testable import TracifyHTTP

/// Tokens in files, which are replaced while the process runs.
@Suite(.timeLimit(.minutes(15)))
struct TokenRotationTests {
    private func withCollector(accepting token: String, _ body: (Collector) async throws -> Void) async throws {
        var configuration = Collector.Configuration()
        configuration.token = token
        try await TracifyTesting.withCollector(configuration: configuration) { collector in
            try await body(collector)
        }
    }

    @Test func deliversWithReplacedTokenWithoutRestart() async throws {
        let file = try TemporaryFile("token-a\n")
        try await self.withCollector(accepting: "token-b") { collector in
            let sink = try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            #expect(try await SinkFixture.failure(sink).code == .unauthorized)
            #expect(collector.requestCount == 1)

            try file.write("  token-b\n")
            let batch = try await SinkFixture.batch()
            try await sink.deliver(batch)
            #expect(collector.requestCount == 3)
            // The new token is kept.
            try await sink.deliver(batch)
            #expect(collector.requestCount == 4)
            #expect(collector.events.count == 4)
            await sink.shutdown()
        }
    }

    @Test(arguments: [401, 403])
    func repeatsRequestOnceWithReplacedToken(status: Int) async throws {
        let file = try TemporaryFile("token-a")
        try await self.withCollector(accepting: "token-b") { collector in
            let sink = try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            try file.write("token-b")
            collector.reply(with: .status(status))
            try await sink.deliver(try await SinkFixture.batch())
            #expect(collector.requestCount == 2)
            await sink.shutdown()
        }
    }

    @Test func replacedTokenThatIsRefusedTooIsNotReadAgain() async throws {
        let file = try TemporaryFile("token-a")
        try await self.withCollector(accepting: "token-c") { collector in
            let sink = try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            try file.write("token-b")
            #expect(try await SinkFixture.failure(sink).code == .unauthorized)
            #expect(collector.requestCount == 2)
            await sink.shutdown()
        }
    }

    /// The repeated request's own failure counts.
    @Test func failureOfRepeatedRequestIsReported() async throws {
        let file = try TemporaryFile("token-a")
        try await self.withCollector(accepting: "token-b") { collector in
            let sink = try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            try file.write("token-b")
            collector.reply(with: .status(401), .status(503, headers: [("Retry-After", "7")]))
            #expect(try await SinkFixture.failure(sink) == .retryable("status 503", after: .seconds(7)))
            await sink.shutdown()
        }
    }

    @Test(arguments: [301, 404, 400, 503])
    func readsFileAgainOnlyWhenTokenIsRefused(status: Int) async throws {
        let file = try TemporaryFile("token-a")
        try await self.withCollector(accepting: "token-a") { collector in
            let sink = try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            try file.write("token-b")
            collector.reply(with: .status(status))
            _ = try await SinkFixture.failure(sink)
            #expect(collector.requestCount == 1)
            try await sink.deliver(try await SinkFixture.batch())
            #expect(collector.requestCount == 2)
            await sink.shutdown()
        }
    }

    @Test func fixedTokenIsSentOnce() async throws {
        try await self.withCollector(accepting: "token-b") { collector in
            let sink = try SinkFixture.sink(collector.endpoint)
            #expect(try await SinkFixture.failure(sink).code == .unauthorized)
            #expect(collector.requestCount == 1)
            await sink.shutdown()
        }
    }

    /// A rotation that removes the file first, or writes it in two steps.
    @Test func earlierTokenStaysWhileFileCannotBeRead() async throws {
        let file = try TemporaryFile("token-a")
        try await self.withCollector(accepting: "token-a") { collector in
            let sink = try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            try file.remove()
            collector.reply(with: .status(401))
            let error = try await SinkFixture.failure(sink)
            #expect(error.code == .unauthorized)
            #expect(error.reason.hasPrefix("status 401, and the token cannot be read again: "))
            #expect(error.reason.contains("No such file or directory"))

            try file.write("")
            collector.reply(with: .status(401))
            #expect(try await SinkFixture.failure(sink).reason.contains("the file is empty"))
            try await sink.deliver(try await SinkFixture.batch())
            await sink.shutdown()
        }
    }

    @Test func concurrentDeliveriesAllContinueWithReplacedToken() async throws {
        let file = try TemporaryFile("token-a")
        try await self.withCollector(accepting: "token-b") { collector in
            let sink = try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            try file.write("token-b")
            let batch = try await SinkFixture.batch()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try await sink.deliver(batch) } }
                try await group.waitForAll()
            }
            #expect(collector.events.count == 16)
            await sink.shutdown()
        }
    }

    @Test func neitherTokenAppearsInErrorsAndDescriptions() async throws {
        let file = try TemporaryFile("token-a")
        try await self.withCollector(accepting: "token-c") { collector in
            let sink = try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            let echo = CollectorReply.status(401, body: #"{"status":false,"error":"token-a and token-b are unknown"}"#)
            collector.reply(with: echo)
            let first = try await SinkFixture.failure(sink)
            #expect(first.reason == "status 401: [token] and token-b are unknown")
            try file.write("token-b")
            collector.reply(with: echo, echo)
            // The destination has seen both.
            let second = try await SinkFixture.failure(sink)
            #expect(second.reason == "status 401: [token] and [token] are unknown")
            // One begins with the other.
            try file.write("token-b2")
            let begun = CollectorReply.status(401, body: #"{"status":false,"error":"token-b2 is unknown"}"#)
            collector.reply(with: begun, begun)
            #expect(try await SinkFixture.failure(sink).reason == "status 401: [token] is unknown")
            var dumped = ""
            dump(sink, to: &dumped)
            for text in ["\(sink)", String(reflecting: sink), dumped] { #expect(!text.contains("token-")) }
            await sink.shutdown()
        }
    }

    /// The events wait for the new token; none is dropped.
    @Test func trackerRecoversWithReplacedToken() async throws {
        let file = try TemporaryFile("token-a")
        try await self.withCollector(accepting: "token-b") { collector in
            let trial = try await FaultTrial.run(
                to: try SinkFixture.sink(collector.endpoint) { $0.token = .file(file.path) }
            ) { trial in
                try await trial.report(20)
                try await trial.log.waitForFailures(3)
                trial.expectOutage(.unauthorized, reason: "status 401")
                trial.faultEnds()
                try file.write("token-b")
                try await trial.waitForAll()
            }
            try await trial.expectAccount("token replaced in its file", [collector])
        }
    }

    @Test(arguments: [
        ("", ValidationError.Code.empty, "the file is empty"),
        ("\n", .empty, "the file holds something else"),
        ("secret secret", .malformed, "the file holds something else"),
        (String(repeating: "x", count: 4097), .tooLong, "the file holds something else"),
        (String(repeating: "x", count: 70_000), .tooLong, "the file is longer than 65536 bytes"),
    ])
    func throwsForFileWithoutToken(text: String, code: ValidationError.Code, reason: String) throws {
        let file = try TemporaryFile(text)
        let error = #expect(throws: ValidationError.self) {
            _ = try SinkFixture.sink("https://collector.example/x") { $0.token = .file(file.path) }
        }
        let allowed = "the path of a file that holds the API key, 1 to 4096 visible ASCII characters, which this process can read"
        #expect(error == ValidationError(field: "http.token", code: code, allowed: "\(allowed) (\(reason))"))
    }

    /// Reading a pipe would block until another process writes to it.
    @Test func throwsForPipe() throws {
        let file = try TemporaryFile("")
        try file.remove()
        try #require(mkfifo(file.path, 0o600) == 0)
        let error = #expect(throws: ValidationError.self) {
            _ = try SinkFixture.sink("https://collector.example/x") { $0.token = .file(file.path) }
        }
        #expect(error?.allowed.hasSuffix("(it is not a regular file)") == true)
    }

    @Test func sourceHidesToken() throws {
        let source = TokenSource.fixed(try APIToken("secret"))
        var dumped = ""
        dump(source, to: &dumped)
        for text in ["\(source)", String(reflecting: source), dumped] { #expect(!text.contains("secret")) }
        #expect("\(TokenSource.file("/run/secrets/token"))" == "/run/secrets/token")
    }
}
#endif
