/// What a customer answered, after an order, to "where did you hear of us?": Tracify's `postpurchasesurvey`.
public struct SurveyAnswer: Sendable, Hashable {
    /// Where the customer had heard of the shop. The list is that of Tracify's OpenAPI.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        case facebook, tiktok, google, taboola, outbrain, twitter, pinterest
    }

    /// The longest ``medium``, in bytes of UTF-8.
    public static let maximumMediumLength = 128

    /// The id of the order the answer belongs to.
    public let orderID: String
    /// Where the customer had heard of the shop.
    public let source: Source
    /// The medium, if it was asked for: free text.
    public let medium: String?

    /// Creates an answer.
    ///
    /// - Parameters:
    ///   - orderID: The order's id, 1 to ``Order/maximumIDLength`` bytes.
    ///   - source: Where the customer had heard of the shop.
    ///   - medium: The medium, if known, at most ``maximumMediumLength`` bytes.
    /// - Throws: ``InvalidValue`` about `order_id` or `medium`.
    public init(orderID: String, source: Source, medium: String? = nil) throws(InvalidValue) {
        try InvalidValue.checkText(orderID, field: "order_id", limit: Order.maximumIDLength)
        if let medium {
            try InvalidValue.checkText(medium, field: "medium", limit: SurveyAnswer.maximumMediumLength)
        }
        self.orderID = orderID
        self.source = source
        self.medium = medium
    }
}
