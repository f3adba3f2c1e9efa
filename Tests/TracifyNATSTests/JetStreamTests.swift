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

/// A sink and relays between real brokers.
@Suite(.timeLimit(.minutes(15)), .enabled(if: Brokers.program != nil, "nats-server is not installed"))
struct JetStreamTests {
    private func sink(_ brokers: Brokers, receiptTimeout: Duration = .seconds(20)) throws -> JetStreamSink {
        var configuration = brokers.configuration
        configuration.receiptTimeout = receiptTimeout
        return try JetStreamSink(configuration: configuration, logger: Logger(label: "sink"))
    }

    private func lag(_ brokers: Brokers, _ lane: DeliveryLane) async throws -> StreamLag {
        let connection = BrokerConnection(brokers.configuration, logger: Logger(label: "lag"))
        try await connection.waitUntilConnected()
        let lag = try await connection.status(of: FleetNames(prefix: brokers.configuration.prefix).stream(of: lane)).lag()
        await connection.close()
        return lag
    }

    @Test func batchArrivesOnceWithItsReceipts() async throws {
        let brokers = try Brokers()
        try await brokers.setUp()
        let destination = InMemorySink()
        let sink = try self.sink(brokers)
        let batch = try EventBatch(stubs: 40)
        try await JetStreamRelay.running(brokers.configuration, to: destination) {
            try await sink.deliver(batch)
            let events = try await destination.waitForEvents(40)
            #expect(Set(events.map(\.url.text)).count == 40)
            #expect(events.count == 40)
            // The site's ID is the event's own.
            #expect(Set(events.map(\.customerSiteID.text)) == ["6b29fc40-ca47-1067-b31d-00dd010662da"])
            #expect(destination.events(of: .purchase).count == 10)
        }
        for lane in DeliveryLane.allCases {
            #expect(try await self.lag(brokers, lane) == StreamLag(waiting: 0, unacknowledged: 0, oldestAge: 0))
        }
        await sink.shutdown()
    }

    @Test func orderIsKeptUntilARelayHasDeliveredIt() async throws {
        let brokers = try Brokers()
        try await brokers.setUp()
        let destination = InMemorySink()
        let impatient = try self.sink(brokers, receiptTimeout: .milliseconds(100))
        let batch = try EventBatch(stubs: 4)
        for _ in 0..<3 {
            let error = await #expect(throws: DeliveryError.self) { try await impatient.deliver(batch) }
            #expect(error?.code == .awaitingReceipt)
            #expect(error?.retryAfter == .seconds(30))
        }
        #expect(try await self.lag(brokers, .orders).waiting == 1)
        #expect(try await self.lag(brokers, .observations).waiting == 3)
        // The server was restarted meanwhile: it has another subject for receipts, and the stream still has the first one.
        let restarted = try self.sink(brokers, receiptTimeout: .milliseconds(100))
        _ = await #expect(throws: DeliveryError.self) { try await restarted.deliver(batch) }
        #expect(try await self.lag(brokers, .orders).waiting == 1)
        try await JetStreamRelay.running(brokers.configuration, to: destination) {
            _ = try await destination.waitForEvents(4)
            try await self.waitForReceipt(of: batch, impatient)
        }
        #expect(destination.events.count == 4)
        await impatient.shutdown()
        await restarted.shutdown()
    }

    private func waitForReceipt(of batch: EventBatch, _ sink: JetStreamSink) async throws {
        while true {
            do {
                return try await sink.deliver(batch)
            } catch let error as DeliveryError where error.code == .awaitingReceipt {}
        }
    }

    @Test func rejectedOrderIsADeadLetterAndItsServerIsTold() async throws {
        let brokers = try Brokers()
        try await brokers.setUp()
        let destination = InMemorySink()
        destination.failNext(1, with: .rejected("unknown site"))
        let sink = try self.sink(brokers)
        let all = try EventBatch(stubs: 4)
        let batch = try #require(EventBatch(all.filter { $0.type == .purchase }))
        try await JetStreamRelay.running(brokers.configuration, to: destination) {
            let error = await #expect(throws: DeliveryError.self) { try await sink.deliver(batch) }
            #expect(error?.code == .rejected)
            #expect(error?.reason == "unknown site")
        }
        #expect(destination.events.isEmpty)
        #expect(try await self.lag(brokers, .orders) == StreamLag(waiting: 0, unacknowledged: 0, oldestAge: 0))
        await sink.shutdown()
    }

    @Test func withoutStreamsNothingIsAccepted() async throws {
        let brokers = try Brokers()
        let sink = try self.sink(brokers)
        let batch = try EventBatch(stubs: 2)
        let error = await #expect(throws: DeliveryError.self) { try await self.deliverOnceConnected(batch, sink) }
        #expect(error?.code == .retryable)
        #expect(error?.reason == "no stream takes the event: there is none, or it has no leader")
        await sink.shutdown()
    }

    /// A sink connects with its first delivery, which fails when the brokers have just been started.
    private func deliverOnceConnected(_ batch: EventBatch, _ sink: JetStreamSink) async throws {
        while true {
            do {
                return try await sink.deliver(batch)
            } catch let error as DeliveryError where error.reason.contains("no broker is connected") {}
        }
    }

    @Test func fullStreamRefusesEvents() async throws {
        let brokers = try Brokers()
        try await brokers.setUp { $0.maximumObservationBytes = 1 << 20 }
        let sink = try self.sink(brokers)
        var refusal: DeliveryError?
        for number in 0..<20 where refusal == nil {
            do {
                try await sink.deliver(
                    try #require(EventBatch(try EventBatch(stubs: 400, number: number).filter { $0.type == .pageView }))
                )
            } catch let error as DeliveryError {
                refusal = error
            }
        }
        #expect(refusal?.code == .retryable)
        #expect(refusal?.reason == "the stream refused the event: maximum bytes exceeded")
        // It takes events again when a relay has made room.
        let destination = InMemorySink()
        try await JetStreamRelay.running(brokers.configuration, to: destination) {
            let batch = try #require(EventBatch(try EventBatch(stubs: 400, number: 100).filter { $0.type == .pageView }))
            while true {
                do { return try await sink.deliver(batch) } catch {}
            }
        }
        await sink.shutdown()
    }
}
#endif
