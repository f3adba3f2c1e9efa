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
public import HTTPTypes

/// The context of an event: a visitor, a page and a time.
///
/// In a handler, the visit is ``current``, which the adapters set. Elsewhere, create it from a request or from its parts, or
/// decode it. The `Codable` form holds only hashes of the visitor. You can therefore store a visit with an order, and use it when
/// the payment provider confirms the order from another address and with another user agent.
///
/// A visit holds the visitor's address and user agent in memory until they are hashed. Its description, its mirror and its
/// encoded form show neither.
public struct Visit: Sendable {
    enum Source {
        case request(RequestSnapshot)
        // Indirect, so that a visit is small, however much is known of it.
        indirect case resolved(ResolvedVisit)
        /// A visit without consent, of which only the time is kept.
        case noConsent(Date)
    }

    let source: Source
    let email: Email?

    /// The visit of the request that the current task handles; `nil` outside of a handler.
    @TaskLocal public static var current: Visit?

    /// The visit of a request that a disabled tracker has not read.
    static var ofDisabledTracker: Visit { Visit(source: .noConsent(.distantPast), email: nil) }

    init(_ snapshot: RequestSnapshot) {
        self.source = .request(snapshot)
        self.email = nil
    }

    init(source: Source, email: Email?) {
        self.source = source
        self.email = email
    }

    /// Creates the visit of a request by the default capture rules.
    ///
    /// A ``Tracker`` creates visits by its own rules, see ``RequestObserver/visit(for:from:)``.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - peer: The peer of the connection, as the socket reports it.
    ///   - date: The time when the request arrived.
    public init(_ request: HTTPRequest, from peer: PeerAddress, at date: Date = Date()) {
        self.init(RequestSnapshot(request, from: peer, at: date, rules: .default))
    }

    /// Creates a visit from its parts, for an event that happens outside of the visitor's own requests.
    ///
    /// Address and user agent are hashed immediately and not kept.
    ///
    /// - Parameters:
    ///   - address: The visitor's address.
    ///   - userAgent: The visitor's user agent.
    ///   - email: The visitor's email address, if it is known; surrounding whitespace is removed.
    ///   - url: The page where the event happened.
    ///   - origin: The site's origin; the page's own when `nil`.
    ///   - referer: The page that the visitor came from, if it is known.
    ///   - parameters: The campaign parameters.
    ///   - date: The time when the event happened.
    public init(
        address: IPAddress,
        userAgent: String,
        email: String? = nil,
        url: PageURL,
        origin: Origin? = nil,
        referer: Referer? = nil,
        parameters: [URLParameter] = [],
        date: Date = Date()
    ) {
        var anonymizer = Anonymizer()
        let identity = anonymizer.identity(address: address.text, userAgent: UserAgent(userAgent))
        self.init(
            source: .resolved(
                ResolvedVisit(
                    url: url,
                    origin: origin ?? url.origin,
                    referer: referer,
                    parameters: parameters,
                    date: date,
                    identity: identity
                )
            ),
            email: email.flatMap(Email.init)
        )
    }

    /// Returns the visit with the visitor's email address, which becomes known, for example, at a checkout.
    ///
    /// - Parameter email: The email address. Surrounding whitespace is removed. The tracker that the visit is reported to
    ///   lower-cases it if ``CaptureConfiguration/lowercasesEmail`` is set.
    /// - Returns: The visit with the email address; an unchanged visit when the address is blank or the visitor has not given
    ///   consent.
    public func with(email: String) -> Visit {
        guard self.hasConsent, let email = Email(email) else { return self }
        return Visit(source: self.source, email: email)
    }

    /// Returns the visit at another time, for an event that belongs to it and happens later, such as the renewal of a subscription.
    ///
    /// The page, the campaign parameters and the visitor stay the same.
    ///
    /// - Parameter date: The time when the event happened.
    /// - Returns: The visit at that time.
    public func at(_ date: Date) -> Visit {
        switch self.source {
        case .request(let snapshot):
            return Visit(source: .request(RequestSnapshot(snapshot, at: date)), email: self.email)
        case .resolved(var visit):
            visit.date = date
            return Visit(source: .resolved(visit), email: self.email)
        case .noConsent:
            return Visit(source: .noConsent(date), email: nil)
        }
    }

    /// Whether the visitor may be tracked.
    ///
    /// `false` also for a visit of a disabled tracker.
    /// What is reported for a visit without consent is counted and discarded; see ``ConsentPolicy``.
    public var hasConsent: Bool {
        if case .noConsent = self.source { false } else { true }
    }

    /// The time when the request arrived or the event happened.
    public var date: Date {
        switch self.source {
        case .request(let snapshot): snapshot.date
        case .resolved(let visit): visit.date
        case .noConsent(let date): date
        }
    }

    /// The approximate memory of the visit, in bytes.
    var byteCount: Int {
        switch self.source {
        case .request(let snapshot): snapshot.byteCount + (self.email?.byteCount ?? 0)
        case .resolved: 1024
        case .noConsent: 64
        }
    }
}

extension Visit: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The time of the visit, and nothing about the visitor.
    public var description: String { "Visit(\(self.date))" }

    /// The same as ``description``.
    public var debugDescription: String { self.description }

    /// An empty mirror, so that `dump` and string interpolation of a value that contains a visit show nothing about the visitor.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
