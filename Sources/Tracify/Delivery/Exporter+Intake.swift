//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// From the queue and the store.
extension Exporter {
    /// Takes records of a lane from the queue, makes events of them, and stores them or adds their batches to the lane.
    func takeFromQueue(_ lane: DeliveryLane, isPartial: Bool, isStored: Bool) async {
        let maximum = self.configuration.batches.maximumEvents
        let records = self.intake.queue.take(maximum, of: lane, isPartial: isPartial)
        self.core.tookFromQueue(records.count, lane, isPartial: isPartial)
        defer {
            self.outcomes.statistics.redact(self.writer.takeRedactions())
            self.writer.forgetErasedVisitors(in: self.intake.queue)
        }
        guard !records.isEmpty else {
            return isStored ? self.core.stored(lane, isEmpty: true) : self.core.add([], to: lane)
        }
        let prepared = await self.prepare(records)
        if self.intake.store != nil, isStored {
            let events = self.writer.events(of: prepared) { self.outcomes.lose($0, $1) }
            self.outcomes.statistics.captureObservations(events.lazy.map(\.type))
            await self.store(events, of: lane)
        } else {
            let batches = self.writer.batches(of: prepared) { self.outcomes.lose($0, $1) }
            for batch in batches {
                self.outcomes.statistics.captureObservations(batch.entries.lazy.map(\.header.type))
            }
            self.core.add(batches, to: lane)
        }
    }

    /// Stores events, or adds them to their lane in memory while the store fails.
    private func store(_ events: [EncodedEvent], of lane: DeliveryLane) async {
        guard let error = await self.intake.commit(events) else {
            self.storeFailure = nil
            return self.core.stored(lane, isEmpty: events.isEmpty)
        }
        if error.code == .full, lane == .observations {
            // Not a failure: the store keeps to its limit.
            self.noteStoreFailure(error, "The event store is full; it takes orders only")
            for event in events { self.outcomes.statistics.drop(event.type, .storeFull) }
            return self.core.stored(lane, isEmpty: true)
        }
        self.noteStoreFailure(error, "The event store failed; events bypass it in memory")
        let unstored = events.map { StoredEvent(position: 0, event: $0) }
        self.core.storeFailed(at: self.time)
        self.core.add(self.writer.batches(of: unstored).map(\.batch), to: lane)
    }

    /// Stores batches that are in memory only, at the end.
    ///
    /// - Returns: The batches that could not be stored.
    func store(_ batches: [EventBatch]) async -> [EventBatch] {
        guard self.intake.store != nil, !batches.isEmpty else { return batches }
        return await self.intake.commit(batches.flatMap { Array($0) }) == nil ? [] : batches
    }

    func readStore(_ lane: DeliveryLane, after position: UInt64) async {
        guard let store = self.intake.store else { return self.core.readFailed(lane, at: self.time) }
        let count = self.configuration.batches.maximumEvents
        do {
            let read = try await self.withinStoreTimeout { try await store.read(lane, after: position, count: count) }
            self.storeFailure = nil
            self.outcomes.recordDamage(read.damaged)
            let (events, expired) = self.partition(read.events, lane)
            self.core.drop(expired)
            for stored in expired { self.outcomes.statistics.drop(stored.event.type, .expired) }
            self.core.add(self.writer.batches(of: events), read: read.events, from: lane)
        } catch {
            self.core.readFailed(lane, at: self.time)
            self.noteStoreFailure(error, "The event store could not be read")
        }
    }

    /// Returns the events that are still delivered, and those that are too old.
    private func partition(_ events: [StoredEvent], _ lane: DeliveryLane) -> (current: [StoredEvent], expired: [StoredEvent]) {
        guard let age = self.configuration.retention.maximumAge(lane) else { return (events, []) }
        let oldest = self.now().addingTimeInterval(-(age / .seconds(1)))
        guard events.contains(where: { $0.event.date < oldest }) else { return (events, []) }
        return (events.filter { $0.event.date >= oldest }, events.filter { $0.event.date < oldest })
    }

    func noteStoreFailure(_ error: any Error, _ message: String) {
        if (error as? EventStoreError)?.code != .full { self.storeFailure = loggableReason(error) }
        self.outcomes.recordStoreError(error, message, at: self.time)
    }

    /// Returns the result of a call of the store, if there is one; throws ``EventStoreError/Code/timeout`` when it does not answer in time.
    func withinStoreTimeout<Value: Sendable>(_ call: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard self.intake.store != nil else { return try await call() }
        let result = await self.intake.storeLimit.run {
            do {
                return Result<Value, any Error>.success(try await call())
            } catch {
                return .failure(error)
            }
        }
        guard let result else { throw EventStoreError.noAnswer(within: self.intake.storeLimit.duration) }
        return try result.get()
    }

    // MARK: - Sessions

    /// Resolves records, and adds the campaign parameters that their sessions have kept.
    private func prepare(_ records: [QueuedRecord]) async -> [PreparedRecord] {
        // After the records were taken, so that no landing is missed that came before one of them.
        let landings = self.takeLandings()
        let prepared = self.writer.prepare(records) { self.outcomes.lose($0.type, $1, of: $0.visit) }
        self.enteredRequests.apply(to: prepared)
        let entrance = SessionEntrance(prepared)
        let entries = await self.enterSessions(entrance.visits, keeping: landings)
        entrance.apply(entries, to: prepared, remembering: &self.enteredRequests)
        // Between two events of a request there may be those of others.
        self.enteredRequests.apply(to: prepared)
        return prepared
    }

    /// Hashes the landings that no batch has taken along, so that nothing raw waits for an event that may never come.
    func keepLandings() async {
        let landings = self.takeLandings()
        if !landings.isEmpty { _ = await self.enterSessions([], keeping: landings) }
    }

    /// Returns a visit with what its session adds to an event, so that an order that is a session's first event has the landing's
    /// parameters.
    func enterSession(_ visit: ResolvedVisit) async -> ResolvedVisit {
        var visit = visit
        let landings = self.takeLandings()
        let entry: SessionEntry?
        if case .memory(let store) = self.sessions {
            store.keep(landings)
            guard !store.hasLanding(visit.sessionVisit) || !self.hasWaitingEvent(of: visit) else { return visit }
            entry = store.enter(order: visit.sessionVisit)
        } else {
            entry = await self.enterSessions([visit.sessionVisit], keeping: landings).first
        }
        if let addition = entry.flatMap({ visit.addition(of: $0) }) { visit.add(addition) }
        return visit
    }

    /// Returns whether an event of the same session waits in the queue, which is then the first.
    ///
    /// All that waits is resolved for this, so it is asked only for an order whose session has a landing and no event yet.
    private func hasWaitingEvent(of order: ResolvedVisit) -> Bool {
        self.intake.queue.observations.contains { visit in
            guard visit.date <= order.date, let resolved = self.writer.resolve(visit) else { return false }
            return resolved.identity.session == order.identity.session && resolved.customerSiteID == order.customerSiteID
        }
    }

    private func takeLandings() -> [SessionLanding] {
        self.landings.takeAll().compactMap { self.writer.landing($0) }
    }

    private func enterSessions(_ visits: [SessionVisit], keeping landings: [SessionLanding]) async -> [SessionEntry] {
        switch self.sessions {
        case .none:
            return []
        case .memory(let store):
            store.keep(landings)
            return store.enter(visits)
        case .custom(let store):
            guard !(visits.isEmpty && landings.isEmpty), !self.sessionTimeout.isPaused(at: self.time) else { return [] }
            let landingCalls = landings.isEmpty ? 0 : 1
            self.landingCalls += landingCalls
            let entries = await self.sessionTimeout.limit.run {
                if !landings.isEmpty { await store.keep(landings) }
                return visits.isEmpty ? [] : await store.enter(visits)
            }
            self.landingCalls -= landingCalls
            self.resumeErasures()
            self.sessionTimeout.completed(entries != nil, at: self.time)
            if entries == nil, !Task.isCancelled { self.outcomes.recordSessionTimeout(at: self.time) }
            return entries ?? []
        }
    }
}
