import Synchronization

/// Keeps what it is given, for tests and demonstrations.
///
/// ```swift
/// let sink = InMemorySink()
/// let tracker = try Tracker(configuration: configuration, sink: sink)
/// // … run the tracker and the application, make a request …
/// let purchase = try await sink.waitForEvents(1, of: .purchase)
/// ```
///
/// What it returns has been through the wire form, so a test sees what Tracify would.
public final class InMemorySink: EventSink {
    private struct Waiter {
        let count: Int
        let type: EventType?
        let continuation: CheckedContinuation<[Event], any Error>
    }

    private struct State: ~Copyable {
        var events: [Event] = []
        var failures: [(error: DeliveryError, count: Int)] = []
        var deliveries = 0
        var isShutDown = false
        var nextWaiter = 0
        var waiters: [Int: Waiter] = [:]

        func events(of type: EventType?) -> [Event] {
            type.map { type in self.events.filter { $0.type == type } } ?? self.events
        }
    }

    /// How many events are kept; the oldest go first.
    public let capacity: Int
    private let state = Mutex(State())

    /// Creates an empty sink.
    ///
    /// - Parameter capacity: How many events are kept at most; the oldest go first.
    public init(capacity: Int = 100_000) {
        self.capacity = max(1, capacity)
    }

    /// Everything that came and is still kept, in the order it came.
    public var events: [Event] { self.events(of: nil) }

    /// The events of one type, in the order they came.
    ///
    /// - Parameter type: Of which type; of all when `nil`.
    public func events(of type: EventType?) -> [Event] {
        self.state.withLock { $0.events(of: type) }
    }

    /// How often a batch was handed over, failed deliveries included.
    public var deliveryCount: Int { self.state.withLock { $0.deliveries } }

    /// Whether ``shutdown()`` has been called.
    public var isShutDown: Bool { self.state.withLock { $0.isShutDown } }

    /// Waits until there are at least `count` events, of one type if it is given.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - type: Of which type; of any when `nil`.
    /// - Returns: All events of the type that there are then.
    /// - Throws: `CancellationError` when the task is cancelled. There is no time-out: use the test's own time limit.
    public func waitForEvents(_ count: Int, of type: EventType? = nil) async throws -> [Event] {
        let id = self.state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<[Event], any Error>? = self.state.withLock { state in
                    let events = state.events(of: type)
                    if events.count >= count { return .success(events) }
                    // The handler below has run already, or will find the waiter.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[id] = Waiter(count: count, type: type, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Makes the next deliveries fail.
    ///
    /// - Parameters:
    ///   - count: How many of them.
    ///   - error: With which error.
    public func failNext(_ count: Int, with error: DeliveryError = .retryable("told to fail")) {
        guard count > 0 else { return }
        self.state.withLock { $0.failures.append((error, count)) }
    }

    /// Forgets the events that came. What was told to fail still does.
    public func removeAll() {
        self.state.withLock { $0.events.removeAll() }
    }

    /// Keeps the batch's events, or fails as told.
    ///
    /// - Throws: What ``failNext(_:with:)`` was given; ``DeliveryError/rejected(_:)`` for bytes that are no event.
    public func deliver(_ batch: EventBatch) async throws {
        let decoded: Result<[Event], DeliveryError>
        do {
            decoded = .success(try batch.map { try $0.decoded() })
        } catch {
            decoded = .failure(.rejected("\(error)"))
        }
        let due = try self.state.withLock { state -> [(Waiter, [Event])] in
            state.deliveries += 1
            if let failure = state.failures.first {
                if failure.count == 1 { state.failures.removeFirst() } else { state.failures[0].count -= 1 }
                throw failure.error
            }
            state.events.append(contentsOf: try decoded.get())
            if state.events.count > self.capacity {
                state.events.removeFirst(state.events.count - self.capacity)
            }
            var due: [(Waiter, [Event])] = []
            for (id, waiter) in state.waiters {
                let events = state.events(of: waiter.type)
                guard events.count >= waiter.count else { continue }
                state.waiters[id] = nil
                due.append((waiter, events))
            }
            return due
        }
        for (waiter, events) in due {
            waiter.continuation.resume(returning: events)
        }
    }

    /// Remembers that it was called.
    public func shutdown() async {
        self.state.withLock { $0.isShutDown = true }
    }
}
