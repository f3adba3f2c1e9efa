//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A store that keeps the campaign parameters of a landing for the first event of its session (contract, "URL parameters").
///
/// A visitor follows a campaign's link to a page that redirects or is not tracked. The store keeps the parameters, and the
/// session's next page view, product view or add-to-cart is sent with them. If that event has parameters of its own, they are
/// newer and replace the stored ones.
///
/// A session is identified by its hash, which is made of the visitor's address and user agent, and by its site. The store receives nothing else
/// about the visitor, and nothing at all without consent.
///
/// ## Sharing sessions between servers
///
/// The default store, `MemorySessionStore`, belongs to one process. The parameters may be lost when a visitor's requests go to
/// several servers. A shared cache needs one key for each session and site, with ``SessionConfiguration/timeout`` as its time to live:
///
/// - ``keep(_:)`` sets the key to the landing's parameters and date.
/// - ``enter(_:)`` reads the key and replaces it with an empty marker in one step (`GETSET`, or a script), so that only one of
///   two servers gets the parameters. A missing key means that the session begins.
///
/// The exporter calls both for a whole batch at once, never on a request's task. A store must not delay delivery: when it fails,
/// it returns what it has, or nothing. After ``SessionConfiguration/lookupTimeout``, the batch is sent without the store's
/// parameters.
///
/// ``eraseSession(_:)`` deletes the session's key of each site when a visitor is erased.
public protocol SessionStore: Sendable {
    /// Stores landings for the first event of their sessions.
    ///
    /// A later landing of the same session replaces an earlier one.
    ///
    /// - Parameter landings: The landings.
    func keep(_ landings: [SessionLanding]) async

    /// Records events, and removes and returns what is stored for their sessions.
    ///
    /// - Parameter visits: The events, in the order in which they happened.
    /// - Returns: An entry for each event, in the same order. Missing entries count as ``SessionEntry/unknown``.
    func enter(_ visits: [SessionVisit]) async -> [SessionEntry]

    /// Deletes everything that is stored for a session, of all sites.
    ///
    /// ``Tracker/eraseVisitor(_:)`` calls it. The default implementation throws ``TrackerError/Code/sessionErasureUnsupported``.
    ///
    /// - Parameter session: The session's hash; one that is unknown is ignored.
    /// - Throws: An error when the session may still be stored.
    func eraseSession(_ session: AnonymizedHash) async throws
}

/// A request that is not an event, but has campaign parameters.
public struct SessionLanding: Sendable, Hashable {
    /// The session's hash.
    public let session: AnonymizedHash
    /// The ID of the site, where one process serves several; `nil` for that of the tracker.
    public let site: CustomerSiteID?
    /// The campaign parameters, at least one.
    public let parameters: [URLParameter]
    /// The time when the request arrived.
    public let date: Date

    /// Creates a landing.
    ///
    /// - Parameters:
    ///   - session: The session's hash.
    ///   - site: The ID of the site; that of the tracker when `nil`.
    ///   - parameters: The campaign parameters, at least one.
    ///   - date: The time when the request arrived.
    package init(session: AnonymizedHash, site: CustomerSiteID? = nil, parameters: [URLParameter], date: Date) {
        self.session = session
        self.site = site
        self.parameters = parameters
        self.date = date
    }
}

/// An event of a session.
public struct SessionVisit: Sendable, Hashable {
    /// The session's hash.
    public let session: AnonymizedHash
    /// The ID of the site, where one process serves several; `nil` for that of the tracker.
    public let site: CustomerSiteID?
    /// The time when the event happened.
    public let date: Date

    /// Creates an event of a session.
    ///
    /// - Parameters:
    ///   - session: The session's hash.
    ///   - site: The ID of the site; that of the tracker when `nil`.
    ///   - date: The time when the event happened.
    package init(session: AnonymizedHash, site: CustomerSiteID? = nil, date: Date) {
        self.session = session
        self.site = site
        self.date = date
    }
}

/// The state of a session when an event enters it.
public struct SessionEntry: Sendable, Hashable {
    /// Whether the event is the session's first.
    public let isFirst: Bool
    /// The campaign parameters of the session's landing, which the store has removed; may be empty.
    public let parameters: [URLParameter]

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - isFirst: Whether the event is the session's first.
    ///   - parameters: The campaign parameters of the session's landing; may be empty.
    public init(isFirst: Bool, parameters: [URLParameter] = []) {
        self.isFirst = isFirst
        self.parameters = parameters
    }

    /// The entry for a session about which nothing is known.
    public static let unknown = SessionEntry(isFirst: false)
}
