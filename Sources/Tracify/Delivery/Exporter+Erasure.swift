//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

// Erasure of a visitor.
extension Exporter {
    func eraseVisitor(_ visitor: AnonymizedHash) async throws {
        // First, so that no record that is taken from now on becomes an event, and no landing is kept.
        guard self.writer.erase(visitor, at: self.now(), before: self.intake.queue.numbers.next) else {
            throw TrackerError.tooManyErasures
        }
        await self.keepLandings()
        self.core.erasures.begin()
        await self.waitUntilErasable()
        let sending = self.eraseInMemory(VisitorPattern(visitor))
        // Each part is erased although another fails.
        let stored = await self.result { try await self.eraseInStore(visitor, sending: sending) }
        self.core.erasures.end()
        self.intake.waker.wake()
        let session = await self.result { try await self.eraseSession(visitor) }
        self.writer.forgetErasedVisitors(in: self.intake.queue)
        try stored.get()
        try session.get()
    }

    private func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// Erases what waits in memory, and counts it.
    ///
    /// - Returns: The number of stored events in flight, by type.
    private func eraseInMemory(_ visitor: VisitorPattern) -> [EventType: Int] {
        var (removed, sending) = self.core.erase(visitor)
        let letters = self.deadLetters.take { visitor.isErased($0.event) }
        for letter in letters { removed[letter.event.id] = letter.event.type }
        self.outcomes.statistics.drop(removed.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }, .erased)
        if !letters.isEmpty { self.core.deadLettersRemoved(at: self.time) }
        self.intake.waker.resume()
        return sending
    }

    private func eraseInStore(_ visitor: AnonymizedHash, sending: [EventType: Int]) async throws {
        guard let store = self.intake.store else { return }
        var counts = try await store.eraseObservations(of: visitor)
        guard !counts.isEmpty else { return }
        self.core.deadLettersRemoved(at: self.time)
        // Those in flight are counted by what becomes of their delivery.
        for (type, count) in sending { counts[type] = max(0, (counts[type] ?? 0) - count) }
        self.outcomes.statistics.drop(counts.filter { $0.value > 0 }, .erased)
    }

    private func eraseSession(_ session: AnonymizedHash) async throws {
        self.enteredRequests.remove(session)
        switch self.sessions {
        case .none: return
        case .memory(let store): store.remove(session)
        case .custom(let store):
            let result = await self.sessionTimeout.limit.run { () -> Result<Void, any Error> in
                do {
                    return .success(try await store.eraseSession(session))
                } catch {
                    return .failure(error)
                }
            }
            guard let result else { throw TrackerError.sessionStoreTimeout }
            try result.get()
        }
    }

    // MARK: - Waiting for what is under way

    private var canErase: Bool { self.isAbandoned || (self.core.canErase && self.landingCalls == 0) }

    private func waitUntilErasable() async {
        guard !self.canErase else { return }
        await withCheckedContinuation { self.erasureWaiters.append($0) }
    }

    /// Continues the erasures that wait, if nothing is under way any more that may bring the visitor's events back.
    func resumeErasures() {
        guard !self.erasureWaiters.isEmpty, self.canErase else { return }
        let waiters = self.erasureWaiters
        self.erasureWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    /// Counts the erased events whose delivery failed.
    func countErased() {
        self.outcomes.statistics.drop(self.core.erasures.takeReturned(), .erased)
    }
}
