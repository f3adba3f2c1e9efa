//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import NIOCore
import NIOSSL
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// Connections that the destination closes between two requests, as servers and load balancers do after an idle time.
@Suite(.timeLimit(.minutes(15)))
struct ReusedConnectionTests {
    /// A close that the client does not see before it sends is indistinguishable from one at the next request.
    @Test(arguments: [IdleClosingHandler.End.close, .reset])
    func repeatsRequestOnceWhenReusedConnectionIsClosed(end: IdleClosingHandler.End) async throws {
        let connections = Counter()
        try await withCollector(behind: IdleClosingHandler.installer(after: 1, end, connections)) { collector in
            let sink = try SinkFixture.sink(collector.endpoint)
            let batch = try await SinkFixture.batch(3)
            for _ in 0..<5 { try await sink.deliver(batch) }
            await sink.shutdown()
            #expect(collector.events.count == 15)
            #expect(collector.requestCount == 5)
            #expect(connections.value == 5)
        }
    }

    @Test func repeatsRequestOnceWhenReusedTLSConnectionIsClosed() async throws {
        let connections = Counter()
        let context = try TestCertificate.known.context()
        let closing = IdleClosingHandler.installer(after: 1, .close, connections)
        try await withCollector(scheme: "https") { channel in
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            try closing(channel)
        } _: { collector in
            let file = try TemporaryFile(TestCertificate.known.certificate)
            let sink = try SinkFixture.sink(collector.endpoint) { $0.certificateAuthorities = file.path }
            let batch = try await SinkFixture.batch()
            for _ in 0..<3 { try await sink.deliver(batch) }
            await sink.shutdown()
            #expect(collector.requestCount == 3)
            #expect(connections.value == 3)
        }
    }

    /// Several connections wait in the pool, and all of them are closed.
    @Test func repeatsRequestOnNewConnectionEvenWhenAllPooledConnectionsAreClosed() async throws {
        let connections = Counter()
        let gate = Gate(2)
        let closing = IdleClosingHandler.installer(after: 1, .close, connections)
        try await withCollector { channel in
            try gate.install(on: channel)
            try closing(channel)
        } _: { collector in
            let sink = try SinkFixture.sink(collector.endpoint)
            let batch = try await SinkFixture.batch()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 { group.addTask { try await sink.deliver(batch) } }
                try await group.waitForAll()
            }
            #expect(connections.value == 2)
            try await sink.deliver(batch)
            #expect(connections.value == 3)
            await sink.shutdown()
            #expect(collector.requestCount == 3)
        }
    }

    /// The server closes each connection right after its response, without saying so, and the close races the next request.
    @Test func closeAfterResponseIsNoFailure() async throws {
        try await withCollector { channel in
            try channel.pipeline.syncOperations.addHandler(CloseAfterResponseHandler())
        } _: { collector in
            let sink = try SinkFixture.sink(collector.endpoint)
            let batch = try await SinkFixture.batch()
            for _ in 0..<200 { try await sink.deliver(batch) }
            await sink.shutdown()
            #expect(collector.events.count == 400)
        }
    }

    /// A destination that closes every connection without a response is down.
    @Test(arguments: [IdleClosingHandler.End.close, .reset])
    func doesNotRepeatRequestOnNewConnection(end: IdleClosingHandler.End) async throws {
        let connections = Counter()
        try await withCollector(behind: IdleClosingHandler.installer(after: 0, end, connections)) { collector in
            let sink = try SinkFixture.sink(collector.endpoint)
            let error = try await SinkFixture.failure(sink)
            await sink.shutdown()
            #expect(error.code == .retryable)
            #expect(connections.value == 1)
            #expect(collector.requestCount == 0)
        }
    }

    /// The destination may have accepted a request to which it began to respond.
    @Test func doesNotRepeatRequestWhoseResponseBegan() async throws {
        let connections = Counter()
        try await withCollector(behind: IdleClosingHandler.installer(after: 1, .closeAfterOneByte, connections)) { collector in
            let sink = try SinkFixture.sink(collector.endpoint)
            let batch = try await SinkFixture.batch()
            try await sink.deliver(batch)
            let error = try await SinkFixture.failure(sink, batch)
            await sink.shutdown()
            #expect(error.code == .retryable)
            #expect(connections.value == 1)
        }
    }

    /// A destination that went down while the connection was idle.
    @Test func repeatsRequestAtMostOnce() async throws {
        let connections = Counter()
        try await withCollector(behind: IdleClosingHandler.installer(after: 1, .close, connections, connectionLimit: 1)) {
            collector in
            let sink = try SinkFixture.sink(collector.endpoint)
            try await sink.deliver(try await SinkFixture.batch())
            let error = try await SinkFixture.failure(sink)
            await sink.shutdown()
            #expect(error.code == .retryable)
            #expect(connections.value == 2)
        }
    }

    /// The trouble of a reused connection never reaches the health.
    @Test func healthStaysGoodWhenIdleConnectionIsClosed() async throws {
        let connections = Counter()
        try await withCollector(behind: IdleClosingHandler.installer(after: 1, .close, connections)) { collector in
            let trial = try await FaultTrial.run(to: try SinkFixture.sink(collector.endpoint)) { trial in
                for _ in 0..<10 {
                    try await trial.report(5)
                    try await trial.waitForAll()
                }
            }
            #expect(trial.log.reports.failures == 0)
            try await trial.expectAccount("idle connections closed by the server", [collector])
        }
    }
}
#endif
