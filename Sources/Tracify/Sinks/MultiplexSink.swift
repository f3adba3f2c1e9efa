//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

public import Logging
import Synchronization

/// A sink that delivers every batch to several sinks concurrently.
///
/// ```swift
/// let sink = MultiplexSink([.required(httpSink), .bestEffort(fileSink)])
/// ```
///
/// ## Required sinks
///
/// A batch is delivered when all required sinks have accepted it. When only some of them accept it, the delivery fails, and a retry
/// skips them: no sink receives an event twice because another sink failed. This is remembered for the last 100,000 events.
///
/// A batch waits for its slowest required sink. Meanwhile, further batches are delivered to all sinks, as many as the tracker has in
/// flight (``BatchConfiguration/maximumConcurrentDeliveries``); when each of them waits for the same sink, nothing else is
/// delivered. A slow destination that you can do without should be best effort, or have a tracker of its own.
///
/// When several sinks fail, one error is thrown, in this order of precedence: `CancellationError`, a transient failure,
/// ``DeliveryError/Code/unauthorized``, ``DeliveryError/Code/tooLarge``, ``DeliveryError/Code/rejected``. A rejection comes last,
/// because the event is rejected again once the other sinks have accepted it. The reason begins with the name of the branch.
///
/// ## Best-effort sinks
///
/// A best-effort sink has a bounded queue and a task of its own. A batch enters the queue with its first delivery, even when a
/// required sink then fails, and neither waits for the sink nor fails with it. Batches are dropped, the oldest first, when the queue
/// is full; after a bounded number of retries when the sink keeps failing; and at once when the sink rejects them. A batch that is
/// too large is halved. ``droppedEvents`` counts the dropped events. What waits is in memory only: a crash loses it, although the
/// tracker counts it as delivered.
///
/// A multiplex belongs to one tracker at a time, and so does each of its sinks that is not ``EventSink/isShareable``.
public final class MultiplexSink: EventSink {
    private struct State {
        var ledger: AcceptanceLedger
        var isShutDown = false
    }

    /// The sinks, in the order in which they were given, with their final names.
    public let branches: [Branch]
    /// The queues of the best-effort branches; `nil` for required ones.
    private let queues: [BestEffortQueue?]
    private let state: Mutex<State>

    /// Creates a sink that delivers to several sinks, all of them required.
    ///
    /// - Parameter sinks: The sinks. Without any, every batch counts as delivered.
    public convenience init(_ sinks: [any EventSink]) {
        self.init(sinks.map { .required($0) })
    }

    /// Creates a sink that delivers to several sinks.
    ///
    /// - Parameters:
    ///   - branches: The sinks. Without a required one, every batch counts as delivered.
    ///   - logger: The logger for events that best-effort sinks drop. It never gets an event's content.
    ///   - clock: The clock that measures pauses and the shutdown; tests pass their own.
    public convenience init(
        _ branches: [Branch],
        logger: Logger? = nil,
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        self.init(branches, logger: logger, clock: clock, capacity: 100_000)
    }

    init(_ branches: [Branch], logger: Logger? = nil, clock: some Clock<Duration> = ContinuousClock(), capacity: Int) {
        let branches = MultiplexSink.withUniqueNames(branches)
        let clock = BranchClock(clock)
        self.branches = branches
        self.queues = branches.map { branch in
            branch.bestEffort.map {
                BestEffortQueue(branch.sink, name: branch.name, configuration: $0, clock: clock, logger: logger)
            }
        }
        self.state = Mutex(State(ledger: AcceptanceLedger(branchCount: branches.count, capacity: capacity)))
    }

    deinit {
        // A tracker that never ran does not shut its sink down.
        for queue in self.queues { queue?.cancel() }
    }

    /// The number of events that each best-effort sink has not received, by the name of its branch.
    public var droppedEvents: [String: Int] {
        var counts: [String: Int] = [:]
        for case let queue? in self.queues { counts[queue.name] = queue.droppedEvents }
        return counts
    }

    /// The number of events that only some sinks have accepted.
    var rememberedEvents: Int { self.state.withLock { $0.ledger.count } }

    /// Delivers the events of a batch to every required sink that has not accepted them yet, and queues them for the others.
    ///
    /// - Parameter batch: The events.
    /// - Throws: The error of a required sink that failed; of several errors, the one that takes precedence.
    ///   ``DeliveryError/retryable(_:after:)`` after ``shutdown()``.
    public func deliver(_ batch: EventBatch) async throws {
        let accepted = try self.state.withLock { state in
            guard !state.isShutDown else { throw DeliveryError.retryable("the multiplex is shut down") }
            return state.ledger.take(batch)
        }
        // Before anything that waits.
        for (queue, accepted) in zip(self.queues, accepted) {
            if let queue, let rest = MultiplexSink.rest(of: batch, without: accepted) { queue.offer(rest) }
        }
        let failures = await self.deliverToRequired(batch, accepted: accepted)
        let ranks = failures.mapValues { MultiplexSink.rank($0) }
        guard let worst = failures.min(by: { (ranks[$0.key] ?? 0, $0.key) < (ranks[$1.key] ?? 0, $1.key) }) else { return }
        let all = Set(batch.indices)
        let acceptedNow = self.branches.indices.map { failures[$0] == nil ? all : accepted[$0] }
        self.state.withLock { $0.ledger.put(acceptedNow, of: batch) }
        throw MultiplexSink.naming(self.branches[worst.key].name, in: worst.value)
    }

    /// Returns the failures by the branches' positions.
    private func deliverToRequired(_ batch: EventBatch, accepted: [Set<Int>]) async -> [Int: any Error] {
        await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for (index, branch) in self.branches.enumerated() where branch.isRequired {
                guard let rest = MultiplexSink.rest(of: batch, without: accepted[index]) else { continue }
                group.addTask {
                    do {
                        try await branch.sink.deliver(rest)
                        return (index, nil)
                    } catch {
                        return (index, error)
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Shuts all sinks down concurrently.
    ///
    /// Best-effort sinks get what waits for them within ``BestEffortConfiguration/drainTimeout``; then their deliveries are cancelled,
    /// and after another second no longer awaited. Later calls have no effect, and later deliveries fail.
    public func shutdown() async {
        let isFirst = self.state.withLock { state in
            defer { state.isShutDown = true }
            return !state.isShutDown
        }
        guard isFirst else { return }
        await withTaskGroup(of: Void.self) { group in
            for (branch, queue) in zip(self.branches, self.queues) {
                group.addTask {
                    if let queue { await queue.shutdown() } else { await branch.sink.shutdown() }
                }
            }
        }
    }

    /// Returns the batch without the events at some positions; `nil` when none remains.
    private static func rest(of batch: EventBatch, without positions: Set<Int>) -> EventBatch? {
        guard !positions.isEmpty else { return batch }
        return batch.part(batch.indices.filter { !positions.contains($0) })
    }

    private static func withUniqueNames(_ branches: [Branch]) -> [Branch] {
        var names: Set<String> = []
        return branches.map { branch in
            var branch = branch
            let name = branch.name
            var number = 2
            while !names.insert(branch.name).inserted {
                branch.name = "\(name) \(number)"
                number += 1
            }
            return branch
        }
    }
}
