//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

import Synchronization

/// The only way into delivery.
///
/// Requests and cart calls enqueue here, orders are made safe here, and the exporter commits here what the queue holds.
final class EventIntake: Sendable {
    let queue: DeliveryQueue
    let store: (any EventStore)?
    let waker: ExporterWaker
    /// The time in which the store has to answer.
    let storeLimit: TimeLimit
    let tracing: DeliveryTracing

    let customerSiteID: CustomerSiteID
    private let encoder: EventEncoder
    private let rules: CaptureRules
    private let statistics: StatisticsRecorder

    init(
        limits: QueueConfiguration,
        batches: BatchConfiguration,
        store: (any EventStore)?,
        customerSiteID: CustomerSiteID,
        encoder: EventEncoder,
        rules: CaptureRules,
        statistics: StatisticsRecorder,
        storeTimeout: Duration,
        clock: some Clock<Duration>,
        tracing: DeliveryTracing,
        onBatchFull: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.tracing = tracing
        self.customerSiteID = customerSiteID
        self.encoder = encoder
        self.rules = rules
        self.statistics = statistics
        self.storeLimit = TimeLimit(storeTimeout, clock: clock)
        let waker = ExporterWaker()
        self.waker = waker
        self.queue = DeliveryQueue(
            limits: limits,
            batchSize: batches.maximumEvents,
            batchBytes: batches.maximumBytes,
            signal: {
                waker.wake()
                onBatchFull()
            }
        )
    }

    /// Enqueues an observation.
    ///
    /// A record that the queue does not accept is counted. The request's task ignores it.
    func enqueue(_ record: consuming QueuedRecord) {
        let type = record.type
        do {
            try self.queue.enqueue(record)
            self.statistics.activity.note()
        } catch {
            self.statistics.refuse(type, error.dropReason)
        }
    }

    /// Finishes an event on the caller's task, so that the caller gets every error, and makes it safe: in the store if there is one,
    /// else in the queue.
    ///
    /// While the store fails, the queue takes the event, and the receipt says so. A store that is full refuses it: the queue would soon be
    /// full, too, of events that a crash loses.
    func accept(_ detail: Event.Detail, by visit: ResolvedVisit) async throws -> OrderReceipt {
        let event = try self.capture(detail, by: visit)
        guard self.store != nil else { return try self.enqueue(event) }
        // Past the queue: the caller waits for its own event, not for those of others.
        let statistics = self.statistics
        guard let error = await self.commit([event], onLateFailure: { statistics.drop(event.type, .storeFailed) }) else {
            self.waker.wake()
            return self.receipt(of: event, .durable)
        }
        switch error.code {
        case .timeout:
            throw EventStoreError.noAnswer(within: self.storeLimit.duration)
        case .closed:
            self.statistics.drop(event.type, .shuttingDown)
            throw TrackerError.shuttingDown
        case .full:
            self.statistics.drop(event.type, .storeFull)
            throw error
        default:
            return try self.enqueue(event)
        }
    }

    private func enqueue(_ event: EncodedEvent) throws(TrackerError) -> OrderReceipt {
        do {
            try self.queue.enqueue(QueuedRecord(event))
        } catch {
            self.statistics.drop(event.type, error.dropReason)
            switch error {
            case .full: throw TrackerError.queueFull
            case .closed: throw TrackerError.shuttingDown
            }
        }
        return self.receipt(of: event, .inMemory)
    }

    private func receipt(of event: EncodedEvent, _ durability: OrderReceipt.Durability) -> OrderReceipt {
        OrderReceipt(eventID: event.id, durability: durability, traceID: self.tracing.traceID(of: event.id))
    }

    /// Returns a visit with everything parsed, reduced and hashed, on the caller's task.
    ///
    /// - Throws: ``ValidationError`` with the field `visit`, which is counted for the type.
    func resolve(_ visit: Visit, for type: EventType) throws(ValidationError) -> ResolvedVisit {
        var cache = IdentityCache(capacity: 2)
        do {
            return try visit.resolve(with: &cache, by: self.rules)
        } catch {
            self.statistics.lose(type, error.loss)
            throw error.validationError
        }
    }

    /// Returns the finished event, and counts it.
    func capture(_ detail: Event.Detail, by visit: ResolvedVisit) throws -> EncodedEvent {
        let event = try self.event(detail, by: visit)
        self.statistics.capture(event.type)
        self.tracing.remember(event.id)
        return event
    }

    private func event(_ detail: Event.Detail, by visit: ResolvedVisit) throws -> EncodedEvent {
        let event: Event
        do {
            event = try visit.event(detail, customerSiteID: self.customerSiteID)
        } catch {
            self.statistics.refuse(detail.type, .invalid)
            throw error
        }
        do {
            guard let filtered = try self.rules.filter(event) else { throw TrackerError.refused }
            self.statistics.redact(visit.redactions.ofEvent)
            return self.encoder.encode(filtered, id: EventID(date: event.date))
        } catch {
            self.statistics.refuse(detail.type, .filtered)
            throw error
        }
    }

    /// Commits events to the store, and counts what was evicted for them.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - onLateFailure: Called when the store fails after the time in which it had to answer.
    /// - Returns: The error if that failed; ``EventStoreError/Code/timeout`` if the store did not answer in time.
    func commit(_ events: [EncodedEvent], onLateFailure: @escaping @Sendable () -> Void = {}) async -> EventStoreError? {
        guard let store = self.store, !events.isEmpty else { return nil }
        let statistics = self.statistics
        // The failure and the end of the time, in either order.
        let lateness = Counter()
        let result = await self.storeLimit.run { () -> Result<Void, any Error> in
            do {
                statistics.drop(try await store.append(events), .storeFull)
                return .success(())
            } catch {
                if lateness.increment() == 2 { onLateFailure() }
                return .failure(error)
            }
        }
        switch result {
        case .success?: return nil
        case .failure(let error)?: return error as? EventStoreError ?? EventStoreError(.disk, loggableReason(error))
        case nil:
            if lateness.increment() == 2 { onLateFailure() }
            return .noAnswer(within: self.storeLimit.duration)
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)

        func increment() -> Int { self.count.add(1, ordering: .acquiringAndReleasing).newValue }
    }
}

extension DeliveryQueue.Refusal {
    var dropReason: DropReason {
        switch self {
        case .full: .queueFull
        case .closed: .shuttingDown
        }
    }
}
