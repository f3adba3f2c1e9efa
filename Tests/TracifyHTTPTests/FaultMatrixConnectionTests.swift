#if TestKit
import Synchronization
import Testing
import Tracify
import TracifyHTTP
import TracifyTesting

/// Faults on the way to the far end: no name, no server, no trust, a server that goes and comes.
@Suite(.timeLimit(.minutes(5)))
struct FaultMatrixConnectionTests {
    /// A port that is not taken and stays free while nobody listens.
    ///
    /// Below those that systems give out by themselves: one of these could be given to another test's connection in between, or
    /// to the very client that tries to connect to it.
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

    @Test func aServerThatRefusesConnectionsAndThenComesUp() async throws {
        let (absent, port) = try await Self.withFreePort(Self.startCollector)
        await absent.stop()
        let present = Mutex<Collector?>(nil)
        let trial = try await FaultTrial.run(to: try FaultTrial.sink(absent.endpoint)) { trial in
            try await trial.report(20)
            try await trial.log.waitForFailures(8)
            trial.expectOutage(.retryable)

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

    /// Three deployments of the far end under traffic that does not stop for them.
    @Test func aServerThatRestartsInTheMiddle() async throws {
        let (first, port) = try await Self.withFreePort(Self.startCollector)
        let servers = Mutex([first])
        let trial = try await FaultTrial.run(to: try FaultTrial.sink(first.endpoint)) { trial in
            // Goes on whatever becomes of its events, a burst for each step of the delivery.
            async let stream: Void = {
                for _ in 0..<80 {
                    let seen = trial.log.reports.count
                    try await trial.report(5)
                    try await trial.log.wait { $0.count > seen }
                }
            }()
            for _ in 0..<3 {
                let old = try #require(servers.withLock { $0.last })
                _ = try await old.waitForEvents(50)
                let failures = trial.log.reports.failures
                await old.stop()
                try await trial.log.wait { $0.failures >= failures + 6 }
                #expect(trial.tracker.health.problem?.code == .retryable)
                trial.faultEnds()
                let new = try await Self.startCollector(port: port)
                servers.withLock { $0.append(new) }
            }
            try await stream
            try await trial.waitForAll()
        }
        let collectors = servers.withLock { $0 }
        #expect(collectors.allSatisfy { !$0.events.isEmpty })
        try await trial.expectAccount("server restarted three times", collectors)
        await collectors.last?.stop()
    }

    /// Neither the events nor the token are shown to a server that nobody vouches for.
    @Test func aServerWithAnUnknownAuthority() async throws {
        let (impostor, port) = try await Self.withFreePort(TestCertificate.unknown.startCollector)
        let genuine = Mutex<Collector?>(nil)
        let sink = try FaultTrial.sink(impostor.endpoint, tls: try TestCertificate.known.trust)
        let trial = try await FaultTrial.run(to: sink) { trial in
            try await trial.report(20)
            try await trial.log.waitForFailures(6)
            trial.expectOutage(.retryable, reason: "CERTIFICATE_VERIFY_FAILED")
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

    /// The same with the authorities of the system, which is what users have.
    @Test func aServerThatSignsForItself() async throws {
        let (impostor, _) = try await Self.withFreePort(TestCertificate.unknown.startCollector)
        let sink = ExchangeableSink(try FaultTrial.sink(impostor.endpoint))
        try await self.endsWithTheRightEndpoint("TLS, self-signed certificate", sink)
        #expect(impostor.requestCount == 0)
        await impostor.stop()
    }

    /// A name that cannot be looked up cannot be made one here, so it is the endpoint that is set right.
    @Test func aHostWithoutAnAddress() async throws {
        let sink = ExchangeableSink(
            try FaultTrial.sink("https://collector.invalid/api/v1/events") { $0.connectTimeout = .seconds(1) }
        )
        try await self.endsWithTheRightEndpoint("DNS failure", sink)
    }

    private func endsWithTheRightEndpoint(_ name: String, _ sink: ExchangeableSink) async throws {
        try await withCollector { collector in
            let trial = try await FaultTrial.run(to: sink) { trial in
                try await trial.report(20)
                try await trial.log.waitForFailures(6)
                trial.expectOutage(.retryable)

                trial.faultEnds()
                await sink.exchange(for: try FaultTrial.sink(collector.endpoint))
                try await trial.waitForAll()
                try await trial.report(20)
                try await trial.waitForAll()
            }
            try await trial.expectAccount(name, [collector])
        }
    }

    /// An outage that outlasts the process: without a store its events are gone, but counted, every one, and within the deadline.
    @Test func aFaultThatDoesNotEndIsCounted() async throws {
        let (absent, _) = try await Self.withFreePort(Self.startCollector)
        await absent.stop()
        let trial = try await FaultTrial.run(to: try FaultTrial.sink(absent.endpoint)) {
            $0.shutdown.gracefulDeadline = .milliseconds(200)
        } _: { trial in
            try await trial.report(20)
            try await trial.log.waitForFailures(6)
            trial.expectOutage(.retryable)
        }
        #expect(trial.tracker.statistics.dropped(.shutdownDeadline) == 20)
        #expect(trial.tracker.statistics.dropped(.shutdownDeadline, .purchase) == 4)
        try await trial.expectAccount("connection refused, never up", [], dropped: 20)
    }
}
#endif
