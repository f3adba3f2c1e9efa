//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if TestKit
import Synchronization
import Tracify

/// The delivery reports of a tracker, with functions that wait for more.
final class ReportLog: Sendable {
    private struct State {
        var reports: [DeliveryReport] = []
        var nextWaiter = 0
        var waiters: [Int: Waiter] = [:]
    }

    private struct Waiter {
        let condition: @Sendable ([DeliveryReport]) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let state = Mutex(State())

    var reports: [DeliveryReport] { self.state.withLock { $0.reports } }

    /// The number of completed deliveries.
    var deliveries: Int { self.reports.filter { $0.duration != nil }.count }

    func listen(to stream: AsyncStream<DeliveryReport>) async {
        for await report in stream {
            let due = self.state.withLock { state in
                state.reports.append(report)
                let due = state.waiters.filter { $0.value.condition(state.reports) }
                for id in due.keys { state.waiters[id] = nil }
                return due.values.map(\.continuation)
            }
            for continuation in due { continuation.resume() }
        }
    }

    /// Waits until the reports meet the condition.
    ///
    /// Only the suite's time limit applies.
    func wait(until condition: @escaping @Sendable ([DeliveryReport]) -> Bool) async throws {
        let id = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = self.state.withLock { state in
                    if condition(state.reports) { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[id] = Waiter(condition: condition, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    func waitForDelivered(_ count: Int) async throws {
        try await self.wait { $0.delivered >= count }
    }

    func waitForRejected(_ count: Int) async throws {
        try await self.wait { $0.rejected >= count }
    }

    /// Waits for `count` more failures.
    func waitForFailures(_ count: Int) async throws {
        let already = self.reports.failures
        try await self.wait { $0.failures >= already + count }
    }
}

extension [DeliveryReport] {
    var delivered: Int { self.sum { $0.outcome == .delivered } }

    var rejected: Int {
        self.sum { $0.outcome.isRejected }
    }

    var failures: Int {
        self.filter { $0.outcome.isRetried }.count
    }

    private func sum(_ isCounted: (DeliveryReport) -> Bool) -> Int {
        self.filter(isCounted).reduce(0) { $0 + $1.events.values.reduce(0, +) }
    }
}
#endif
