//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Synchronization
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// Faults of the connection to the destination: name resolution, refused connections, TLS trust and restarts.
@Suite(.timeLimit(.minutes(15)))
struct FaultMatrixConnectionTests {
    /// Runs `start` with a port that is free and remains free while no server listens.
    ///
    /// The port is below the ephemeral range. The system could assign an ephemeral port to another test's connection in the meantime,
    /// or to the client that tries to connect to it.
    private static func withFreePort<Result>(_ start: (Int) async throws -> Result) async throws -> (Result, port: Int) {
        while true {
            let port = Int.random(in: 20_000..<32_000)
            guard let result = try? await start(port) else { continue }
            return (result, port)
        }
    }

    private static func startCollector(port: Int) async throws -> Collector {
        var configuration = Collector.Configuration()
        configuration.port = port
        return try await Collector.start(configuration: configuration)
    }

    @Test func recoversFromRefusedConnections() async throws {
        let (absent, port) = try await Self.withFreePort(Self.startCollector)
        await absent.stop()
        let present = Mutex<Collector?>(nil)
        let trial = try await FaultTrial.run(to: try SinkFixture.sink(absent.endpoint)) { trial in
            try await trial.report(20)
            try await trial.log.waitForFailures(8)
            trial.expectOutage(.unavailable)

            trial.faultEnds()
            let collector = try await Self.startCollector(port: port)
            present.withLock { $0 = collector }
            try await trial.waitForAll()
            try await trial.report(20)
            try await trial.waitForAll()
        }
        #expect(absent.requestCount == 0)
        let collector = try #require(present.withLock { $0 })
        try await trial.expectAccount("connection refused, then up", [collector])
        await collector.stop()
    }

    /// Three restarts of the destination under continuous traffic.
    @Test func survivesRestartsOfDestination() async throws {
        let (first, port) = try await Self.withFreePort(Self.startCollector)
        let servers = Mutex([first])
        let restarts = Counter()
        let trial = try await FaultTrial.run(to: try SinkFixture.sink(first.endpoint)) { trial in
            // Continues regardless of delivery results, with one burst for each delivery report, until the last restart: a stop without
            // traffic would cause no failure.
            async let stream: Void = {
                while restarts.value < 3 {
                    let seen = trial.log.reports.count
                    try await trial.report(5)
                    try await trial.log.wait { $0.count > seen }
                }
            }()
            for _ in 0..<3 {
                let old = try #require(servers.withLock { $0.last })
                _ = try await old.waitForEvents(50)
                await old.stop()
                try await trial.waitForProblems(.unavailable)
                trial.faultEnds()
                let new = try await Self.startCollector(port: port)
                servers.withLock { $0.append(new) }
                restarts.increment()
            }
            try await stream
            try await trial.waitForAll()
        }
        let collectors = servers.withLock { $0 }
        #expect(collectors.allSatisfy { !$0.events.isEmpty })
        try await trial.expectAccount("server restarted three times", collectors)
        await collectors.last?.stop()
    }

    /// Neither events nor the token are sent to a server whose authority is not trusted.
    @Test func trustsOnlyConfiguredAuthority() async throws {
        let (impostor, port) = try await Self.withFreePort(TestCertificate.unknown.startCollector)
        let genuine = Mutex<Collector?>(nil)
        let authorities = try TemporaryFile(TestCertificate.known.certificate)
        let sink = try SinkFixture.sink(impostor.endpoint) { $0.certificateAuthorities = authorities.path }
        let trial = try await FaultTrial.run(to: sink) { trial in
            try await trial.report(20)
            try await trial.log.waitForFailures(6)
            trial.expectOutage(.unavailable, reason: "CERTIFICATE_VERIFY_FAILED")
            #expect(impostor.requestCount == 0)
            await impostor.stop()

            trial.faultEnds()
            let collector = try await TestCertificate.known.startCollector(port: port)
            genuine.withLock { $0 = collector }
            try await trial.waitForAll()
            try await trial.report(20)
            try await trial.waitForAll()
        }
        let collector = try #require(genuine.withLock { $0 })
        try await trial.expectAccount("TLS, unknown authority", [impostor, collector])
        await collector.stop()
    }

    /// The same with the system's authorities, which is the default.
    @Test func doesNotTrustSelfSignedCertificate() async throws {
        let (impostor, _) = try await Self.withFreePort(TestCertificate.unknown.startCollector)
        let sink = ExchangeableSink(try SinkFixture.sink(impostor.endpoint))
        try await self.expectRecoveryWithCorrectEndpoint("TLS, self-signed certificate", sink)
        #expect(impostor.requestCount == 0)
        await impostor.stop()
    }

    /// The test cannot make the name resolvable, so the recovery replaces the endpoint.
    @Test func retriesWhenHostCannotBeResolved() async throws {
        let sink = ExchangeableSink(
            try SinkFixture.sink("https://collector.invalid/api/v1/events") { $0.connectTimeout = .seconds(1) }
        )
        try await self.expectRecoveryWithCorrectEndpoint("DNS failure", sink)
    }

    private func expectRecoveryWithCorrectEndpoint(_ name: String, _ sink: ExchangeableSink) async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: sink) { trial in
                try await trial.report(20)
                try await trial.log.waitForFailures(6)
                trial.expectOutage(.unavailable)

                trial.faultEnds()
                await sink.exchange(for: try SinkFixture.sink(collector.endpoint))
                try await trial.waitForAll()
                try await trial.report(20)
                try await trial.waitForAll()
            }
            try await trial.expectAccount(name, [collector])
        }
    }

    /// An outage that outlasts the process.
    ///
    /// Without a store, its events are dropped at the deadline, and each is counted.
    @Test func countsDropsOfPermanentOutage() async throws {
        let (absent, _) = try await Self.withFreePort(Self.startCollector)
        await absent.stop()
        let trial = try await FaultTrial.run(to: try SinkFixture.sink(absent.endpoint)) {
            $0.shutdown.gracefulDeadline = .milliseconds(200)
        } _: { trial in
            try await trial.report(20)
            try await trial.log.waitForFailures(6)
            trial.expectOutage(.unavailable)
        }
        #expect(trial.tracker.statistics.dropped(.shutdownDeadline) == 20)
        #expect(trial.tracker.statistics.dropped(.shutdownDeadline, .purchase) == 4)
        try await trial.expectAccount("connection refused, never up", [], dropped: 20)
    }
}
#endif
