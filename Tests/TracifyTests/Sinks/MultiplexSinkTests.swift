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
        let multiplex = MultiplexSink([.required(healthy), .required(ScriptedSink { _ in .retryable("down") })], capacity: 100)
        let batch = try EventBatch.stub((0..<10).map { "/\($0)" })
        for _ in 0..<50 {
            await #expect(throws: DeliveryError.self) { try await multiplex.deliver(batch) }
        }
        #expect(healthy.attempts == [10])
    }

    @Test(arguments: [
        (
            [DeliveryError.rejected("a"), .retryable("b", after: .seconds(3))],
            DeliveryError.retryable("second: b", after: .seconds(3))
        ),
        ([.rejected("a"), .unconfirmed("b")], .unconfirmed("second: b")),
        ([.rejected("a"), .unauthorized("b")], .unauthorized("second: b")),
        ([.rejected("a"), .tooLarge("b")], .tooLarge("second: b")),
        ([.rejected("a"), .rejected("a")], .rejected("first: a")),
    ])
    func throwsRetryableFailureFirst(failures: [DeliveryError], reported: DeliveryError) async throws {
        let branches = zip(failures, ["first", "second"])
            .map { failure, name in
                let sink = InMemorySink()
                sink.failNext(1, with: failure)
                return MultiplexSink.Branch.required(sink, name: name)
            }
        await #expect(throws: reported) { try await MultiplexSink(branches).deliver(try .stub(["/1"])) }
    }

    /// The text of a foreign error may hold anything.
    @Test func showsOnlyTypeOfForeignErrors() async throws {
        struct Careless: Error, CustomStringConvertible {
            let description = "jane.doe@example.com"
        }
        struct Foreign: EventSink {
            func deliver(_ batch: EventBatch) async throws { throw Careless() }
        }
        let error = await #expect(throws: DeliveryError.self) {
            try await MultiplexSink([Foreign()]).deliver(try .stub(["/1"]))
        }
        #expect(error == .retryable("Foreign: the sink threw Careless"))
    }

    @Test func namesBranchesByTypeAndNumbersThem() {
        let sinks: [any EventSink] = [InMemorySink(), IDSink(), InMemorySink()]
        #expect(MultiplexSink(sinks).branches.map(\.name) == ["InMemorySink", "IDSink", "InMemorySink 2"])
    }

    /// With as many batches in flight as the tracker allows, one slow sink does not keep the others from the next batch.
    @Test func deliversFurtherBatchesWhileRequiredSinkHangs() async throws {
        let hanging = GatedSink()
        let healthy = InMemorySink()
        let multiplex = MultiplexSink([hanging, healthy])
        async let first: Void = multiplex.deliver(try .stub(["/1"]))
        async let second: Void = multiplex.deliver(try .stub(["/2"], firstID: 1))
        #expect(try await healthy.waitForEvents(2).count == 2)
        await hanging.waitForDeliveries(2)
        for _ in 0..<2 { hanging.releaseFirst() }
        _ = try await (first, second)
        #expect(hanging.delivered.count == 2)
    }

    @Test func deliversNothingAfterShutdown() async throws {
        let sink = InMemorySink()
        let multiplex = MultiplexSink([.required(sink), .bestEffort(InMemorySink())])
        await multiplex.shutdown()
        await multiplex.shutdown()
        let error = await #expect(throws: DeliveryError.self) { try await multiplex.deliver(try .stub(["/1"])) }
        #expect(error?.code == .retryable)
        #expect(sink.deliveryCount == 0)
    }

    @Test func cancelledDeliveryThrowsAndRemembersWhoAccepted() async throws {
        let healthy = InMemorySink()
        let hanging = GatedSink()
        let multiplex = MultiplexSink([healthy, hanging])
        let batch = try EventBatch.stub(["/1"])
        let delivery = Task { try await multiplex.deliver(batch) }
        await hanging.waitForDeliveries(1)
        _ = try await healthy.waitForEvents(1)
        delivery.cancel()
        await #expect(throws: CancellationError.self) { try await delivery.value }
        #expect(multiplex.rememberedEvents == 1)
    }

    /// Dead letters that are never requeued must not fill the memory.
    @Test func remembersBoundedNumberOfEvents() async throws {
        let strict = ScriptedSink { _ in .rejected("no") }
        let healthy = IDSink()
        let multiplex = MultiplexSink([.required(healthy), .required(strict)], capacity: 10)
        for index in 0..<30 {
            let batch = try EventBatch.stub(["/\(index)"], firstID: UInt64(index))
            for _ in 0..<3 { await #expect(throws: DeliveryError.self) { try await multiplex.deliver(batch) } }
        }
        #expect(multiplex.rememberedEvents == 10)
        #expect(healthy.ids.count == 30)
    }
}
