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
        guard let seconds = UTCDateTime.seconds(of: date) else {
            throw ValidationError(field: "datetime", code: .outOfRange, allowed: "a time in the years 1 to 9999")
        }
        try Event.checkCount(parameters)
        if case .addToCart(let items) = detail {
            try LineItem.checkCount(items)
        }
        self.detail = detail
        self.customerSiteID = customerSiteID
        self.url = url
        self.origin = origin
        self.identity = try identity.withDistinctHashes()
        self.seconds = seconds
        self.referer = referer
        self.parameters = Event.firstOfEachName(parameters)
    }

    /// Replaces the campaign parameters.
    ///
    /// - Parameter parameters: The campaign parameters. If a name repeats, the first value is kept (contract, "URL parameters").
    /// - Throws: ``ValidationError`` about `url_parameters` for more than ``URLParameter/maximumCount`` parameters.
    public mutating func setParameters(_ parameters: [URLParameter]) throws(ValidationError) {
        try Event.checkCount(parameters)
        self.parameters = Event.firstOfEachName(parameters)
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

    private static func firstOfEachName(_ parameters: [URLParameter]) -> [URLParameter] {
        // There are at most `URLParameter.maximumCount` parameters, so a linear search is cheaper than a set. Nearly always no name repeats.
        let isRepeating = parameters.indices.contains { index in
            parameters[..<index].contains { $0.name == parameters[index].name }
        }
        guard isRepeating else { return parameters }
        var result: [URLParameter] = []
        result.reserveCapacity(parameters.count)
        for parameter in parameters where !result.contains(where: { $0.name == parameter.name }) {
            result.append(parameter)
        }
        return result
    }
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
