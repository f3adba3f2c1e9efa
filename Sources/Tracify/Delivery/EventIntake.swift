//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// The only way into delivery.
///
/// Requests and cart calls enqueue here, orders are made safe here, and the exporter commits here what the queue holds.
final class EventIntake: Sendable {
    let queue: DeliveryQueue
    let store: (any EventStore)?
    /// Yields when there may be something to deliver.
    let wakes: AsyncStream<Void>

    private let customerSiteID: CustomerSiteID
    private let encoder: EventEncoder
    private let lowercasesEmail: Bool
    private let statistics: StatisticsRecorder
    private let waker: AsyncStream<Void>.Continuation

    init(
        queue: DeliveryQueue,
        store: (any EventStore)?,
        customerSiteID: CustomerSiteID,
        encoder: EventEncoder,
        lowercasesEmail: Bool,
        statistics: StatisticsRecorder
    ) {
        self.queue = queue
        self.store = store
        self.customerSiteID = customerSiteID
        self.encoder = encoder
        self.lowercasesEmail = lowercasesEmail
        self.statistics = statistics
        (self.wakes, self.waker) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Makes the exporter look for something to deliver.
    func wake() {
        self.waker.yield()
    }

    /// Enqueues an observation.
    ///
    /// A record that the queue does not accept is counted. The request's task ignores it.
    func enqueue(_ record: QueuedRecord) {
        do {
            try self.queue.enqueue(record)
        } catch {
            self.statistics.refuse(record.type, error.dropReason)
        }
    }

    /// Finishes an event on the caller's task, so that the caller gets every error, and makes it safe: in the store if there is one,
    /// else in the queue.
    func accept(_ detail: Event.Detail, by visit: Visit) async throws -> OrderReceipt {
        let event = try self.event(detail, by: visit)
        self.statistics.capture(event.type)
        guard self.store == nil else {
            // Past the queue: the caller waits for its own event, not for those of others.
            do {
                try await self.commit([event])
            } catch let error as EventStoreError where error.code == .closed {
                throw TrackerError.shuttingDown
            }
            self.wake()
            return OrderReceipt(eventID: event.id, durability: .durable)
        }
        do {
            try self.queue.enqueue(QueuedRecord(event))
        } catch {
            self.statistics.drop(event.type, error.dropReason)
            switch error {
            case .full: throw TrackerError.queueFull
            case .closed: throw TrackerError.shuttingDown
            }
        }
        return OrderReceipt(eventID: event.id, durability: .inMemory)
    }

    private func event(_ detail: Event.Detail, by visit: Visit) throws(ValidationError) -> EncodedEvent {
        var cache = IdentityCache(capacity: 2)
        let resolved: ResolvedVisit
        do {
            resolved = try visit.resolve(with: &cache, lowercasingEmail: self.lowercasesEmail)
        } catch {
            self.statistics.lose(detail.type, error.loss)
            throw error.validationError
        }
        do {
            let event = try resolved.event(detail, customerSiteID: self.customerSiteID)
            return self.encoder.encode(event, id: EventID(date: event.date))
        } catch {
            self.statistics.refuse(detail.type, .invalid)
            throw error
        }
    }

    /// Commits events to the store, and counts what was evicted for them, or all of them as dropped when that fails.
    ///
    /// - Throws: The store's error.
    func commit(_ events: [EncodedEvent]) async throws {
        guard let store = self.store, !events.isEmpty else { return }
        do {
            self.statistics.drop(try await store.append(events), .storeFull)
        } catch {
            let code = (error as? EventStoreError)?.code
            let reason: DropReason = code == .closed ? .shuttingDown : code == .full ? .storeFull : .storeFailed
            for event in events { self.statistics.drop(event.type, reason) }
            throw error
        }
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
