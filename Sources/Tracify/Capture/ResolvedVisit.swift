#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A visit with everything parsed, reduced and hashed: what every event of the visit has in common, and what is left of a visit
/// when it is stored.
struct ResolvedVisit: Sendable, Hashable {
    let url: PageURL
    let origin: Origin
    let referer: Referer?
    let parameters: [URLParameter]
    let date: Date
    var identity: IdentityData
    /// Whether the tracker that saw the visit lower-cases emails, for one that becomes known when the visit has been stored.
    var lowercasesEmail = false

    func event(_ detail: Event.Detail, customerSiteID: CustomerSiteID) throws(InvalidValue) -> Event {
        try Event(
            detail,
            customerSiteID: customerSiteID,
            url: self.url,
            origin: self.origin,
            identity: self.identity,
            date: self.date,
            referer: self.referer,
            parameters: self.parameters
        )
    }
}

/// Why a visit cannot become an event.
enum UnresolvableVisit: Error {
    /// The request does not say which site it was for: no host, or none that a URL can hold.
    case host
    case hashing(HashingUnavailable)
}

extension RequestFacts {
    /// Parses and hashes. This is most of what an event costs, and why it is done on the exporter's side.
    func resolve(with cache: inout IdentityCache) throws(UnresolvableVisit) -> ResolvedVisit {
        // A request to a proxy names its URL in full, and then its authority is the URL's (RFC 9112, section 3.2.2).
        let absolute = self.target.utf8.first == UInt8(ascii: "/") ? nil : URLParts(self.target[...])
        guard
            let site = Origin(
                scheme: self.rules.isAlwaysHTTPS ? "https" : absolute?.scheme ?? self.scheme?[...] ?? "http",
                authority: absolute?.authority ?? self.authority?[...] ?? ""
            )
        else { throw .host }
        let (path, query) = absolute.map { ($0.path, $0.query) } ?? URLParts.splitTarget(self.target[...])
        let keptQuery = query.flatMap { CampaignParameters.filter(query: $0, keeping: self.rules.urlQueryKeys) }

        let identity: IdentityData
        do {
            identity = try cache.identity(
                of: IdentityCache.Visitor(
                    address: self.peer.ip,
                    userAgent: self.userAgentField.map(UserAgent.init) ?? .none
                )
            )
        } catch {
            throw .hashing(error)
        }

        return ResolvedVisit(
            url: PageURL(origin: site, path: path.utf8.first == UInt8(ascii: "/") ? path : "/", query: keptQuery).cutToLimit(),
            // `null`, and whatever else is no origin, is as good as none.
            origin: self.originField.flatMap { try? Origin($0) } ?? site,
            referer: self.refererField.flatMap { try? Referer($0) },
            parameters: query.map { CampaignParameters.parse(query: $0, allowing: self.rules.urlParameters) } ?? [],
            date: self.date,
            identity: identity,
            lowercasesEmail: self.rules.lowercasesEmail
        )
    }
}
