//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

/// Hands reports to all listeners.
///
/// A slow listener loses the oldest reports; delivery does not wait for it.
final class ReportBroadcaster: Sendable {
    private struct State {
        var nextID = 0
        var listeners: [Int: AsyncStream<DeliveryReport>.Continuation] = [:]
        var isFinished = false
    }

    private let state = Mutex(State())
    private let tracing: DeliveryTracing

    init(tracing: DeliveryTracing) { self.tracing = tracing }

    func listen(buffering count: Int) -> AsyncStream<DeliveryReport> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: DeliveryReport.self,
            bufferingPolicy: .bufferingNewest(max(1, count))
        )
        let listener = self.state.withLock { state -> Int? in
            guard !state.isFinished else { return nil }
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return state.nextID
        }
        guard let id = listener else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    func send(_ outcome: DeliveryReport.Outcome, _ batch: EventBatch, duration: Duration? = nil) {
        self.send(outcome, batch.entries.map { ($0.header.id, $0.header.type) }, duration: duration)
    }

    func send(
        _ outcome: DeliveryReport.Outcome,
        _ events: @autoclosure () -> [(id: EventID, type: EventType)],
        duration: Duration? = nil
    ) {
        let listeners = self.state.withLock { Array($0.listeners.values) }
        guard !listeners.isEmpty else { return }
        let events = events()
        let report = DeliveryReport(
            outcome: outcome,
            events: events.reduce(into: [:]) { $0[$1.type, default: 0] += 1 },
            eventIDs: events.map(\.id),
            traceIDs: events.reduce(into: [:]) { ids, event in
                if DeliveryLane(event.type) == .orders, let id = self.tracing.traceID(of: event.id) { ids[event.id] = id }
            },
            duration: duration
        )
        for listener in listeners { listener.yield(report) }
    }

    func finish() {
        let listeners = self.state.withLock { state in
            defer { state.listeners = [:] }
            state.isFinished = true
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
