#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Synchronization

/// Sessions in this process's memory, bounded and expiring.
///
/// Kept in two generations: when the young one is full, in sessions or in bytes, or as old as a session lives, it becomes the old one,
/// and the old one is forgotten. So a session that has ended is gone after at most twice its time-out.
public final class MemorySessionStore: SessionStore {
    private struct Session {
        /// When something was last heard of it, in seconds since 1970.
        var lastSeen: Double
        var hasBegun = false
        var landing: SessionLanding?

        /// About how much memory its landing takes, in bytes.
        var landingBytes: Int {
            self.landing?.parameters.reduce(64) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 } ?? 0
        }
    }

    private struct State {
        var young: [AnonymizedHash: Session] = [:]
        var old: [AnonymizedHash: Session] = [:]
        var youngSince: Double?
        /// What the landings of the young take.
        var youngBytes = 0
        var lost = 0
    }

    private let timeout: Double
    private let generationSize: Int
    private let generationBytes: Int
    private let state = Mutex(State())

    /// Creates an empty store.
    ///
    /// - Parameter policy: How long sessions are remembered, and how many.
    public init(policy: SessionPolicy = SessionPolicy()) {
        self.timeout = policy.timeout / .seconds(1)
        self.generationSize = max(1, policy.capacity / 2)
        self.generationBytes = policy.landingBytes / 2
    }

    /// Keeps what landings brought.
    public func keep(_ landings: [SessionLanding]) {
        self.state.withLock { state in
            for landing in landings {
                let time = landing.date.timeIntervalSince1970
                var session = self.take(landing.session, at: time, from: &state) ?? Session(lastSeen: time)
                session.landing = landing
                session.lastSeen = max(session.lastSeen, time)
                self.put(session, landing.session, at: time, into: &state)
            }
        }
    }

    /// Takes note of events and hands out what is kept for their sessions.
    public func enter(_ visits: [SessionVisit]) -> [SessionEntry] {
        self.state.withLock { state in
            visits.map { visit in
                let time = visit.date.timeIntervalSince1970
                var session = self.take(visit.session, at: time, from: &state) ?? Session(lastSeen: time)
                let isFirst = !session.hasBegun
                var parameters: [URLParameter] = []
                // What came after this event is for a later one.
                if let landing = session.landing, landing.date <= visit.date {
                    parameters = landing.parameters
                    session.landing = nil
                }
                session.hasBegun = true
                session.lastSeen = max(session.lastSeen, time)
                self.put(session, visit.session, at: time, into: &state)
                return SessionEntry(isFirst: isFirst, parameters: parameters)
            }
        }
    }

    /// How many sessions are remembered.
    public var count: Int { self.state.withLock { $0.young.count + $0.old.count } }

    /// How many landings were given up before their session ended, because there were too many.
    var lostLandings: Int { self.state.withLock { $0.lost } }

    private func take(_ key: AnonymizedHash, at time: Double, from state: inout State) -> Session? {
        let young = state.young.removeValue(forKey: key)
        state.youngBytes -= young?.landingBytes ?? 0
        guard let session = young ?? state.old.removeValue(forKey: key) else { return nil }
        return time - session.lastSeen <= self.timeout ? session : nil
    }

    private func put(_ session: Session, _ key: AnonymizedHash, at time: Double, into state: inout State) {
        let since = state.youngSince ?? time
        let bytes = session.landingBytes
        let isFull = state.young.count >= self.generationSize || state.youngBytes + bytes > self.generationBytes
        if isFull || time - since > self.timeout {
            for session in state.old.values where session.landing != nil && time - session.lastSeen <= self.timeout {
                state.lost += 1
            }
            state.old = state.young
            state.young.removeAll(keepingCapacity: true)
            state.youngBytes = 0
            state.youngSince = time
        } else {
            // A clock that was set back must not make a generation last for ever.
            state.youngSince = min(since, time)
        }
        state.young[key] = session
        state.youngBytes += bytes
    }
}
