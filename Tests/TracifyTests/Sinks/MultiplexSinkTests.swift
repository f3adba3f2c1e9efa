//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct MultiplexSinkTests {
    @Test func deliversEveryBatchToEverySink() async throws {
        let sinks = [InMemorySink(), InMemorySink()]
        let multiplex = MultiplexSink(sinks)
        try await multiplex.deliver(try .stub(["/1", "/2"]))
        await multiplex.shutdown()
        for sink in sinks {
            #expect(sink.events.count == 2)
            #expect(sink.isShutDown)
        }
    }

    @Test func doesNotRedeliverToSinkThatAcceptedBatch() async throws {
        let good = InMemorySink()
        let failing = InMemorySink()
        let multiplex = MultiplexSink([good, failing])
        let batch = try EventBatch.stub(["/1", "/2"])
        failing.failNext(2)
        for _ in 0..<2 {
            await #expect(throws: DeliveryError.self) { try await multiplex.deliver(batch) }
        }
        try await multiplex.deliver(batch)
        #expect(good.deliveryCount == 1)
        #expect(good.events.count == 2)
        #expect(failing.events.count == 2)
    }

    /// After a split, an event is retried in a different batch.
    @Test func tracksEventsRatherThanBatches() async throws {
        let good = InMemorySink()
        let failing = InMemorySink()
        let multiplex = MultiplexSink([good, failing])
        failing.failNext(1, with: .tooLarge("2 events"))
        await #expect(throws: DeliveryError.self) { try await multiplex.deliver(try .stub(["/1", "/2"])) }
        try await multiplex.deliver(try .stub(["/2", "/3"], firstID: 1))
        #expect(good.events.map(\.url.text).map { $0.suffix(2) } == ["/1", "/2", "/3"])
        #expect(failing.events.map(\.url.text).map { $0.suffix(2) } == ["/2", "/3"])
    }

    /// Events that all sinks accepted are forgotten, so memory does not grow with the number of delivered events.
    ///
    /// The repeated id shows it; in production, ids are never reused within a process.
    @Test func forgetsEventsThatAllSinksAccepted() async throws {
        let good = InMemorySink()
        let failing = InMemorySink()
        let multiplex = MultiplexSink([good, failing])
        failing.failNext(1)
        let batch = try EventBatch.stub(["/1"])
        await #expect(throws: DeliveryError.self) { try await multiplex.deliver(batch) }
        try await multiplex.deliver(batch)
        try await multiplex.deliver(batch)
        #expect(good.events.count == 2)
    }

    /// A batch that is retried for a long time must not evict its own events from the set of accepted events.
    @Test func tracksAcceptedEventsThroughLongOutage() async throws {
        let healthy = ScriptedSink()
        let multiplex = MultiplexSink([healthy, ScriptedSink { _ in .retryable("down") }], capacity: 100)
        let batch = try EventBatch.stub((0..<10).map { "/\($0)" })
        for _ in 0..<50 {
            await #expect(throws: DeliveryError.self) { try await multiplex.deliver(batch) }
        }
        #expect(healthy.attempts == [10])
    }

    @Test(arguments: [
        ([DeliveryError.rejected("a"), .retryable("b")], DeliveryError.retryable("b")),
        ([.rejected("a"), .unauthorized("b")], .unauthorized("b")),
        ([.rejected("a"), .tooLarge("b")], .tooLarge("b")),
        ([.rejected("a"), .rejected("a")], .rejected("a")),
    ])
    func throwsRetryableFailureFirst(failures: [DeliveryError], reported: DeliveryError) async throws {
        let sinks = failures.map { failure in
            let sink = InMemorySink()
            sink.failNext(1, with: failure)
            return sink
        }
        await #expect(throws: reported) { try await MultiplexSink(sinks).deliver(try .stub(["/1"])) }
    }
}
