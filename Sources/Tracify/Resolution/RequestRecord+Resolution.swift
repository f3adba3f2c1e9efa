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
        guard let page else { return self.withParts { self.resolve($0, &cache, rules, date, nil) } }
        return page.withBytes { url, referrer in
            self.withParts { self.resolve($0, &cache, rules, date, (url, referrer)) }
        }
    }

    private func resolve(
        _ parts: Parts,
        _ cache: inout IdentityCache,
        _ rules: CaptureRules,
        _ date: Date,
        _ visited: (url: Bytes, referrer: Bytes?)?
    ) -> ResolvedVisit? {
        guard let requester = Requester(of: self, parts, &cache, rules) else { return nil }
        let site = requester.site
        let page: RequestPage
        if let visited {
            page = RequestPage(visited: visited.url, from: visited.referrer, site, rules)
        } else {
            page = RequestPage(self.flags, parts, requester.location, site, rules)
        }
        return ResolvedVisit(
            of: requester.visitor.identity,
            on: page,
            rules,
            at: date,
            request: self.id,
            reasonToSkip: requester.reasonToSkip(by: rules)
        )
    }

    /// Returns all rules that need resolution and by which page views, product views and add-to-carts of the request are skipped.
    func reasonsToSkip(with cache: inout IdentityCache, by rules: CaptureRules) -> [SkipReason] {
        self.withParts { parts in
            guard let requester = Requester(of: self, parts, &cache, rules) else { return [] }
            return Requester.rules.filter { requester.isSkipped(by: $0, rules) }
        }
    }
}

/// The site that a request is for, and the visitor whom it is from.
private struct Requester: ~Copyable {
    /// The rules that need resolution, in their order.
    static let rules: [SkipReason] = [.foreignSite, .noClientAddress, .noUserAgent, .excludedNetwork, .crawler]

    let location: RequestRecord.Parts.Location
    let site: RequestSite
    let visitor: IdentityCache.Entry
    private let address: IPAddress?

    init?(
        of record: RequestRecord,
        _ parts: RequestRecord.Parts,
        _ cache: inout IdentityCache,
        _ rules: CaptureRules
    ) {
        let client = record.forwarding.map {
            ForwardedClient(peer: record.peer, source: $0, parts, proxies: rules.configuration.trustedProxies)
        }
        self.location = parts.location
        guard let site = RequestSite(parts, self.location, client, rules, last: cache.lastOrigin) else { return nil }
        if !site.isForeign { cache.lastOrigin = site.origin }
        self.site = site
        self.address = (client?.address ?? record.peer).ip
        self.visitor = cache.entry(address: self.address, userAgent: parts[.userAgent] ?? .empty)
    }

    /// Returns the first rule by which page views, product views and add-to-carts are skipped.
    func reasonToSkip(by rules: CaptureRules) -> SkipReason? {
        Requester.rules.first { self.isSkipped(by: $0, rules) }
    }

    /// Returns whether page views, product views and add-to-carts are skipped by one of the rules.
    func isSkipped(by rule: SkipReason, _ rules: CaptureRules) -> Bool {
        switch rule {
        case .foreignSite: self.site.isForeign
        case .noClientAddress: self.address == nil
        case .noUserAgent: self.visitor.isUserAgentAddress
        case .excludedNetwork:
            self.address.map { address in rules.configuration.excludedNetworks.contains { $0.contains(address) } } ?? false
        default: self.visitor.isCrawler && !rules.configuration.countsCrawlers
        }
    }
}
