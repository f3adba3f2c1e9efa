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
import Synchronization

/// A bounded session store in the memory of the process.
///
/// The store has two generations. The young one becomes the old one when it holds half of
/// ``SessionConfiguration/maximumSessions`` or of ``SessionConfiguration/maximumLandingBytes``, or when its age exceeds
/// ``SessionConfiguration/timeout``. The previous old one is then discarded. A session that has ended is therefore discarded
/// after at most twice the timeout.
package final class MemorySessionStore: SessionStore {
    private struct Key: Hashable {
        let session: AnonymizedHash
        let site: CustomerSiteID?
    }

    private struct Session {
        /// The time of the session's last event or landing, in seconds since 1970.
        var lastSeen: Double
        /// The time of the session's first event.
        var begun: Double?
        var landing: SessionLanding?
        /// The time of the order that has the landing's parameters.
        var taken: Double?

        /// The approximate memory of the landing, in bytes.
        var landingBytes: Int {
            self.landing?.parameters.reduce(64) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 } ?? 0
        }

        /// Records an event unless the session has ended before, and returns what is stored for it.
        mutating func enter(
            _ visit: SessionVisit,
            at time: Double,
            unlessEndedBy timeout: Double,
            removingLanding: Bool
        ) -> (entry: SessionEntry, releasedBytes: Int)? {
            guard time - self.lastSeen <= timeout else { return nil }
            guard self.landing != nil else { return (self.enter(visit, at: time, removingLanding: removingLanding), 0) }
            let bytes = self.landingBytes
            return (self.enter(visit, at: time, removingLanding: removingLanding), bytes - self.landingBytes)
        }

        /// Records an event, and returns what is stored for it.
        mutating func enter(_ visit: SessionVisit, at time: Double, removingLanding: Bool) -> SessionEntry {
            let isFirst = self.begun.map { time < $0 } ?? true
            var parameters: [URLParameter] = []
            // A landing after this event is for a later event.
            if let landing = self.landing, landing.date <= visit.date, self.taken.map({ time < $0 }) ?? true {
                parameters = landing.parameters
                self.taken = time
                if removingLanding { self.landing = nil }
            }
            if isFirst { self.begun = time }
            self.lastSeen = max(self.lastSeen, time)
            return SessionEntry(isFirst: isFirst, parameters: parameters)
        }
    }

    private struct State {
        var young: [Key: Session] = [:]
        var old: [Key: Session] = [:]
        var youngSince: Double?
        /// The approximate memory of the landings in the young generation, in bytes.
        var youngBytes = 0
        var dropped = 0
    }

    private let timeout: Double
    private let generationSize: Int
    private let generationBytes: Int
    private let state = Mutex(State())

    /// Creates an empty store.
    ///
    /// - Parameter configuration: The settings of sessions.
    /// - Throws: ``ValidationError`` naming a setting that is out of range.
    package init(configuration: SessionConfiguration = SessionConfiguration()) throws(ValidationError) {
        try configuration.validate()
        self.timeout = configuration.timeout / .seconds(1)
        self.generationSize = max(1, configuration.maximumSessions / 2)
        self.generationBytes = configuration.maximumLandingBytes / 2
    }

    /// Stores landings for the first event of their sessions.
    ///
    /// A later landing of the same session replaces an earlier one.
    ///
    /// - Parameter landings: The landings.
    package func keep(_ landings: [SessionLanding]) {
        self.state.withLock { state in
            for landing in landings {
                let time = landing.date.timeIntervalSince1970
                let key = Key(session: landing.session, site: landing.site)
                var session = self.take(key, at: time, from: &state) ?? Session(lastSeen: time)
                session.landing = landing
                session.taken = nil
                session.lastSeen = max(session.lastSeen, time)
                self.put(session, key, at: time, into: &state)
            }
        }
    }

    /// Records events, and removes and returns what is stored for their sessions.
    ///
    /// - Parameter visits: The events, in the order in which they happened.
    /// - Returns: An entry for each event, in the same order.
    package func enter(_ visits: [SessionVisit]) -> [SessionEntry] {
        self.state.withLock { state in visits.map { self.enter($0, removingLanding: true, &state) } }
    }

    /// Records an order, and returns what is stored for its session.
    ///
    /// Page views that happened before it may still wait in the queue. The parameters of the landing therefore stay, for an event that
    /// happened earlier.
    func enter(order visit: SessionVisit) -> SessionEntry {
        self.state.withLock { self.enter(visit, removingLanding: false, &$0) }
    }

    /// Returns whether the session of an event has a landing whose parameters no event has.
    func hasLanding(_ visit: SessionVisit) -> Bool {
        let key = Key(session: visit.session, site: visit.site)
        return self.state.withLock { state in
            guard let session = state.young[key] ?? state.old[key] else { return false }
            return session.landing != nil && session.taken == nil
        }
    }

    /// Deletes everything that is stored for a session, of all sites.
    ///
    /// - Parameter session: The session's hash.
    package func eraseSession(_ session: AnonymizedHash) async { self.remove(session) }

    /// Deletes everything that is stored for a session, of all sites, without a suspension.
    func remove(_ session: AnonymizedHash) {
        self.state.withLock { state in
            state.young = state.young.filter { $0.key.session != session }
            state.old = state.old.filter { $0.key.session != session }
            state.youngBytes = state.young.values.reduce(0) { $0 + $1.landingBytes }
        }
    }

    private func enter(_ visit: SessionVisit, removingLanding: Bool, _ state: inout State) -> SessionEntry {
        let time = visit.date.timeIntervalSince1970
        let key = Key(session: visit.session, site: visit.site)
        // Most events are of a session that is young already: it is changed in its place.
        if let since = state.youngSince, time - since <= self.timeout, let place = state.young.index(forKey: key),
            let (entry, releasedBytes) = state.young.values[place]
                .enter(visit, at: time, unlessEndedBy: self.timeout, removingLanding: removingLanding)
        {
            state.youngBytes -= releasedBytes
            state.youngSince = min(since, time)
            return entry
        }
        var session = self.take(key, at: time, from: &state) ?? Session(lastSeen: time)
        let entry = session.enter(visit, at: time, removingLanding: removingLanding)
        self.put(session, key, at: time, into: &state)
        return entry
    }

    /// The number of sessions in memory.
    package var count: Int { self.state.withLock { $0.young.count + $0.old.count } }

    /// The number of landings that were dropped before their session ended, because a limit was reached.
    var droppedLandings: Int { self.state.withLock { $0.dropped } }

    private func take(_ key: Key, at time: Double, from state: inout State) -> Session? {
        let young = state.young.removeValue(forKey: key)
        state.youngBytes -= young?.landingBytes ?? 0
        guard let session = young ?? state.old.removeValue(forKey: key) else { return nil }
        return time - session.lastSeen <= self.timeout ? session : nil
    }

    private func put(_ session: Session, _ key: Key, at time: Double, into state: inout State) {
        let since = state.youngSince ?? time
        let bytes = session.landingBytes
        let isFull = state.young.count >= self.generationSize || state.youngBytes + bytes > self.generationBytes
        if isFull || time - since > self.timeout {
            for session in state.old.values
            where session.landing != nil && session.taken == nil && time - session.lastSeen <= self.timeout {
                state.dropped += 1
            }
            state.old = state.young
            state.young.removeAll(keepingCapacity: true)
            state.youngBytes = 0
            state.youngSince = time
        } else {
            // When the clock is set back, a generation must not last longer.
            state.youngSince = min(since, time)
        }
        state.young[key] = session
        state.youngBytes += bytes
    }
}
