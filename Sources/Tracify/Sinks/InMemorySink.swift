//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

/// A sink that keeps events in memory, for tests and demonstrations.
///
/// ```swift
/// let sink = InMemorySink()
/// let tracker = try Tracker(configuration: configuration, sink: sink)
/// // … run the tracker and the application, make a request …
/// let purchase = try await sink.waitForEvents(1, of: .purchase)
/// ```
///
/// The events it returns are decoded from the wire form, so a test sees what Tracify would receive.
///
/// Several trackers may share a sink: it keeps the events of all of them in the order of delivery, and still accepts events after one
/// of them has shut it down.
public final class InMemorySink: EventSink {
    private struct State: ~Copyable, EventCollecting {
        var events: [Event] = []
        var failures: [(error: DeliveryError, count: Int)] = []
        var deliveries = 0
        var isShutDown = false
        var waiters = EventWaiters()

        func events(of type: EventType?) -> [Event] {
            type.map { type in self.events.filter { $0.type == type } } ?? self.events
        }
    }

    /// The maximum number of events, at least 1; the oldest are evicted first.
    public let capacity: Int
    /// `true`: the sink keeps the events of all its trackers.
    public var isShareable: Bool { true }
    private let state = Mutex(State())

    /// Creates an empty sink.
    ///
    /// - Parameter capacity: The maximum number of events, at least 1; the oldest are evicted first.
    public init(capacity: Int = 100_000) {
        self.capacity = max(1, capacity)
    }

    /// The events that were delivered and not evicted, in the order of delivery.
    public var events: [Event] { self.events(of: nil) }

    /// Returns the events of one type, in the order of delivery.
    ///
    /// - Parameter type: The type; `nil` for all types.
    /// - Returns: The events that were delivered and not evicted.
    public func events(of type: EventType?) -> [Event] {
        self.state.withLock { $0.events(of: type) }
    }

    /// The number of deliveries, failed ones included.
    public var deliveryCount: Int { self.state.withLock { $0.deliveries } }

    /// Whether ``shutdown()`` has been called.
    public var isShutDown: Bool { self.state.withLock { $0.isShutDown } }

    /// Waits until the sink holds a number of events, and returns them.
    ///
    /// There is no timeout: give the test a time limit.
    ///
    /// - Parameters:
    ///   - count: The minimum number of events.
    ///   - type: The type of the events; `nil` for all types.
    /// - Returns: All events of the type at that time.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func waitForEvents(_ count: Int, of type: EventType? = nil) async throws -> [Event] {
        try await self.state.waitForEvents(count, of: type)
    }

    /// Makes the next deliveries fail, after those of earlier calls.
    ///
    /// - Parameters:
    ///   - count: The number of deliveries; 0 or less has no effect.
    ///   - error: The error that they throw.
    public func failNext(_ count: Int, with error: DeliveryError = .retryable("a test requested this failure")) {
        guard count > 0 else { return }
        self.state.withLock { $0.failures.append((error, count)) }
    }

    /// Removes all events; requested failures remain.
    public func removeAll() {
        self.state.withLock { $0.events.removeAll() }
    }

    /// Keeps the events of a batch, or throws a requested failure.
    ///
    /// - Parameter batch: The events.
    /// - Throws: The error of ``failNext(_:with:)``; ``DeliveryError/rejected(_:)`` for an event that cannot be decoded.
    public func deliver(_ batch: EventBatch) async throws {
        let decoded: Result<[Event], DeliveryError>
        do {
            decoded = .success(try batch.map { try $0.decoded() })
        } catch {
            decoded = .failure(.rejected("\(error)"))
        }
        let due = try self.state.withLock { state in
            state.deliveries += 1
            if let failure = state.failures.first {
                if failure.count == 1 { state.failures.removeFirst() } else { state.failures[0].count -= 1 }
                throw failure.error
            }
            state.events.append(contentsOf: try decoded.get())
            if state.events.count > self.capacity {
                state.events.removeFirst(state.events.count - self.capacity)
            }
            // Moved out, as the events are read meanwhile.
            var waiters = state.waiters
            defer { state.waiters = waiters }
            return waiters.takeDue { state.events(of: $0) }
        }
        for (continuation, events) in due { continuation.resume(returning: events) }
    }

    /// Sets ``isShutDown``.
    public func shutdown() async {
        self.state.withLock { $0.isShutDown = true }
    }
}
