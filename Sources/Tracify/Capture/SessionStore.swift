#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What is remembered of visitors' sessions: the campaign parameters of a landing that was no event itself, until the session's
/// first event takes them along (contract, "URL parameters").
///
/// A visitor follows a campaign's link to a page that redirects, or that is not tracked. The parameters are kept for the session,
/// and the next page view, product view or add-to-cart of the session goes out with them, unless it has parameters of its own: these are
/// newer, and replace them. A session is
/// known by its hash, made of the visitor's address and user agent; nothing else of the visitor comes here, and nothing at all
/// without consent.
///
/// ## Sharing sessions between servers
///
/// The default, ``MemorySessionStore``, is each process's own: a visitor whose requests go to several servers may lose the
/// parameters. A shared cache takes one key a session, with the time-out as its time to live:
///
/// - ``keep(_:)`` sets the key to the landing's parameters and date.
/// - ``enter(_:)`` reads the key and replaces it by an empty mark in one step (`GETSET`, or a script), so that of two servers
///   only one gets the parameters. A key that was not there means that the session begins.
///
/// Both are called by the exporter, for a whole batch at once, never on a request's task. A store that fails returns what it
/// has, or nothing: it must not hold up delivery. After ``SessionPolicy/lookupTimeout`` the batch goes out without it.
public protocol SessionStore: Sendable {
    /// Keeps what landings brought. A later landing of the same session replaces an earlier one.
    func keep(_ landings: [SessionLanding]) async

    /// Takes note of events, in the order they happened, and hands out what is kept for their sessions.
    ///
    /// - Returns: An entry for each, in the same order. Missing ones count as ``SessionEntry/unknown``.
    func enter(_ visits: [SessionVisit]) async -> [SessionEntry]
}

/// A request that was no event but brought campaign parameters.
public struct SessionLanding: Sendable, Hashable {
    /// The session's hash.
    public let session: AnonymizedHash
    /// The parameters, never none.
    public let parameters: [URLParameter]
    /// When the request came.
    public let date: Date

    /// Puts all together.
    public init(session: AnonymizedHash, parameters: [URLParameter], date: Date) {
        self.session = session
        self.parameters = parameters
        self.date = date
    }
}

/// An event of a session.
public struct SessionVisit: Sendable, Hashable {
    /// The session's hash.
    public let session: AnonymizedHash
    /// When it happened.
    public let date: Date

    /// Puts both together.
    public init(session: AnonymizedHash, date: Date) {
        self.session = session
        self.date = date
    }
}

/// What a session store knows when an event comes.
public struct SessionEntry: Sendable, Hashable {
    /// Whether no event of the session came before it.
    public let isFirst: Bool
    /// What was kept of the landing, and is now handed out.
    public let parameters: [URLParameter]

    /// Puts both together.
    public init(isFirst: Bool, parameters: [URLParameter] = []) {
        self.isFirst = isFirst
        self.parameters = parameters
    }

    /// Nothing is known.
    public static let unknown = SessionEntry(isFirst: false)
}

/// How long sessions are remembered, and how many.
public struct SessionPolicy: Sendable, Hashable {
    /// How long after its last event, or after its landing, a session ends. 1 second to 24 hours. Default: 30 minutes.
    public var timeout: Duration = .seconds(1800)
    /// How many sessions are remembered in memory, 0 to 10,000,000; with 0 landings are not kept. Each takes about 100 bytes,
    /// and what its landing brought. Default: 50,000.
    public var capacity = 50_000
    /// How many bytes the parameters of landings take in memory at most, 1 KiB to 1 GiB. Default: 8 MiB.
    public var landingBytes = 8 << 20
    /// How long a batch waits for a ``SessionStore`` of your own, 1 millisecond to 1 minute. Default: 1 second.
    public var lookupTimeout: Duration = .seconds(1)

    /// The defaults.
    public init() {}

    func check() throws(InvalidValue) {
        guard self.timeout >= .seconds(1), self.timeout <= .seconds(86_400) else {
            throw InvalidValue(field: "session timeout", code: .outOfRange, allowed: "1 to 86,400 seconds")
        }
        guard (0...10_000_000).contains(self.capacity) else {
            throw InvalidValue(field: "session capacity", code: .outOfRange, allowed: "0 to 10,000,000 sessions")
        }
        guard (1024...1 << 30).contains(self.landingBytes) else {
            throw InvalidValue(field: "session landing bytes", code: .outOfRange, allowed: "1 KiB to 1 GiB")
        }
        guard self.lookupTimeout >= .milliseconds(1), self.lookupTimeout <= .seconds(60) else {
            throw InvalidValue(field: "session lookup timeout", code: .outOfRange, allowed: "0.001 to 60 seconds")
        }
    }
}
