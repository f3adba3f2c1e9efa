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
        let address = (client?.address ?? self.peer).ip
        let visitor = cache.entry(address: address, userAgent: parts[.userAgent] ?? .empty)
        var visit = ResolvedVisit(of: visitor.identity, on: page, of: site, capture, at: date)
        visit.lowercasesEmail = capture.lowercasesEmail
        visit.request = self.id
        visit.reasonToSkip = visit.reasonToSkip ?? Self.reasonToSkip(site, address, visitor, capture)
        return visit
    }

    /// Returns all rules by which page views, product views and add-to-carts of the request are skipped that need resolution.
    func reasonsToSkip(with cache: inout IdentityCache, by rules: CaptureRules) -> [SkipReason] {
        let capture = rules.configuration
        return self.withParts { parts in
            let client = self.forwarding.map {
                ForwardedClient(peer: self.peer, source: $0, parts, proxies: capture.trustedProxies)
            }
            guard let site = RequestSite(parts, client, capture) else { return [] }
            let address = (client?.address ?? self.peer).ip
            let visitor = cache.entry(address: address, userAgent: parts[.userAgent] ?? .empty)
            return Self.rulesOfResolution
                .filter { Self.skips($0, site, address, visitor, capture) }
        }
    }

    /// The rules that need resolution, in their order.
    private static let rulesOfResolution: [SkipReason] = [
        .foreignSite, .noClientAddress, .noUserAgent, .excludedNetwork, .crawler,
    ]

    private static func skips(
        _ reason: SkipReason,
        _ site: RequestSite,
        _ address: IPAddress?,
        _ visitor: IdentityCache.Entry,
        _ capture: CaptureConfiguration
    ) -> Bool {
        switch reason {
        case .foreignSite: site.isForeign
        case .noClientAddress: address == nil
        case .noUserAgent: visitor.isUserAgentAddress
        case .excludedNetwork: address.map { address in capture.excludedNetworks.contains { $0.contains(address) } } ?? false
        default: visitor.isCrawler && !capture.countsCrawlers
        }
    }

    /// Returns the rule by which page views, product views and add-to-carts of a visit are skipped; `nil` when they are tracked.
    private static func reasonToSkip(
        _ site: RequestSite,
        _ address: IPAddress?,
        _ visitor: IdentityCache.Entry,
        _ capture: CaptureConfiguration
    ) -> SkipReason? {
        self.rulesOfResolution.first { self.skips($0, site, address, visitor, capture) }
    }
}
