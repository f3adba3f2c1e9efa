//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Testing
import Tracify
import TracifySQLite
import TracifyTesting

// sample begin
@Test func queueSinkConforms() async throws {
    try await checkSinkConformance {
        let queue = FakeQueue()
        return SinkUnderTest(
            QueueSink(queue: queue),
            received: { await queue.bodies },
            failNext: { await queue.failNext() },
            hang: { await queue.hang() }
        )
    }
}
// sample end

private struct QueueSink: EventSink {
    let queue: FakeQueue

    func deliver(_ batch: EventBatch) async throws {
        try await self.queue.publish(batch.body)
    }
}

private actor FakeQueue {
    private(set) var bodies: [[UInt8]] = []
    private var failures = 0
    private var isHanging = false

    func failNext() { self.failures += 1 }
    func hang() { self.isHanging = true }

    func publish(_ body: [UInt8]) async throws {
        if self.isHanging {
            // Ends when the task is cancelled.
            for await _ in AsyncStream<Never>.makeStream().stream {}
            throw CancellationError()
        }
        guard self.failures == 0 else {
            self.failures -= 1
            throw DeliveryError.retryable("The queue is busy")
        }
        self.bodies.append(body)
    }
}

private func memory(_ configuration: Tracker.Configuration, _ sink: some EventSink) throws -> Tracker {
    // sample begin
    let store = InMemoryEventStore(maximumEvents: 1000)
    let tracker = try Tracker(configuration: configuration, sink: sink, store: store)
    // sample end
    return tracker
}

#if SQLite
private func store() async throws {
    // sample begin
    var options = StoreConformanceOptions()
    options.maximumBytes = 1 << 20
    options.maximumDeadLetters = 50
    try await checkStoreConformance(options: options) { directory in
        var configuration = SQLiteEventStore.Configuration(path: "\(directory)/events.sqlite")
        configuration.maximumBytes = 1 << 20
        configuration.maximumDeadLetters = 50
        return try SQLiteEventStore(configuration: configuration)
    }
    // sample end
}
#endif
