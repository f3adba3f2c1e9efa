//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A complete, anonymized event as Tracify receives it.
///
/// Every part of an event validates itself when it is created. An event is therefore always valid and is not validated again
/// before delivery.
public struct Event: Sendable, Hashable {
    /// The kind of event, with the data that only this kind has.
    public enum Detail: Sendable, Hashable {
        /// A view of a page.
        case pageView
        /// A view of a product's page.
        case productView
        /// An addition to the cart, with the added items; empty if the items are unknown.
        case addToCart([LineItem])
        /// A placed order.
        case purchase(Order)
        /// A completed conversion.
        case conversion(Conversion)
        /// An answer to the survey after an order.
        case postPurchaseSurvey(SurveyAnswer)

        /// The ID of the order or conversion that the event reports; `nil` for other events.
        var orderID: String? {
            switch self {
            case .pageView, .productView, .addToCart: nil
            case .purchase(let order): order.id
            case .conversion(let conversion): conversion.id
            case .postPurchaseSurvey(let answer): answer.orderID
            }
        }
    }

    /// The page where the event occurred.
    public var url: PageURL
    /// The ID that Tracify assigned to the site.
    public let customerSiteID: CustomerSiteID
    /// The anonymized identity of the visitor.
    public let identity: IdentityData
    /// The time of the event, in whole seconds since 1970.
    let seconds: Int64
    /// The origin of the site where the event occurred.
    public var origin: Origin
    /// The referrer, if known.
    public var referer: Referer?
    /// The campaign parameters of the visit, each name once, in their original order.
    public private(set) var parameters: [URLParameter]
    /// The kind of event, with the data that only this kind has.
    public let detail: Detail

    /// Creates an event.
    ///
    /// - Parameters:
    ///   - detail: The kind of event, with the data that only this kind has.
    ///   - customerSiteID: The ID that Tracify assigned to the site.
    ///   - url: The page where the event occurred.
    ///   - origin: The origin of the site.
    ///   - identity: The anonymized identity of the visitor.
    ///   - date: The time of the event. It is rounded down to whole seconds.
    ///   - referer: The referrer, if known.
    ///   - parameters: The campaign parameters. If a name repeats, the first value is kept (contract, "URL parameters").
    /// - Throws: ``ValidationError`` about `datetime` if the date is outside the years 1 to 9999, about `identity_data` if two of the
    ///   hashes of the session, the address and the user agent are equal, about `url_parameters` for more than
    ///   ``URLParameter/maximumCount`` parameters, or about `ITEM` for more than ``LineItem/maximumCount`` items in the cart.
    package init(
        _ detail: Detail,
        customerSiteID: CustomerSiteID,
        url: PageURL,
        origin: Origin,
        identity: IdentityData,
        date: Date,
        referer: Referer? = nil,
        parameters: [URLParameter] = []
    ) throws(ValidationError) {
        self.seconds = try Event.check(detail, identity, date, parameters)
        self.identity = IdentityData(
            email: identity.distinctEmail,
            session: identity.session,
            address: identity.address,
            userAgent: identity.userAgent
        )
        self.detail = detail
        self.customerSiteID = customerSiteID
        self.url = url
        self.origin = origin
        self.referer = referer
        self.parameters = parameters.firstOfEachName
    }

    /// Checks the parts of an event that can be wrong although each of them is valid.
    ///
    /// - Returns: The time of the event, in whole seconds since 1970.
    /// - Throws: The errors of ``init(_:customerSiteID:url:origin:identity:date:referer:parameters:)``.
    static func check(
        _ detail: Detail,
        _ identity: IdentityData,
        _ date: Date,
        _ parameters: [URLParameter]
    ) throws(ValidationError) -> Int64 {
        guard let seconds = UTCDateTime.seconds(of: date) else {
            throw ValidationError(field: "datetime", code: .outOfRange, allowed: "a time in the years 1 to 9999")
        }
        try Event.checkCount(parameters)
        if case .addToCart(let items) = detail {
            try LineItem.checkCount(items)
        }
        try identity.checkHashes()
        return seconds
    }

    /// Replaces the campaign parameters.
    ///
    /// - Parameter parameters: The campaign parameters. If a name repeats, the first value is kept (contract, "URL parameters").
    /// - Throws: ``ValidationError`` about `url_parameters` for more than ``URLParameter/maximumCount`` parameters.
    public mutating func setParameters(_ parameters: [URLParameter]) throws(ValidationError) {
        try Event.checkCount(parameters)
        self.parameters = parameters.firstOfEachName
    }

    private static func checkCount(_ parameters: [URLParameter]) throws(ValidationError) {
        guard parameters.count <= URLParameter.maximumCount else {
            throw ValidationError(
                field: "url_parameters",
                code: .tooLong,
                allowed: "at most \(URLParameter.maximumCount) parameters"
            )
        }
    }

    /// The time of the event, in whole seconds.
    public var date: Date { Date(timeIntervalSince1970: Double(self.seconds)) }

    /// The type of the event.
    public var type: EventType { self.detail.type }
}

extension Event.Detail {
    /// The type of an event with this detail.
    var type: EventType {
        switch self {
        case .pageView: .pageView
        case .productView: .productView
        case .addToCart: .addToCart
        case .purchase: .purchase
        case .conversion: .conversion
        case .postPurchaseSurvey: .postPurchaseSurvey
        }
    }
}
