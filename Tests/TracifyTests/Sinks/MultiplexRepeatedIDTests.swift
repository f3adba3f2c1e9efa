//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

/// A multiplex never withholds an event from a sink that has not accepted it itself, whatever the IDs.
struct MultiplexRepeatedIDTests {
    private func deliverToFailure(_ batch: EventBatch, to multiplex: MultiplexSink) async {
        await #expect(throws: DeliveryError.self) { try await multiplex.deliver(batch) }
    }

    /// Two trackers whose generators have the same seed give different events the same IDs.
    @Test func deliversDifferentEventsWithEqualIDs() async throws {
        let healthy = ScriptedSink()
        let failing = ScriptedSink { $0.contains(path: "/b1") ? nil : .retryable("down") }
        let multiplex = MultiplexSink([healthy, failing])
        let first = try EventBatch.stub(["/a1", "/a2"])
        let second = try EventBatch.stub(["/b1", "/b2"])
        await self.deliverToFailure(first, to: multiplex)
        try await multiplex.deliver(second)
        #expect(healthy.delivered == ["/a1", "/a2", "/b1", "/b2"])
        failing.decide { _ in nil }
        try await multiplex.deliver(first)
        #expect(healthy.delivered == ["/a1", "/a2", "/b1", "/b2"])
        #expect(failing.delivered == ["/b1", "/b2", "/a1", "/a2"])
    }

    /// Even events that cannot be told apart arrive as often as they are delivered.
    @Test func deliversEqualEventsAsOftenAsTheyAreGiven() async throws {
        let healthy = ScriptedSink()
        let failing = ScriptedSink { _ in .retryable("down") }
        let multiplex = MultiplexSink([healthy, failing])
        let batches = try [EventBatch.stub(["/1", "/2"]), EventBatch.stub(["/1", "/2"])]
        await self.deliverToFailure(batches[0], to: multiplex)
        failing.decide { _ in nil }
        for batch in batches.reversed() { try await multiplex.deliver(batch) }
        #expect(healthy.delivered.sorted() == ["/1", "/1", "/2", "/2"])
        #expect(failing.delivered.sorted() == ["/1", "/1", "/2", "/2"])
    }

    @Test func deliversEqualBatchesInFlightToEverySink() async throws {
        let (first, second) = (GatedSink(), GatedSink())
        let multiplex = MultiplexSink([first, second])
        let batch = try EventBatch.stub(["/1"])
        async let one: Void = multiplex.deliver(batch)
        async let other: Void = multiplex.deliver(batch)
        for sink in [first, second] {
            await sink.waitForDeliveries(2)
            for _ in 0..<2 { sink.releaseFirst() }
        }
        _ = try await (one, other)
        #expect(first.delivered.count == 2)
        #expect(second.delivered.count == 2)
    }

    /// The tracker halves a batch until the bad event is alone, and the other half waits for a long time.
    @Test func halvesSkipOnlyTheSinksThatAcceptedThem() async throws {
        let healthy = ScriptedSink()
        let strict = ScriptedSink { $0.contains(path: "/bad") ? .rejected("no") : nil }
        let multiplex = MultiplexSink([healthy, strict])
        let batch = try EventBatch.stub(["/1", "/2", "/bad", "/4"])
        await self.deliverToFailure(batch, to: multiplex)
        let (front, back) = try #require(batch.split(at: batch.count / 2))
        try await multiplex.deliver(front)
        await self.deliverToFailure(back, to: multiplex)
        try await multiplex.deliver(try .stub(["/5"], firstID: 4))
        let (bad, last) = try #require(back.split(at: back.count / 2))
        try await multiplex.deliver(last)
        for _ in 0..<3 { await self.deliverToFailure(bad, to: multiplex) }
        #expect(healthy.delivered == ["/1", "/2", "/bad", "/4", "/5"])

        // A dead letter that is requeued later.
        strict.decide { _ in nil }
        try await multiplex.deliver(bad)
        #expect(healthy.delivered == ["/1", "/2", "/bad", "/4", "/5"])
        #expect(strict.delivered == ["/1", "/2", "/5", "/4", "/bad"])
    }

    /// A seeded run: whatever fails, every sink receives each event exactly as often as it was accepted as a whole.
    @Test(arguments: 0..<20)
    func everySinkReceivesEveryEventOnce(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let sinks = [ScriptedSink(), ScriptedSink(), ScriptedSink()]
        let multiplex = MultiplexSink(sinks)
        // The IDs repeat from batch to batch; every third batch equals the one before.
        let batches = try (0..<12)
            .map { index in try EventBatch.stub((0..<5).map { "/\(index % 2)/\($0)" } + ["/batch-\(index / 3)"]) }
        var waiting = batches
        while !waiting.isEmpty {
            for sink in sinks {
                let fails = random.once(in: 2)
                sink.decide { _ in fails ? .retryable("down") : nil }
            }
            let batch = waiting.remove(at: Int.random(in: waiting.indices, using: &random))
            do {
                try await multiplex.deliver(batch)
            } catch {
                if random.once(in: 3), let (front, back) = batch.split(at: batch.count / 2) {
                    waiting += [front, back]
                } else {
                    waiting.append(batch)
                }
            }
        }
        let expected = try batches.flatMap { try $0.paths() }.sorted()
        for sink in sinks { #expect(sink.delivered.sorted() == expected) }
    }
}
