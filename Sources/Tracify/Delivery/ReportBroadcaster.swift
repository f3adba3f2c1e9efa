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
    }

    private let state = Mutex(State())

    func listen(buffering count: Int) -> AsyncStream<DeliveryReport> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: DeliveryReport.self,
            bufferingPolicy: .bufferingNewest(max(1, count))
        )
        let id = self.state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = continuation
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    func send(_ outcome: DeliveryReport.Outcome, _ batch: EventBatch, duration: Duration? = nil) {
        let listeners = self.state.withLock { Array($0.listeners.values) }
        guard !listeners.isEmpty else { return }
        let report = DeliveryReport(
            outcome: outcome,
            events: batch.countsByType,
            eventIDs: batch.entries.map(\.header.id),
            duration: duration
        )
        for listener in listeners { listener.yield(report) }
    }

    func finish() {
        let listeners = self.state.withLock { state in
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
