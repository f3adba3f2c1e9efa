//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if NATS && os(Linux)
import ChildProcess
import Foundation
import Logging
import Testing
import Tracify
import TracifyTesting

@testable import TracifyNATS

/// Brokers that are killed, paused, or refuse.
@Suite(.timeLimit(.minutes(15)), .enabled(if: Brokers.program != nil, "nats-server is not installed"))
struct BrokerFaultTests {
    private func sink(_ configuration: JetStreamConfiguration, timeout: Duration = .seconds(1)) throws -> JetStreamSink {
        var configuration = configuration
        configuration.acknowledgementTimeout = timeout
        configuration.receiptTimeout = timeout
        return try JetStreamSink(configuration: configuration, logger: Logger(label: "sink"))
    }

    /// Three brokers, of which one is killed and started again for each of them.
    @Test func everyEventArrivesWhileBrokersAreKilled() async throws {
        let brokers = try Brokers(3)
        try await brokers.setUp()
        let destination = InMemorySink()
        let sink = try self.sink(brokers.configuration)
        try await JetStreamRelay.running(brokers.configuration, to: destination) {
            for broker in 0..<3 {
                try await brokers.waitUntilInSync()
                brokers.kill(broker)
                for number in 0..<5 { try await sink.deliverInTheEnd(try EventBatch(stubs: 40, number: 10 * broker + number)) }
                try brokers.start(broker)
                for number in 5..<10 { try await sink.deliverInTheEnd(try EventBatch(stubs: 40, number: 10 * broker + number)) }
            }
            // The receipt of an order says that it is there; page views may be under way.
            var events = destination.events
            while Set(events.map(\.url.text)).count < 1200 {
                events = try await destination.waitForEvents(events.count + 1)
            }
        }
        await sink.shutdown()
    }

    @Test func pausedBrokerIsATransientFailure() async throws {
        let brokers = try Brokers()
        try await brokers.setUp()
        let sink = try self.sink(brokers.configuration)
        let batch = try #require(EventBatch(try EventBatch(stubs: 40).filter { $0.type == .pageView }))
        try await sink.deliverInTheEnd(try #require(EventBatch(batch.prefix(1))))
        brokers.signal(0, SIGSTOP)
        let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
        #expect(error?.code == .retryable)
        brokers.signal(0, SIGCONT)
        try await sink.deliverInTheEnd(batch)
        let destination = InMemorySink()
        try await JetStreamRelay.running(brokers.configuration, to: destination) { _ = try await destination.waitForEvents(30) }
        // What the broker took before it was paused or later is there once.
        #expect(destination.events.count == 30)
        await sink.shutdown()
    }

    @Test func brokerThatCannotBeReachedIsATransientFailure() async throws {
        let sink = try self.sink(JetStreamConfiguration(servers: ["nats://127.0.0.1:1"]))
        let batch = try EventBatch(stubs: 4)
        for _ in 0..<2 {
            let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
            #expect(error?.code == .retryable)
            #expect(error?.reason == "the broker: no broker is connected")
        }
        await sink.shutdown()
    }

    @Test func wrongPasswordIsUnauthorized() async throws {
        let brokers = try Brokers(options: ["--user", "shop", "--pass", "secret-password"])
        let port = try #require(brokers.servers.first).split(separator: ":").last ?? ""
        let right = JetStreamConfiguration(servers: ["nats://shop:secret-password@127.0.0.1:\(port)"])
        try await brokers.setUp(right)
        let log = LogRecorder()
        let sink = try JetStreamSink(
            configuration: JetStreamConfiguration(servers: ["nats://shop:wrong-password@127.0.0.1:\(port)"]),
            logger: log.logger
        )
        let batch = try EventBatch(stubs: 2)
        var error: DeliveryError?
        // It connects in the background.
        while error?.code != .unauthorized {
            error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
        }
        #expect(error?.reason == "the broker refuses the credentials")
        #expect(!log.text.contains("password"))
        await sink.shutdown()

        let authorized = try self.sink(right)
        try await authorized.deliverInTheEnd(batch)
        await authorized.shutdown()
    }

    /// libnats gives a connection up after the second refusal.
    @Test func sinkConnectsWhenTheCredentialsAreCorrected() async throws {
        let strict = try Brokers(options: ["--user", "shop", "--pass", "another"])
        let port = try #require(strict.servers.first).split(separator: ":").last ?? ""
        let configuration = JetStreamConfiguration(servers: ["nats://shop:right@127.0.0.1:\(port)"])
        #expect(!"\(configuration)".contains("right"))
        let sink = try self.sink(configuration)
        let batch = try EventBatch(stubs: 2)
        var refusals = 0
        while refusals < 5 {
            let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
            if error?.code == .unauthorized { refusals += 1 }
        }
        strict.kill(0)
        try strict.start(0, options: ["--user", "shop", "--pass", "right"])
        try await strict.setUp(configuration)
        try await sink.deliverInTheEnd(batch)
        await sink.shutdown()
    }

    /// It would end the connection of a relay, and its acknowledgements with it.
    @Test func messageWithABadReceiptSubjectStopsNoRelay() async throws {
        let brokers = try Brokers()
        try await brokers.setUp()
        let names = FleetNames(prefix: "tracify")
        let batch = try EventBatch(stubs: 4)
        let connection = BrokerConnection(brokers.configuration, logger: Logger(label: "foreign"))
        try await connection.waitUntilConnected()
        var messages: [OutgoingMessage] = []
        for (event, subject) in zip(batch, ["a b c", "tracify.receipts.>", "$JS.API.STREAM.DELETE.tracify-orders", ""]) {
            messages.append(
                OutgoingMessage(
                    subject: names.subject(event.type, event.id),
                    id: event.id.description,
                    payload: OutboxEntry(event).json,
                    headers: [(OutgoingMessage.receiptHeader, subject), ("Status", "503")]
                )
            )
        }
        messages.append(OutgoingMessage(subject: "tracify.events.pageview", id: "no-event-id", payload: "{"))
        messages.append(OutgoingMessage(subject: "tracify.events.pageview", id: "\(EventID())", payload: "{"))
        try await connection.publish(messages).wait(.seconds(60), clock: ContinuousClock())
        let destination = InMemorySink()
        try await JetStreamRelay.running(brokers.configuration, to: destination) {
            _ = try await destination.waitForEvents(4)
            while try await connection.status(of: names.stream(of: .observations)).lag()
                != StreamLag(waiting: 0, unacknowledged: 0, oldestAge: 0)
            {
                await Task.yield()
            }
        }
        #expect(destination.events.count == 4)
        #expect(try await connection.info(JetStreamAPI.StreamInfo.self, "STREAM.INFO.\(names.deadLetters)").state.messages == 2)
        #expect(try await connection.status(of: names.stream(of: .orders)).lag().unacknowledged == 0)
        await connection.close()
    }

    @Test func connectionsAreEncryptedAndTheBrokerIsChecked() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("nats-tls-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for name in ["broker", "other"] { try Self.makeCertificate("\(directory)/\(name)") }
        let brokers = try Brokers(options: [
            "--tls", "--tlscert", "\(directory)/broker.pem", "--tlskey", "\(directory)/broker.key",
        ])
        let port = try #require(brokers.servers.first).split(separator: ":").last ?? ""
        var configuration = JetStreamConfiguration(servers: ["tls://127.0.0.1:\(port)"])
        configuration.tls.certificateAuthorities = "\(directory)/broker.pem"
        try await brokers.setUp(configuration)
        let batch = try EventBatch(stubs: 2)
        let sink = try self.sink(configuration)
        try await sink.deliverInTheEnd(batch)
        await sink.shutdown()

        configuration.tls.certificateAuthorities = "\(directory)/other.pem"
        let suspicious = try self.sink(configuration)
        for _ in 0..<2 { _ = await #expect(throws: DeliveryError.self) { try await suspicious.deliver(batch) } }
        await suspicious.shutdown()
    }

    /// Makes a certificate for 127.0.0.1 that is its own authority.
    private static func makeCertificate(_ path: String) throws {
        let arguments =
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
            + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(path).key", "-out", "\(path).pem"]
        try ChildProcess("/usr/bin/openssl", arguments).waitUntilExit()
    }
}
#endif
