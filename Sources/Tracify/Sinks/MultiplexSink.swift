//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import DequeModule
import Synchronization

/// A sink that delivers every batch to several sinks concurrently.
///
/// A batch is delivered when all sinks have accepted it. When only some of them accept it, the delivery fails, and a retry skips
/// them: no sink receives an event twice because another sink failed.
///
/// When several sinks fail, one error is thrown, in this order of precedence: `CancellationError`, a transient failure,
/// ``DeliveryError/Code/unauthorized``, ``DeliveryError/Code/tooLarge``, ``DeliveryError/Code/rejected``. A rejection comes last,
/// because the event is rejected again once the other sinks have accepted it.
public final class MultiplexSink: EventSink {
    private struct State {
        /// For each sink, the events that it has accepted and another sink has not.
        var accepted: [Set<EventID>]
        /// The IDs of these events, the oldest first.
        var order: Deque<EventID> = []
    }

    private let sinks: [any EventSink]
    private let state: Mutex<State>

    /// The maximum number of remembered events that only some sinks have accepted.
    ///
    /// The oldest beyond it are forgotten, and a sink may receive them twice.
    private let capacity: Int

    /// Creates a sink that delivers to several sinks.
    ///
    /// - Parameter sinks: The sinks. Without any, every batch counts as delivered.
    public convenience init(_ sinks: [any EventSink]) {
        self.init(sinks, capacity: 100_000)
    }

    init(_ sinks: [any EventSink], capacity: Int) {
        self.sinks = sinks
        self.capacity = capacity
        self.state = Mutex(State(accepted: Array(repeating: [], count: sinks.count)))
    }

    /// Delivers the events of a batch to every sink that has not accepted them yet.
    ///
    /// - Parameter batch: The events.
    /// - Throws: The error of a sink that failed; of several errors, the one that takes precedence.
    public func deliver(_ batch: EventBatch) async throws {
        let accepted = self.state.withLock { $0.accepted }
        let failures = await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for (index, sink) in self.sinks.enumerated() {
                guard let rest = accepted[index].isEmpty ? batch : batch.filter({ !accepted[index].contains($0.id) })
                else { continue }
                group.addTask {
                    do {
                        try await sink.deliver(rest)
                        return (index, nil)
                    } catch {
                        return (index, error)
                    }
                }
            }
            var failures: [Int: any Error] = [:]
            for await (index, error) in group {
                failures[index] = error
            }
            return failures
        }
        self.remember(batch, failed: failures)
        if let worst = failures.values.min(by: { MultiplexSink.rank($0) < MultiplexSink.rank($1) }) {
            throw worst
        }
    }

    /// Shuts all sinks down concurrently.
    public func shutdown() async {
        await withTaskGroup(of: Void.self) { group in
            for sink in self.sinks {
                group.addTask { await sink.shutdown() }
            }
        }
    }

    /// Records which sinks have accepted a batch, until all have.
    private func remember(_ batch: EventBatch, failed: [Int: any Error]) {
        self.state.withLock { state in
            // An ID that is already remembered keeps its position: appended again with each attempt, it would evict
            // itself.
            let newIDs = batch.entries.map(\.header.id).filter { id in !state.accepted.contains { $0.contains(id) } }
            for index in state.accepted.indices {
                if failed.isEmpty || failed[index] != nil {
                    if !state.accepted[index].isEmpty, failed.isEmpty {
                        state.accepted[index].subtract(batch.entries.map(\.header.id))
                    }
                } else {
                    state.accepted[index].formUnion(batch.entries.map(\.header.id))
                }
            }
            guard !failed.isEmpty else { return }
            state.order.append(contentsOf: newIDs)
            while state.order.count > self.capacity, let oldest = state.order.popFirst() {
                for index in state.accepted.indices {
                    state.accepted[index].remove(oldest)
                }
            }
        }
    }

    /// Returns the precedence of an error; the lowest number is thrown.
    private static func rank(_ error: any Error) -> Int {
        switch (error as? DeliveryError)?.code {
        case .unauthorized?: 1
        case .tooLarge?: 2
        case .rejected?: 3
        default: error is CancellationError ? -1 : 0
        }
    }
}
