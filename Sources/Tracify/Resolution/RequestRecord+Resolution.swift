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

extension RequestRecord {
    /// Returns the visit of the request, parsed, reduced and hashed; `nil` when the request has no valid host.
    ///
    /// Without a valid host, there is no page that an event could belong to. Resolution is most of an event's cost, so it runs on
    /// the exporter's side.
    ///
    /// - Parameters:
    ///   - cache: The cache of visitors' hashes.
    ///   - rules: The rules of the tracker.
    ///   - date: The time of the visit.
    ///   - page: Another page of the site that the visit is on; that of the request when `nil`.
    /// - Returns: The visit.
    func resolve(
        with cache: inout IdentityCache,
        by rules: CaptureRules,
        at date: Date,
        on page: VisitedPage? = nil
    ) -> ResolvedVisit? {
        guard let page else { return self.withParts { self.resolve($0, &cache, rules.configuration, date, nil) } }
        return page.withBytes { url, referrer in
            self.withParts { self.resolve($0, &cache, rules.configuration, date, (url, referrer)) }
        }
    }

    private func resolve(
        _ parts: Parts,
        _ cache: inout IdentityCache,
        _ capture: CaptureConfiguration,
        _ date: Date,
        _ visited: (url: Bytes, referrer: Bytes?)?
    ) -> ResolvedVisit? {
        let client = self.forwarding.map { ForwardedClient(peer: self.peer, source: $0, parts, proxies: capture.trustedProxies) }
        guard let site = RequestSite(parts, client, capture) else { return nil }
        let page =
            visited.map { RequestPage(visited: $0.url, from: $0.referrer, site, capture) }
            ?? RequestPage(self.flags, parts, site, capture)
        var redactor = Redactor(capture.redaction)
        let query = page.query.flatMap { CampaignParameters.filter(query: $0, keeping: capture.urlQueryKeys, &redactor) }
        let url = redactor.withPath(page.path) { path in
            query?.withUnsafeBufferPointer { PageURL(origin: page.origin, path: path, query: Bytes($0)) }
                ?? PageURL(origin: page.origin, path: path)
        }
        let address = (client?.address ?? self.peer).ip
        let visitor = cache.entry(address: address, userAgent: parts[.userAgent] ?? .empty)
        return ResolvedVisit(
            url: url.cutToLimit(),
            origin: page.eventOrigin,
            referer: page.referer(capture, site, &redactor),
            parameters: page.query.map { CampaignParameters.parse(query: $0, allowing: capture.urlParameters, &redactor) } ?? [],
            date: date,
            identity: visitor.identity,
            customerSiteID: site.customerSiteID,
            lowercasesEmail: capture.lowercasesEmail,
            refererParameters: page.refererQuery
                .map { CampaignParameters.parse(query: $0, allowing: capture.urlParameters, &redactor) } ?? [],
            request: self.id,
            redactions: redactor.count,
            reasonToSkip: page.reasonToSkip ?? Self.reasonToSkip(site, address, visitor, capture)
        )
    }

    /// Returns the rule by which page views, product views and add-to-carts of a visit are skipped; `nil` when they are tracked.
    private static func reasonToSkip(
        _ site: RequestSite,
        _ address: IPAddress?,
        _ visitor: IdentityCache.Entry,
        _ capture: CaptureConfiguration
    ) -> SkipReason? {
        if site.isForeign { return .foreignSite }
        guard let address else { return .noClientAddress }
        if visitor.isUserAgentAddress { return .noUserAgent }
        if capture.excludedNetworks.contains(where: { $0.contains(address) }) { return .excludedNetwork }
        return visitor.isCrawler && !capture.countsCrawlers ? .crawler : nil
    }
}
