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

extension ResolvedVisit {
    /// Creates a visitor's visit to a page of a request, without what the settings keep out of events.
    ///
    /// - Parameters:
    ///   - identity: The visitor.
    ///   - page: The page.
    ///   - rules: The rules of the tracker.
    ///   - date: The time of the visit.
    ///   - request: The request; `nil` for a visit of other origin.
    ///   - reasonToSkip: The rule by which the visit is skipped if its page is not.
    init(
        of identity: IdentityData,
        on page: borrowing RequestPage,
        _ rules: CaptureRules,
        at date: Date,
        request: ObjectIdentifier? = nil,
        reasonToSkip: SkipReason? = nil
    ) {
        var redactor = Redactor(rules.configuration.redaction)
        func parameters(_ query: Bytes?) -> [URLParameter] {
            query.map { CampaignParameters.parse(query: $0, allowing: rules.configuration.urlParameters, &redactor) } ?? []
        }
        let query = page.query.flatMap {
            CampaignParameters.filter(query: $0, keeping: rules.configuration.urlQueryKeys, &redactor)
        }
        let origin = page.origin
        let url = redactor.withPath(page.path) { path in
            query?.withUnsafeBufferPointer { PageURL(origin: origin, path: path, query: Bytes($0)) }
                ?? PageURL(origin: origin, path: path)
        }
        let referer = page.referer(rules, &redactor)
        let ofPage = redactor.takeCount()
        let parametersOfPage = parameters(page.query)
        let ofParameters = redactor.takeCount()
        let refererParameters = parameters(page.refererQuery)
        let redactions = Redactions(ofPage: ofPage, ofParameters: ofParameters, ofRefererParameters: redactor.takeCount())
        // All at once: what is changed afterwards is copied whole.
        self.init(
            url: url.cutToLimit(),
            origin: page.eventOrigin,
            referer: referer,
            parameters: parametersOfPage,
            date: date,
            identity: identity,
            customerSiteID: rules.configuration.sites.first(of: origin)?.customerSiteID,
            lowercasesEmail: rules.configuration.lowercasesEmail,
            refererParameters: refererParameters,
            request: request,
            redactions: redactions,
            reasonToSkip: page.reasonToSkip ?? reasonToSkip
        )
    }

    /// Returns the visit on another page of the site, by a tracker's rules.
    func on(_ page: VisitedPage, by rules: CaptureRules) -> ResolvedVisit {
        page.withBytes { url, referrer in
            let site = RequestSite(of: self.url.origin)
            let page = RequestPage(visited: url, from: referrer, site, rules)
            var visit = ResolvedVisit(of: self.identity, on: page, rules, at: self.date, reasonToSkip: self.reasonToSkip)
            visit.lowercasesEmail = self.lowercasesEmail
            visit.isUnread = self.isUnread
            return visit
        }
    }

    /// Returns the visit with the ID that its site has by a tracker's rules; a site that is not listed keeps the one it had.
    func ofSite(by rules: CaptureRules) -> ResolvedVisit {
        guard let site = rules.configuration.sites.first(of: self.url.origin) else { return self }
        var visit = self
        visit.customerSiteID = site.customerSiteID
        return visit
    }
}
