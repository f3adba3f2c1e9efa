//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct InMemorySinkTests {
    @Test func filtersEventsByType() async throws {
        let sink = InMemorySink()
        try await sink.deliver(try .stub(["/1", "/2"]))
        #expect(sink.events.count == 2)
        #expect(sink.events(of: .pageView).count == 2)
        #expect(sink.events(of: .purchase).isEmpty)
        sink.removeAll()
        #expect(sink.events.isEmpty)
        #expect(sink.deliveryCount == 1)
    }

    @Test func waitsForEvents() async throws {
        let sink = InMemorySink()
        async let waiting = sink.waitForEvents(3)
        try await sink.deliver(try .stub(["/1", "/2"]))
        try await sink.deliver(try .stub(["/3"]))
        #expect(try await waiting.count == 3)
        #expect(try await sink.waitForEvents(2, of: .pageView).count == 3)
    }

    @Test func cancelledWaitThrows() async throws {
        let sink = InMemorySink()
        let waiting = Task { try await sink.waitForEvents(1) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        try await sink.deliver(try .stub(["/1"]))
    }

    @Test func failsOnDemand() async throws {
        let sink = InMemorySink()
        sink.failNext(2, with: .rejected("no"))
        for _ in 0..<2 {
            await #expect(throws: DeliveryError.rejected("no")) { try await sink.deliver(try .stub(["/1"])) }
        }
        try await sink.deliver(try .stub(["/1"]))
        #expect(sink.events.count == 1)
        #expect(sink.deliveryCount == 3)
    }

    @Test func keepsNewestEventsWithinCapacity() async throws {
        let sink = InMemorySink(capacity: 2)
        try await sink.deliver(try .stub(["/1", "/2", "/3"]))
        #expect(sink.events.map(\.url.text) == ["https://shop.example/2", "https://shop.example/3"])
    }
}
