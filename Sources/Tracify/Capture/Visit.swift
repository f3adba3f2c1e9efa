#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif
public import HTTPTypes

/// A visitor on a page at a time: what every event is about.
///
/// In a handler it is ``current``, set by the adapters. Elsewhere it is made of a request, or by hand, or decoded: its `Codable`
/// form holds hashes only, so it can be stored with an order and used when the payment provider confirms it, from another address
/// and with another user agent.
///
/// A visit holds the visitor's address and user agent in memory until it is hashed. It shows neither: not in its description, not
/// when it is dumped, not when it is encoded.
public struct Visit: Sendable {
    enum Source {
        case request(RequestFacts)
        // Indirect, so that a visit is small however much it knows.
        indirect case resolved(ResolvedVisit)
        /// Of somebody who has not consented: there is nothing but the time.
        case withheld(Date)
    }

    let source: Source
    let email: Email?

    /// The visit of the request that the current task handles; `nil` outside of a handler.
    @TaskLocal public static var current: Visit?

    init(_ facts: RequestFacts) {
        self.source = .request(facts)
        self.email = nil
    }

    init(source: Source, email: Email?) {
        self.source = source
        self.email = email
    }

    /// Makes the visit of a request, by the default rules. A ``Tracker`` makes it by its own.
    ///
    /// - Parameters:
    ///   - request: The request's head.
    ///   - peer: Who is at the other end of the connection.
    ///   - date: When the request came.
    public init(_ request: HTTPRequest, from peer: PeerAddress, at date: Date = Date()) {
        self.init(RequestFacts(request, from: peer, at: date, rules: .default))
    }

    /// Makes a visit by hand, for what happens without a request of the visitor's own.
    ///
    /// - Parameters:
    ///   - address: The visitor's address.
    ///   - userAgent: The visitor's user agent.
    ///   - email: The visitor's email, if it is known; white space around it is removed.
    ///   - url: The page where it happened.
    ///   - origin: The site; the page's own when `nil`.
    ///   - referer: The page the visitor came from, if known.
    ///   - parameters: Campaign parameters.
    ///   - date: When it happened.
    /// - Throws: ``HashingUnavailable``.
    public init(
        address: IPAddress,
        userAgent: String,
        email: String? = nil,
        url: PageURL,
        origin: Origin? = nil,
        referer: Referer? = nil,
        parameters: [URLParameter] = [],
        date: Date = Date()
    ) throws(HashingUnavailable) {
        var anonymizer = Anonymizer()
        let identity = try anonymizer.identity(address: address.text, userAgent: UserAgent(userAgent))
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

    /// The same visit by a visitor whose email is known, as it is at a checkout.
    ///
    /// - Parameter email: The email. White space around it is removed; the tracker that the visit is reported to lower-cases it if
    ///   its ``CaptureConfiguration/lowercasesEmail`` says so. A blank one changes nothing, nor does any without consent.
    public func with(email: String) -> Visit {
        guard self.hasConsent, let email = Email(email) else { return self }
        return Visit(source: self.source, email: email)
    }

    /// Whether the visitor may be taken note of. What is reported of a visit without consent is counted and forgotten; see
    /// ``ConsentPolicy``.
    public var hasConsent: Bool {
        if case .withheld = self.source { false } else { true }
    }

    /// When the visitor's request came.
    public var date: Date {
        switch self.source {
        case .request(let facts): facts.date
        case .resolved(let visit): visit.date
        case .withheld(let date): date
        }
    }

    /// About how many bytes of memory the visit holds on to.
    var byteCount: Int {
        switch self.source {
        case .request(let facts): facts.byteCount + (self.email?.byteCount ?? 0)
        case .resolved: 1024
        case .withheld: 64
        }
    }

    /// Parses and hashes what is not yet.
    func resolve(with cache: inout IdentityCache, lowercasingEmail: Bool) throws(UnresolvableVisit) -> ResolvedVisit {
        var visit: ResolvedVisit
        switch self.source {
        case .request(let facts): visit = try facts.resolve(with: &cache)
        case .resolved(let resolved): visit = resolved
        case .withheld: throw .withheld
        }
        if let email = self.email?.normalized(lowercasing: lowercasingEmail) {
            do {
                visit.identity.email = try cache.anonymize(email: email)
            } catch {
                throw .hashing(error)
            }
        }
        return visit
    }
}

extension Visit: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The time, and nothing of the visitor.
    public var description: String { "Visit(\(self.date))" }

    /// The same as ``description``.
    public var debugDescription: String { self.description }

    /// Empty, so that `dump` and string interpolation of what contains a visit show nothing of the visitor.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
