//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing

@testable import Tracify

struct DeliveryQueueTests {
    private func queue(
        events: Int = 10,
        bytes: Int = 1 << 20,
        batchSize: Int = 5,
        signals: Shared<Int> = Shared(0)
    ) -> DeliveryQueue {
        var limits = QueueConfiguration()
        limits.maximumEvents = events
        limits.maximumBytes = bytes
        return DeliveryQueue(limits: limits, batchSize: batchSize, signal: { signals.change { $0 += 1 } })
    }

    private func record(_ type: EventType, path: String = "/") throws -> QueuedRecord {
        switch type {
        case .pageView: QueuedRecord(pageView: Browsing.visit(path))
        case .productView: QueuedRecord(productView: Browsing.visit(path))
        case .addToCart: QueuedRecord(addToCart: [], by: Browsing.visit(path))
        default: QueuedRecord(EventEncoder().encode(try self.event(type, path: path), id: EventID()))
        }
    }

    private func event(_ type: EventType, path: String) throws -> Event {
        var cache = IdentityCache(capacity: 2)
        let detail: Event.Detail =
            type == .purchase
            ? .purchase(try Order(id: path, currency: .eur, amount: .zero))
            : .conversion(try Conversion(id: path, currency: .eur, amount: .zero))
        return try Browsing.visit(path).resolve(with: &cache, by: .default)
            .event(detail, customerSiteID: CustomerSiteID("6b29fc40-ca47-1067-b31d-00dd010662da"))
    }

    private func paths(_ records: [QueuedRecord]) throws -> [String] {
        try records.map { record in
            switch record.content {
            case .pageView(let visit), .productView(let visit), .addToCart(_, let visit):
                guard case .record(let record) = visit.recorded(by: .default)?.source else { return "" }
                return record.withParts { $0[.target]?.text ?? "" }
            case .encoded(let event):
                return try event.decoded().url.text.replacing("https://shop.example", with: "")
            }
        }
    }

    @Test func keepsOrderWithinALane() throws {
        let queue = self.queue()
        for (index, type) in [EventType.pageView, .purchase, .addToCart, .pageView].enumerated() {
            try queue.enqueue(self.record(type, path: "/\(index)"))
        }
        #expect(try self.paths(queue.take(10, of: .orders, isPartial: true)) == ["/1"])
        #expect(try self.paths(queue.take(10, of: .observations, isPartial: true)) == ["/0", "/2", "/3"])
        #expect(queue.isEmpty)
        #expect(queue.snapshot.bytes == 0)
    }

    @Test func evictsOldestPageViewFirst() throws {
        let queue = self.queue(events: 3)
        try queue.enqueue(self.record(.addToCart, path: "/cart"))
        try queue.enqueue(self.record(.pageView, path: "/old"))
        try queue.enqueue(self.record(.pageView, path: "/new"))
        try queue.enqueue(self.record(.pageView, path: "/newest"))
        #expect(queue.snapshot.evicted[.pageView] == 1)
        #expect(try self.paths(queue.take(10, of: .observations, isPartial: true)) == ["/cart", "/new", "/newest"])
    }

    @Test func evictsPageViewsBeforeCarts() throws {
        let queue = self.queue(events: 2)
        try queue.enqueue(self.record(.addToCart, path: "/cart"))
        try queue.enqueue(self.record(.pageView, path: "/page"))
        try queue.enqueue(self.record(.purchase, path: "/order-1"))
        #expect(queue.snapshot.evicted[.pageView] == 1)
        try queue.enqueue(self.record(.purchase, path: "/order-2"))
        #expect(queue.snapshot.evicted[.addToCart] == 1)
        #expect(try self.paths(queue.take(10, of: .orders, isPartial: true)) == ["/order-1", "/order-2"])
    }

    @Test func pageViewNeverEvictsHigherPriority() throws {
        let queue = self.queue(events: 1)
        try queue.enqueue(self.record(.productView, path: "/product"))
        #expect(throws: DeliveryQueue.Refusal.full) { try queue.enqueue(self.record(.pageView)) }
        #expect(queue.snapshot.evicted.sum(nil) == 0)
        #expect(try self.paths(queue.take(10, of: .observations, isPartial: true)) == ["/product"])
    }

    @Test func neverEvictsAcceptedOrders() throws {
        let queue = self.queue(events: 2)
        try queue.enqueue(self.record(.purchase, path: "/1"))
        try queue.enqueue(self.record(.conversion, path: "/2"))
        #expect(throws: DeliveryQueue.Refusal.full) { try queue.enqueue(self.record(.purchase, path: "/3")) }
        #expect(try self.paths(queue.take(10, of: .orders, isPartial: true)) == ["/1", "/2"])
    }

    @Test func honorsByteLimit() throws {
        let one = try self.record(.pageView).byteCount
        let queue = self.queue(events: 1000, bytes: one * 3)
        for _ in 0..<10 { try queue.enqueue(self.record(.pageView)) }
        #expect(queue.snapshot.count == 3)
        #expect(queue.snapshot.bytes == one * 3)
        #expect(queue.snapshot.evicted[.pageView] == 7)
    }

    @Test func evictsNothingForEventLargerThanQueue() throws {
        let one = try self.record(.pageView).byteCount
        let queue = self.queue(events: 1000, bytes: one * 2)
        try queue.enqueue(self.record(.pageView))
        try queue.enqueue(self.record(.pageView))
        let items = Array(repeating: try LineItem(name: String(repeating: "x", count: 500), amount: .zero), count: 10)
        let huge = QueuedRecord(addToCart: items, by: Browsing.visit())
        try #require(huge.byteCount > one * 2)
        #expect(throws: DeliveryQueue.Refusal.full) { try queue.enqueue(huge) }
        #expect(queue.snapshot.count == 2)
    }

    @Test func closedQueueKeepsEventsAndThrowsForNewOnes() throws {
        let queue = self.queue()
        try queue.enqueue(self.record(.pageView))
        queue.close(.gracefully)
        queue.close(.byCancellation)
        #expect(throws: DeliveryQueue.Refusal.closed) { try queue.enqueue(self.record(.purchase)) }
        #expect(queue.snapshot.count == 1)
        #expect(queue.take(10, of: .observations, isPartial: true).count == 1)
    }

    @Test func takesPartialBatchOnlyOnRequest() throws {
        let queue = self.queue(batchSize: 5)
        for _ in 0..<4 { try queue.enqueue(self.record(.pageView)) }
        #expect(queue.take(5, of: .observations, isPartial: false).isEmpty)
        try queue.enqueue(self.record(.pageView))
        #expect(queue.take(5, of: .observations, isPartial: false).count == 5)
    }

    @Test func signalsBatchFullByBytes() async throws {
        let one = try self.record(.pageView).byteCount
        var limits = QueueConfiguration()
        limits.maximumBytes = one * 100
        let signals = Shared(0)
        let queue = DeliveryQueue(
            limits: limits,
            batchSize: 1000,
            batchBytes: one * 3,
            signal: { signals.change { $0 += 1 } }
        )
        for _ in 0..<3 { try queue.enqueue(self.record(.pageView)) }
        #expect(queue.take(1000, of: .observations, isPartial: false).count == 3)
        #expect(signals.value == 1)
    }

    /// Without this signal, a queue that is no larger than a batch fills up while the sink is idle.
    @Test func signalsHalfFullQueue() async throws {
        let queue = self.queue(events: 10, batchSize: 10)
        for _ in 0..<5 { try queue.enqueue(self.record(.pageView)) }
        #expect(queue.take(10, of: .observations, isPartial: false).count == 5)
    }

    @Test func signalsOncePerFullBatch() async throws {
        let signals = Shared(0)
        let queue = self.queue(events: 100, batchSize: 3, signals: signals)
        for _ in 0..<9 { try queue.enqueue(self.record(.pageView)) }
        #expect(signals.value == 1)
        queue.close(.gracefully)
        #expect(signals.value == 2)
    }

    @Test func ignoresFlushOfEmptyQueue() async throws {
        let queue = self.queue()
        queue.requestFlush()
        #expect(!queue.takeFlushRequest())
        try queue.enqueue(self.record(.pageView))
        queue.requestFlush()
        #expect(queue.takeFlushRequest())
        #expect(!queue.takeFlushRequest())
    }
}
