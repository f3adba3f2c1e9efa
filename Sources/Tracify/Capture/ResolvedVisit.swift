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
    var parameters: [URLParameter]
    let date: Date
    var identity: IdentityData
    /// Whether the tracker that saw the visit lower-cases emails, for one that becomes known when the visit has been stored.
    var lowercasesEmail = false
    /// The campaign parameters of the page of this site that the visitor came from: what a session's first event has to go by
    /// when nothing could be kept of the landing itself.
    var refererParameters: [URLParameter] = []
    /// Why it shows nothing of a person who looks at something, as far as the request's task could not know; `nil` when it does.
    var reasonToSkip: SkipReason?

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
    /// The visitor has not consented, so nothing is known.
    case withheld
    /// The request does not say which site it was for: no host, or none that a URL can hold.
    case host
    case hashing(HashingUnavailable)
}

extension RequestFacts {
    /// Parses and hashes. This is most of what an event costs, and why it is done on the exporter's side.
    func resolve(with cache: inout IdentityCache) throws(UnresolvableVisit) -> ResolvedVisit {
        let client = self.forwarded.map { ForwardedClient(peer: self.peer, fields: $0, proxies: self.rules.trustedProxies) }
        // A request to a proxy names its URL in full, and then its authority is the URL's (RFC 9112, section 3.2.2).
        let absolute = self.target.utf8.first == UInt8(ascii: "/") ? nil : URLParts(self.target[...])
        let scheme = client?.scheme?[...] ?? absolute?.scheme ?? self.scheme?[...] ?? "http"
        guard
            let site = Origin(
                scheme: self.rules.isAlwaysHTTPS ? "https" : scheme,
                authority: client?.host?[...] ?? absolute?.authority ?? self.authority?[...] ?? ""
            )
        else { throw .host }
        let (path, query) = absolute.map { ($0.path, $0.query) } ?? URLParts.splitTarget(self.target[...])
        // `null`, and whatever else is no origin, is as good as none.
        let declaredOrigin = self.originField.flatMap { try? Origin($0) }

        let place: Place
        if self.signs.contains(.script) {
            place = self.callingPage(site: site, declaredOrigin: declaredOrigin)
        } else {
            let path = path.utf8.first == UInt8(ascii: "/") ? path : "/"
            place = Place(origin: site, path: path, query: query, referer: self.refererField.flatMap { try? Referer($0) })
        }

        let address = (client?.address ?? self.peer).ip
        let known: IdentityCache.Known
        do {
            known = try cache.known(
                IdentityCache.Visitor(
                    address: address,
                    userAgent: self.userAgentField.map(UserAgent.init) ?? .none
                )
            )
        } catch {
            throw .hashing(error)
        }

        let keptQuery = place.query.flatMap { CampaignParameters.filter(query: $0, keeping: self.rules.urlQueryKeys) }
        return ResolvedVisit(
            url: PageURL(origin: place.origin, path: place.path, query: keptQuery).cutToLimit(),
            origin: declaredOrigin ?? site,
            referer: place.referer,
            parameters: self.parameters(of: place.query),
            date: self.date,
            identity: known.identity,
            lowercasesEmail: self.rules.lowercasesEmail,
            refererParameters: place.referer == nil ? [] : self.refererParameters(site: site),
            reasonToSkip: address == nil ? .noClientAddress : known.isCrawler && !self.rules.countsCrawlers ? .crawler : nil
        )
    }

    /// Where something happened.
    private struct Place {
        let origin: Origin
        let path: Substring
        let query: Substring?
        let referer: Referer?
    }

    /// The page whose script made the request: the referer, if that is a page of the same site or of the origin that the browser
    /// names; else no more than that origin. Never the address that was called, which is no page.
    ///
    /// Where the visitor came from to that page is not known any more.
    private func callingPage(site: Origin, declaredOrigin: Origin?) -> Place {
        if let referer = self.refererField, let parts = URLParts(referer[...]),
            let origin = Origin(scheme: parts.scheme, authority: parts.authority)
        {
            if origin == site || origin == declaredOrigin {
                return Place(origin: origin, path: parts.path.isEmpty ? "/" : parts.path, query: parts.query, referer: nil)
            }
        }
        return Place(origin: declaredOrigin ?? site, path: "/", query: nil, referer: nil)
    }

    private func parameters(of query: Substring?) -> [URLParameter] {
        query.map { CampaignParameters.parse(query: $0, allowing: self.rules.urlParameters) } ?? []
    }

    private func refererParameters(site: Origin) -> [URLParameter] {
        guard let referer = self.refererField, referer.utf8.contains(UInt8(ascii: "?")), let parts = URLParts(referer[...]),
            let query = parts.query, Origin(scheme: parts.scheme, authority: parts.authority) == site
        else { return [] }
        return self.parameters(of: query)
    }
}
