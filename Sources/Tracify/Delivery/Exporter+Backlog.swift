import Logging

// Where an exporter's batches come from: the queue, or the store that the queue is emptied into.

extension Exporter {
    /// Empties the queue into the store, if there is one, and passes the queue's signals on, until the queue is closed.
    func ingest() async {
        for await _ in self.queue.signals {
            if self.queue.takeFlushRequest() { self.isFlushing = true }
            if let store = self.store { await self.commit(to: store) }
            self.wake()
        }
        self.isFlushing = true
        if let store = self.store { await self.commit(to: store) }
        self.isClosed = true
        self.wake()
    }

    /// Commits what the queue has: all of it for a flush, else full batches only.
    private func commit(to store: any EventStore) async {
        var isFull = true
        while isFull {
            let records = self.queue.take(self.policy.maximumEvents, isPartial: self.isFlushing)
            isFull = records.count == self.policy.maximumEvents
            let prepared = await self.prepare(records)
            let events = self.writer.encode(prepared, onLoss: self.statistics.lose)
            guard !events.isEmpty else { continue }
            do {
                let evicted = try await store.append(events)
                self.statistics.drop(evicted, .storeFull)
            } catch {
                let isStoreFull = (error as? EventStoreError)?.code == .full
                for event in events {
                    self.statistics.drop(event.type, isStoreFull ? .storeFull : .storeFailed)
                }
                self.note(error, "Events could not be stored")
            }
        }
        if !self.isClosed { self.isFlushing = false }
    }

    /// Adds what there is to the schedule.
    ///
    /// - Returns: Whether there may be more.
    func fetch() async -> Bool {
        guard let store = self.store else { return await self.fetchFromQueue() }
        do {
            let events = try await store.events(after: self.cursor, count: self.policy.maximumEvents)
            guard let last = events.last else { return false }
            self.cursor = last.id
            self.schedule.add(self.writer.batches(of: events))
            return true
        } catch {
            self.note(error, "The event store could not be read")
            return false
        }
    }

    private func fetchFromQueue() async -> Bool {
        let records = self.queue.take(self.policy.maximumEvents, isPartial: self.isFlushing)
        if records.count < self.policy.maximumEvents, !self.isClosed { self.isFlushing = false }
        guard !records.isEmpty else { return false }
        let prepared = await self.prepare(records)
        self.schedule.add(self.writer.write(prepared, onLoss: self.statistics.lose))
        return true
    }

    /// Shows what waits in the store, whose failures are noted where it is used.
    func publishStore() async {
        guard let store = self.store, let waiting = try? await store.waiting() else { return }
        let oldest = try? await store.events(after: 0, count: 1).first?.decoded()
        self.environment.metrics.publishStore(
            depth: waiting.values.reduce(0, +),
            oldest: oldest?.date,
            now: self.environment.now()
        )
    }

    func note(_ error: any Error, _ message: Logger.Message) {
        // A foreign store's error may hold anything, so only its type is shown.
        let reason = (error as? EventStoreError)?.description ?? "\(type(of: error))"
        self.failureLog.log(message, reason: reason, at: self.clock.now)
    }
}
