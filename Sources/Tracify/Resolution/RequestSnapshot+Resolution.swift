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

extension RequestSnapshot {
    /// Returns the visit of the request, parsed, reduced and hashed; `nil` when the request has no valid host.
    ///
    /// Without a valid host, there is no page that an event could belong to. Resolution is most of an event's cost, so it runs on
    /// the exporter's side.
    func resolve(with cache: inout IdentityCache) -> ResolvedVisit? {
        let client = self.forwarded.map {
            ForwardedClient(peer: self.peer, fields: $0, proxies: self.rules.configuration.trustedProxies)
        }
        // A target in absolute form takes precedence over the `Host` field (RFC 9112, section 3.2.2).
        let absolute = self.target.utf8.first == UInt8(ascii: "/") ? nil : URLParts(self.target[...])
        let scheme = client?.scheme?[...] ?? absolute?.scheme ?? self.scheme?[...] ?? "http"
        guard
            let site = Origin(
                scheme: self.rules.configuration.isAlwaysHTTPS ? "https" : scheme,
                authority: client?.host?[...] ?? absolute?.authority ?? self.authority?[...] ?? ""
            )
        else { return nil }
        let (path, query) = absolute.map { ($0.path, $0.query) } ?? URLParts.splitTarget(self.target[...])
        // `null` and any other value that is not an origin count as no origin.
        let declaredOrigin = self.originField.flatMap { try? Origin($0) }

        let page: RequestPage
        if self.flags.contains(.script) {
            page = self.callingPage(site: site, declaredOrigin: declaredOrigin)
        } else {
            let path = path.utf8.first == UInt8(ascii: "/") ? path : "/"
            page = RequestPage(origin: site, path: path, query: query, referer: self.refererField.flatMap { try? Referer($0) })
        }

        let address = (client?.address ?? self.peer).ip
        let visitor = cache.entry(
            for: IdentityCache.Visitor(address: address, userAgent: self.userAgentField.map(UserAgent.init) ?? .none)
        )

        let keptQuery = page.query.flatMap {
            CampaignParameters.filter(query: $0, keeping: self.rules.configuration.urlQueryKeys)
        }
        return ResolvedVisit(
            url: PageURL(origin: page.origin, path: page.path, query: keptQuery).cutToLimit(),
            origin: declaredOrigin ?? site,
            referer: page.referer,
            parameters: self.parameters(of: page.query),
            date: self.date,
            identity: visitor.identity,
            lowercasesEmail: self.rules.configuration.lowercasesEmail,
            refererParameters: page.referer == nil ? [] : self.refererParameters(site: site),
            reasonToSkip: address == nil
                ? .noClientAddress : visitor.isCrawler && !self.rules.configuration.countsCrawlers ? .crawler : nil
        )
    }

    private func parameters(of query: Substring?) -> [URLParameter] {
        query.map { CampaignParameters.parse(query: $0, allowing: self.rules.configuration.urlParameters) } ?? []
    }

    private func refererParameters(site: Origin) -> [URLParameter] {
        guard let referer = self.refererField, referer.utf8.contains(UInt8(ascii: "?")), let parts = URLParts(referer[...]),
            let query = parts.query, Origin(scheme: parts.scheme, authority: parts.authority) == site
        else { return [] }
        return self.parameters(of: query)
    }
}
