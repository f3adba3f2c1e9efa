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
        /// A request that a server handles.
        case request(RequestContext)
        /// What is kept of a request for the exporter.
        case record(RequestRecord)
        // Indirect, so that a visit is small, however much is known of it.
        indirect case resolved(ResolvedVisit)
        /// A visit without consent, of which only the time is kept.
        case noConsent
    }

    var source: Source
    /// The time when the request arrived or the event happened.
    public let date: Date
    private let additions: Additions?

    /// What few visits have, in one reference: a visit is copied for each page view.
    private final class Additions: Sendable {
        let email: Email?
        let page: VisitedPage?

        init(_ email: Email?, _ page: VisitedPage?) {
            self.email = email
            self.page = page
        }
    }

    var email: Email? { self.additions?.email }
    /// Another page of the site that the visit is on; `nil` for that of the request.
    var page: VisitedPage? { self.additions?.page }

    /// The visit of the request that the current task handles; `nil` outside of a handler.
    @TaskLocal public static var current: Visit?

    /// The visit of a request that a disabled tracker has not read.
    static var ofDisabledTracker: Visit { Visit(source: .noConsent, at: .distantPast) }

    init(source: Source, at date: Date, email: Email? = nil, page: VisitedPage? = nil) {
        self.source = source
        self.date = date
        self.additions = email == nil && page == nil ? nil : Additions(email, page)
    }

    /// Creates the visit of a request, by the rules of the tracker that it is reported to.
    ///
    /// An adapter uses ``RequestObserver/visit(for:from:)`` instead.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - peer: The peer of the connection, as the socket reports it.
    ///   - date: The time when the request arrived.
    public init(_ request: HTTPRequest, from peer: PeerAddress, at date: Date = Date()) {
        self.init(source: .request(RequestContext(request, from: peer, rules: nil)), at: date)
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
        let identity = userAgent.withBytes { bytes in
            anonymizer.identity(address: address.text, userAgent: bytes.prefix(RequestRecord.maximumUserAgentLength))
        }
        self.init(
            source: .resolved(
                ResolvedVisit(
                    url: url,
                    origin: origin ?? url.origin,
                    referer: referer,
                    parameters: parameters.firstOfEachName,
                    date: date,
                    identity: identity
                )
            ),
            at: date,
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
        return Visit(source: self.source, at: self.date, email: email, page: self.page)
    }

    /// Returns the visit at another time, for an event that belongs to it and happens later, such as the renewal of a subscription.
    ///
    /// The page, the campaign parameters and the visitor stay the same.
    ///
    /// - Parameter date: The time when the event happened.
    /// - Returns: The visit at that time.
    public func at(_ date: Date) -> Visit {
        Visit(source: self.source, at: date, email: self.email, page: self.page)
    }

    /// Returns the visit on another page of the site, for a page that the server is not asked for: a route of a single-page app, a page
    /// from a cache, or one that was prerendered.
    ///
    /// The campaign parameters are those of the page. Pass the result to ``Tracker/pageViewed(by:)``, for example.
    ///
    /// - Parameters:
    ///   - url: The page's URL, as the browser has it. A page of another site is skipped as ``SkipReason/foreignSite``, and one of
    ///     ``CaptureConfiguration/excludedPaths`` as ``SkipReason/excludedPath``.
    ///   - referrer: The page that the visitor came from, as the browser has it; none when empty.
    /// - Returns: The visit on that page, of which nothing is reported without consent.
    /// - Throws: ``ValidationError`` with the field `url` when the URL is not an absolute `http` or `https` URL or is longer than 8,192
    ///   bytes, and with the field `Referer` when the referrer is neither empty nor such a URL.
    public func on(_ url: String, referrer: String? = nil) throws(ValidationError) -> Visit {
        let page = try VisitedPage(url, referrer: referrer)
        return Visit(source: self.source, at: self.date, email: self.email, page: page)
    }

    /// Whether the visitor may be tracked.
    ///
    /// `false` also for a visit of a disabled tracker.
    /// What is reported for a visit without consent is counted and discarded; see ``ConsentPolicy``.
    public var hasConsent: Bool {
        if case .noConsent = self.source { false } else { true }
    }

    /// Returns the visit as a tracker's own rules see it, with a record of the request in place of its head.
    ///
    /// A visit that another tracker has created is read again, because consent and trusted proxies may differ. The result is `nil` when
    /// the response was known before, so that there is nothing to read any more.
    func recorded(by rules: CaptureRules) -> Visit? {
        guard case .request(let context) = self.source else { return self }
        if context.rules !== rules, let head = context.head, !rules.configuration.consent.allows(head) {
            return Visit(source: .noConsent, at: self.date)
        }
        guard let record = context.record(by: rules) else { return nil }
        var visit = self
        visit.source = .record(record)
        return visit
    }

    /// The approximate memory of the visit in the queue, in bytes.
    var byteCount: Int {
        let source =
            switch self.source {
            case .record(let record): record.byteCount
            case .resolved: 1024
            case .request, .noConsent: 64
            }
        guard let additions = self.additions else { return source }
        return source + (additions.email?.byteCount ?? 0) + (additions.page?.byteCount ?? 0)
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
