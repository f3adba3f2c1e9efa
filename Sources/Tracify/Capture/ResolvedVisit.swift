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

/// A visit after parsing, reduction and hashing.
///
/// It holds what all events of the visit have in common, and it is the content of a visit's stored form.
struct ResolvedVisit: Sendable, Hashable {
    var url: PageURL
    var origin: Origin
    var referer: Referer?
    /// Each name once.
    var parameters: [URLParameter]
    var date: Date
    var identity: IdentityData
    /// The ID of the site; `nil` for that of the tracker.
    var customerSiteID: CustomerSiteID?
    /// Whether the tracker that created the visit lower-cases email addresses.
    ///
    /// The stored form keeps this for an email address that becomes known later.
    var lowercasesEmail = false
    /// The campaign parameters in `Referer`, if it is a page of the same site.
    ///
    /// A session's first event takes them when the landing was not kept.
    var refererParameters: [URLParameter] = []
    /// The request that the visit is of; `nil` for a visit of other origin.
    var request: ObjectIdentifier?
    /// The numbers of parts that were replaced by the settings of ``Redaction``.
    var redactions = Redactions()
    /// Whether no tracker has read the request of a stored visit, so that its consent is not known.
    var isUnread = false
    /// The rule by which page views, product views and add-to-carts of the visit are skipped; `nil` when they are tracked.
    ///
    /// Only rules that need resolution are evaluated here.
    var reasonToSkip: SkipReason?

    struct Redactions: Sendable, Hashable {
        /// Of the page and of `Referer`.
        var ofPage = 0
        /// Of the campaign parameters.
        var ofParameters = 0
        /// Of the campaign parameters in `Referer`, which most events do not take.
        var ofRefererParameters = 0

        /// The number of those in an event.
        var ofEvent: Int { self.ofPage + self.ofParameters }
    }

    /// Returns an event of the visit.
    func event(_ detail: Event.Detail, customerSiteID: CustomerSiteID) throws(ValidationError) -> Event {
        try Event(
            detail,
            customerSiteID: self.customerSiteID ?? customerSiteID,
            url: self.url,
            origin: self.origin,
            identity: self.identity,
            date: self.date,
            referer: self.referer,
            parameters: self.parameters
        )
    }
}
