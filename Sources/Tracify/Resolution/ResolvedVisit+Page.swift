//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

extension ResolvedVisit {
    /// Returns the visit on another page of the same site.
    func on(_ page: VisitedPage) -> ResolvedVisit {
        page.withBytes { url, referrer in
            var visit = self
            guard let parts = URLParts(url), let origin = Origin(scheme: parts.scheme, authority: parts.authority),
                origin.isSameSite(as: self.url.origin)
            else {
                visit.reasonToSkip = .foreignSite
                return visit
            }
            visit.url = PageURL(origin: origin, path: parts.path).cutToLimit()
            visit.origin = origin
            visit.referer = referrer.flatMap { URLParts($0) }.flatMap { Referer($0, path: $0.path) }
            visit.parameters = CampaignParameters.parse(query: parts.query ?? .empty)
            visit.refererParameters = []
            return visit
        }
    }
}
