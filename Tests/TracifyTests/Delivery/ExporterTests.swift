//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Foundation
import HTTPTypes
import Testing

@testable import Tracify

struct ExporterTests {
    @Test func sendsFullBatchBeforeInterval() async throws {
        let sink = InMemorySink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub { $0.batches.maximumEvents = 3 }, sink: sink, clock: clock)
        try await running(tracker) {
            for index in 0..<3 { tracker.view("/\(index)") }
            let events = try await sink.waitForEvents(3)
            #expect(events.map(\.url.text) == (0..<3).map { "https://shop.example/\($0)" })
            #expect(sink.deliveryCount == 1)
        }
    }

    @Test func sendsPartialBatchAfterInterval() async throws {
        let sink = InMemorySink()
        let clock = ManualClock()
        let tracker = try Tracker(configuration: .stub { $0.batches.interval = .seconds(7) }, sink: sink, clock: clock)
        try await running(tracker) {
            tracker.view()
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(6))
            // The ticker still sleeps, so the exporter has not been woken.
            #expect(clock.sleeperCount == 1)
            clock.advance(by: .seconds(1))
            _ = try await sink.waitForEvents(1)
        }
    }

    @Test func splitsBatchesAtByteLimit() async throws {
        let sink = InMemorySink()
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 100
            $0.batches.maximumBytes = 2048
            // Concurrent batches may overtake one another.
            $0.batches.maximumConcurrentDeliveries = 1
        }
        let tracker = try Tracker(configuration: configuration, sink: BodySizeSink(limit: 2048, next: sink), clock: ManualClock())
        try await running(tracker) {
            for index in 0..<100 { tracker.view("/a-path-of-some-length/\(index)") }
        }
        #expect(sink.events.map(\.url.text) == (0..<100).map { "https://shop.example/a-path-of-some-length/\($0)" })
        #expect(sink.deliveryCount > 10)
    }

    @Test func sendsOversizedEventInItsOwnBatch() async throws {
        let sink = InMemorySink()
        let configuration = try Tracker.Configuration.stub { $0.batches.maximumBytes = 1024 }
        let tracker = try Tracker(configuration: configuration, sink: sink, clock: ManualClock())
        try await running(tracker) {
            tracker.view("/" + String(repeating: "x", count: 1500))
            tracker.view("/short")
        }
        #expect(sink.events.count == 2)
        #expect(sink.deliveryCount == 2)
    }

    @Test func limitsConcurrentDeliveries() async throws {
        let sink = GatedSink()
        let configuration = try Tracker.Configuration.stub {
            $0.batches.maximumEvents = 1
            $0.batches.maximumConcurrentDeliveries = 3
        }
        let tracker = try Tracker(configuration: configuration, sink: sink, clock: ManualClock())
        try await running(tracker) {
            for index in 0..<5 { tracker.view("/\(index)") }
            await sink.waitForDeliveries(3)
            #expect(sink.waitingCount == 3)
            for _ in 0..<5 {
                await sink.waitForDeliveries(1)
                sink.releaseFirst()
            }
        }
        #expect(sink.delivered.count == 5)
        #expect(tracker.statistics.delivered() == 5)
    }

    @Test func dropsPageViewWithoutHost() async throws {
        let sink = InMemorySink()
        let tracker = try Tracker(configuration: .stub(), sink: sink, clock: ManualClock())
        try await running(tracker) {
            var request = Browsing.request()
            request.authority = "not a host"
            tracker.requestCompleted(request, from: PeerAddress(text: Browsing.address), response: Browsing.page)
        }
        #expect(sink.events.isEmpty)
        #expect(tracker.statistics.dropped(.invalidHost, .pageView) == 1)
    }
}

/// A sink that rejects bodies larger than a limit, as an endpoint does.
struct BodySizeSink<Next: EventSink>: EventSink {
    let limit: Int
    let next: Next

    func deliver(_ batch: EventBatch) async throws {
        guard batch.body.count <= self.limit else { throw DeliveryError.tooLarge("\(batch.body.count) bytes") }
        try await self.next.deliver(batch)
    }
}
