//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//
#if NATS && os(Linux)
import Foundation
import Logging
import Testing
import Tracify
import TracifyTesting

@testable import TracifyNATS

/// Brokers that have lost what they had acknowledged.
@Suite(.timeLimit(.minutes(15)), .enabled(if: Brokers.program != nil, "nats-server is not installed"))
struct DataLossTests {
    private let names = FleetNames(prefix: "tracify")

    private func connection(_ brokers: Brokers) async throws -> BrokerConnection {
        let connection = BrokerConnection(brokers.configuration, logger: Logger(label: "test"))
        try await connection.waitUntilConnected()
        return connection
    }

    /// The stream begins again at 1, and its consumer believes that it has delivered all up to 10; newer brokers see that themselves.
    @Test func eventsWhoseNumbersTheConsumerKnowsAreDelivered() async throws {
        let brokers = try Brokers()
        try await brokers.setUp()
        let destination = InMemorySink()
        let sink = try JetStreamSink(configuration: brokers.configuration, logger: Logger(label: "sink"))
        let stream = self.names.stream(of: .orders)
        try await JetStreamRelay.running(brokers.configuration, to: destination) {
            try await sink.deliverInTheEnd(try EventBatch(stubs: 40))
            _ = try await destination.waitForEvents(40)
        }
        brokers.kill(0, by: SIGTERM)
        try brokers.loseMessages(of: stream)
        try brokers.start(0)

        let connection = try await self.connection(brokers)
        try await JetStreamRelay.running(brokers.configuration, to: destination) {
            let orders = try #require(EventBatch(try EventBatch(stubs: 40, number: 1).filter { $0.type == .purchase }))
            let publication = Task { try await sink.deliverInTheEnd(orders) }
            var watch = ConsumerWatch(stream: stream, logger: Logger(label: "watch"))
            while destination.events.count < 50 {
                if let status = try? await connection.status(of: stream) {
                    await watch.look(status, connection, clock: ContinuousClock())
                }
            }
            try await publication.value
        }
        #expect(destination.events(of: .purchase).count == 20)
        await sink.shutdown()
        await connection.close()
    }

    /// A broker that does not delete what is acknowledged would have the same page views counted again and again.
    @Test func consumerIsMadeAnewOnceForAnEvent() async throws {
        let brokers = try Brokers()
        try await brokers.setUp()
        let stream = self.names.stream(of: .observations)
        let connection = try await self.connection(brokers)
        let log = LogRecorder()
        var watch = ConsumerWatch(stream: stream, logger: log.logger)
        for _ in 0...2 * ConsumerWatch.patience {
            let status = StreamStatus(
                stream: .init(messages: 1, firstSeq: 7, firstTs: ""),
                consumer: .init(
                    config: try await connection.status(of: stream).consumer.config,
                    numPending: 0,
                    numAckPending: 0,
                    ackFloor: .init(streamSeq: 9)
                )
            )
            await watch.look(status, connection, clock: ContinuousClock())
        }
        #expect(try await connection.status(of: stream).consumer.config.description == "repaired at 7")
        #expect(log.text.components(separatedBy: "The brokers skipped events").count == 2)
        #expect(log.text.contains("The brokers keep events that are delivered"))
        await connection.close()
    }

    @Test func recreatedStreamIsEmptyAndTheOthersKeepTheirEvents() async throws {
        let brokers = try Brokers()
        try await brokers.setUp()
        var configuration = brokers.configuration
        configuration.receiptTimeout = .milliseconds(100)
        let sink = try JetStreamSink(configuration: configuration, logger: Logger(label: "sink"))
        // No relay runs.
        _ = await #expect(throws: DeliveryError.self) { try await sink.deliver(try EventBatch(stubs: 40)) }
        let setup = try FleetSetup(configuration: configuration, fleet: brokers.fleet, logger: Logger(label: "setup"))
        let outcomes = try await setup.run(recreating: [.observations])
        #expect(outcomes.map(\.outcome) == [.updated, .recreated, .updated])
        let connection = try await self.connection(brokers)
        #expect(try await connection.status(of: self.names.stream(of: .orders)).stream.messages == 10)
        #expect(try await connection.status(of: self.names.stream(of: .observations)).stream.messages == 0)
        await connection.close()
        await sink.shutdown()
    }
}
#endif
