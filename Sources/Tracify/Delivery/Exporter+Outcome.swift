import Logging

// What follows from a delivery, and from the end.

extension Exporter {
    /// Takes note of what came of a delivery, everywhere where that is known.
    func conclude(_ attempt: Attempt, _ failure: DeliveryError?, duration: Duration) async {
        let batch = attempt.batch
        let now = self.clock.now
        let consequence = self.schedule.complete(attempt, failure, at: now, jitter: self.environment.jitter())
        self.writer.limitBatches(to: self.schedule.learnedBytes)
        self.environment.metrics.record(batch, duration: duration)
        if self.statistics.note(failure, isWhole: attempt.isWhole, at: self.environment.now()) {
            self.logger.notice("Delivery works again")
        }

        if consequence.isDelivered {
            self.statistics.deliver(batch)
            self.environment.reports.send(.delivered, batch, duration: duration)
            await self.removeFromStore(batch)
            return
        }
        guard let failure else { return }
        self.failureLog.add(failure, events: batch.count, at: now)
        if consequence.isRetried {
            self.statistics.retry()
            self.environment.reports.send(.retried(failure), batch, duration: duration)
        }
        if consequence.isExpired {
            self.statistics.drop(batch, .retryLimit)
            self.environment.reports.send(.dropped(.retryLimit), batch, duration: duration)
        }
        if let reason = consequence.deadLetterReason, let event = batch.first {
            await self.setAside(event, reason: reason)
            self.environment.reports.send(.rejected(failure), batch, duration: duration)
        }
    }

    private func removeFromStore(_ batch: EventBatch) async {
        guard let store = self.store else { return }
        do {
            try await store.remove(batch.entries.map(\.id))
        } catch {
            // They are sent again after the next start: at least once.
            self.note(error, "Delivered events could not be removed from the store")
        }
    }

    private func setAside(_ event: EncodedEvent, reason: String) async {
        self.statistics.reject(event.type)
        self.logger.warning(
            "An event was rejected",
            metadata: ["event": "\(event.id)", "type": "\(event.type.rawValue)", "reason": "\(reason)"]
        )
        guard let store = self.store else {
            let lost = self.memoryDeadLetters.add(event, reason: reason, date: self.environment.now())
            if let lost { self.statistics.drop(lost.event.type, .deadLetterLimit) }
            return
        }
        do {
            let evicted = try await store.setAside([event.id], reason: reason)
            self.statistics.drop(evicted, .deadLetterLimit)
        } catch {
            self.note(error, "A rejected event could not be set aside")
        }
    }

    func deadLetters(count: Int) async throws -> [DeadLetter] {
        guard let store = self.store else { return self.memoryDeadLetters.newest(count) }
        return try await store.deadLetters(count: count)
    }

    func putBackDeadLetters() async throws -> Int {
        let count: Int
        if let store = self.store {
            count = try await store.putBackDeadLetters()
        } else {
            let events = self.memoryDeadLetters.takeAll()
            count = events.count
            self.schedule.add(self.writer.batches(of: events))
        }
        self.statistics.putBack(count)
        self.wake()
        return count
    }

    /// After the last delivery: counts what is left, and closes the sink and the store.
    func finish() async {
        let unfinished = self.running + self.schedule.takeWaiting()
        for batch in unfinished where self.store == nil {
            self.statistics.drop(batch, .shutdownDeadline)
            self.environment.reports.send(.dropped(.shutdownDeadline), batch)
        }
        for record in self.queue.take(.max, isPartial: true) {
            self.statistics.drop(record.type, .shutdownDeadline)
        }
        await self.withinAbandonDelay { await self.sink.shutdown() }
        if let store = self.store {
            await self.publishStore()
            await self.reportWhatStays(in: store)
            await store.close()
        }
        self.report(isLast: true)
        self.environment.reports.finish()
    }

    private func reportWhatStays(in store: any EventStore) async {
        guard let waiting = try? await store.waiting(), !waiting.isEmpty else { return }
        var metadata: Logger.Metadata = [:]
        for (type, count) in waiting { metadata[type.rawValue] = "\(count)" }
        self.logger.notice("Events stay in the store for the next start", metadata: metadata)
    }

    /// Runs something foreign at the end, and does not wait for it for ever.
    private func withinAbandonDelay(_ operation: @escaping @Sendable () async -> Void) async {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            await operation()
            end.finish()
        }
        let timeout = Task {
            guard (try? await self.clock.sleep(for: self.shutdown.abandonDelay)) != nil else { return }
            work.cancel()
            end.finish()
        }
        await Task { for await _ in ends {} }.value
        timeout.cancel()
    }

    func report(isLast: Bool = false) {
        let lostLandings = self.landings.lost + self.sessions.lostLandings
        let statistics = self.statistics.statistics(of: self.queue, lostLandings: lostLandings)
        self.environment.metrics.publish(statistics, now: self.environment.now())
        self.failureLog.report(statistics, at: self.clock.now, isLast: isLast)
    }
}
