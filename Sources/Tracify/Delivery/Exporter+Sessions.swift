import Logging

// What an event owes to its session: the parameters of the landing.

extension Exporter {
    /// Parses and hashes records, and adds what their sessions have kept.
    func prepare(_ records: [QueuedRecord]) async -> [PreparedRecord] {
        // After the records were taken, so that no landing is missed that came before one of them.
        let landings = self.landings.takeAll().compactMap { self.writer.landing($0) }
        var prepared = self.writer.prepare(records, onLoss: self.statistics.lose)
        var visits: [(index: Int, visit: SessionVisit)] = []
        visits.reserveCapacity(prepared.count)
        var isInOrder = true
        for index in prepared.indices {
            guard let visit = prepared[index].sessionVisit else { continue }
            if let last = visits.last, visit.date < last.visit.date { isInOrder = false }
            visits.append((index, visit))
        }
        // A closed queue hands out orders first, and what happened first is a session's first event.
        if !isInOrder { visits.sort { ($0.visit.date, $0.index) < ($1.visit.date, $1.index) } }
        let entries = await self.sessions(keep: landings, enter: visits.map(\.visit))
        for (visit, entry) in zip(visits, entries) { prepared[visit.index].apply(entry) }
        return prepared
    }

    /// Hashes the landings that no batch has taken along, so that nothing raw waits for an event that may never come.
    func keepLandings() async {
        let landings = self.landings.takeAll().compactMap { self.writer.landing($0) }
        if !landings.isEmpty { _ = await self.sessions(keep: landings, enter: []) }
    }

    private func sessions(keep landings: [SessionLanding], enter visits: [SessionVisit]) async -> [SessionEntry] {
        switch self.sessions {
        case .none:
            return []
        case .memory(let store):
            store.keep(landings)
            return store.enter(visits)
        case .custom(let store):
            if let end = self.sessionsPause, self.clock.now < end { return [] }
            let entries = await self.first(within: self.sessionLookupTimeout) {
                if !landings.isEmpty { await store.keep(landings) }
                return visits.isEmpty ? [] : await store.enter(visits)
            }
            // A store that hangs costs one batch its parameters, and not every batch the wait.
            self.sessionsPause = entries == nil ? self.clock.now.advanced(by: self.sessionLookupTimeout * 10) : nil
            if entries == nil, !Task.isCancelled {
                self.failureLog.log("The session store does not answer", reason: "timeout", at: self.clock.now)
            }
            return entries ?? []
        }
    }

    /// What an operation returns; `nil` when it takes longer, and then it goes on by itself.
    private func first<Result: Sendable>(
        within limit: Duration,
        _ operation: @escaping @Sendable () async -> Result
    ) async -> Result? {
        let (results, result) = AsyncStream.makeStream(of: Result.self)
        let work = Task {
            result.yield(await operation())
            result.finish()
        }
        let timeout = Task {
            guard (try? await self.clock.sleep(for: limit)) != nil else { return }
            work.cancel()
            result.finish()
        }
        defer {
            work.cancel()
            timeout.cancel()
        }
        for await first in results { return first }
        return nil
    }
}

/// Where sessions are remembered. The memory's store is called directly: it needs no task and no deadline.
enum SessionMemory: Sendable {
    case none
    case memory(MemorySessionStore)
    case custom(any SessionStore)

    var keepsLandings: Bool {
        if case .none = self { false } else { true }
    }

    /// How many landings were given up in memory because there were too many.
    var lostLandings: Int {
        if case .memory(let store) = self { store.lostLandings } else { 0 }
    }
}
