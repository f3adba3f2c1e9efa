#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// One thing that happened on a site, with nothing personal left in it: what Tracify receives.
///
/// An event is complete and valid when it exists. It is made of parts that check themselves, so there is nothing to check when it
/// is sent.
public struct Event: Sendable, Hashable {
    /// What happened, with what belongs to it alone.
    public enum Detail: Sendable, Hashable {
        /// A visitor looked at a page.
        case pageView
        /// A visitor looked at a product's page.
        case productView
        /// A visitor put items, perhaps unknown ones, into the cart.
        case addToCart([LineItem])
        /// A visitor placed an order.
        case purchase(Order)
        /// A visitor completed a conversion.
        case conversion(Conversion)
        /// A customer answered the survey after an order.
        case postPurchaseSurvey(SurveyAnswer)
    }

    /// The page where it happened.
    public let url: PageURL
    /// The site it happened on, as Tracify knows it.
    public let customerSiteID: CustomerSiteID
    /// Who it is about.
    public let identity: IdentityData
    /// When it happened, in whole seconds since 1970.
    let seconds: Int64
    /// The site it happened on, as browsers know it.
    public let origin: Origin
    /// The page the visitor came from, if known.
    public let referer: Referer?
    /// The campaign parameters of the visit, each name once, in the order they came.
    public let parameters: [URLParameter]
    /// What happened.
    public let detail: Detail

    /// Puts an event together.
    ///
    /// - Parameters:
    ///   - detail: What happened.
    ///   - customerSiteID: The site's id.
    ///   - url: The page where it happened.
    ///   - origin: The site.
    ///   - identity: Who it is about.
    ///   - date: When it happened; fractions of a second are dropped.
    ///   - referer: The page the visitor came from, if known.
    ///   - parameters: Campaign parameters. The first value wins when a name repeats.
    /// - Throws: ``InvalidValue`` about `datetime` outside the years 1 to 9999, about `url_parameters` for more than
    ///   ``URLParameter/maximumCount``, about `ITEM` for more than ``LineItem/maximumCount`` items in the cart.
    public init(
        _ detail: Detail,
        customerSiteID: CustomerSiteID,
        url: PageURL,
        origin: Origin,
        identity: IdentityData,
        date: Date,
        referer: Referer? = nil,
        parameters: [URLParameter] = []
    ) throws(InvalidValue) {
        guard let seconds = WireTime.seconds(of: date) else {
            throw InvalidValue(field: "datetime", code: .outOfRange, allowed: "a time in the years 1 to 9999")
        }
        guard parameters.count <= URLParameter.maximumCount else {
            throw InvalidValue(
                field: "url_parameters",
                code: .tooLong,
                allowed: "at most \(URLParameter.maximumCount) parameters"
            )
        }
        if case .addToCart(let items) = detail {
            try LineItem.checkCount(items)
        }
        self.detail = detail
        self.customerSiteID = customerSiteID
        self.url = url
        self.origin = origin
        self.identity = identity
        self.seconds = seconds
        self.referer = referer
        self.parameters = Event.firstOfEachName(parameters)
    }

    /// When it happened, to the second.
    public var date: Date { Date(timeIntervalSince1970: Double(self.seconds)) }

    /// What kind of event it is.
    public var type: EventType { self.detail.type }

    private static func firstOfEachName(_ parameters: [URLParameter]) -> [URLParameter] {
        guard parameters.count > 1 else { return parameters }
        var result: [URLParameter] = []
        result.reserveCapacity(parameters.count)
        // At most `maximumCount` of them, so looking is cheaper than a set.
        for parameter in parameters where !result.contains(where: { $0.name == parameter.name }) {
            result.append(parameter)
        }
        return result
    }
}

extension Event.Detail {
    /// What kind of event it makes.
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
