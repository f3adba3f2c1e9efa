//
// This source file is part of the swift-tracify open source project
// Copyright (c) 2026 the swift-tracify project authors
// SPDX-License-Identifier: Apache-2.0
//

/// A customer's answer, after an order, to the question "How did you hear about us?".
///
/// It is reported as an event of the type `postpurchasesurvey`.
public struct SurveyAnswer: Sendable, Hashable {
    /// A place where a customer heard about the shop.
    ///
    /// The cases are those of Tracify's OpenAPI description (contract, `source`).
    public enum Source: String, Sendable, Hashable, CaseIterable {
        /// A platform of the contract's list; the raw value is its name on the wire.
        case facebook, tiktok, google, taboola, outbrain, twitter, pinterest
    }

    /// The maximum length of ``medium``, in bytes of UTF-8.
    public static let maximumMediumLength = 128

    /// The ID of the order that the answer belongs to.
    public let orderID: String
    /// The place where the customer heard about the shop.
    public let source: Source
    /// The medium as free text, if the survey asked for it.
    public let medium: String?

    /// Creates an answer.
    ///
    /// - Parameters:
    ///   - orderID: The ID of the order, 1 to ``Order/maximumIDLength`` bytes of UTF-8.
    ///   - source: The place where the customer heard about the shop.
    ///   - medium: The medium, if known, 1 to ``maximumMediumLength`` bytes of UTF-8.
    /// - Throws: ``ValidationError`` about `order_id` or `medium` if the text is blank or too long.
    public init(orderID: String, source: Source, medium: String? = nil) throws(ValidationError) {
        try ValidationError.checkText(orderID, field: "order_id", limit: Order.maximumIDLength)
        if let medium {
            try ValidationError.checkText(medium, field: "medium", limit: SurveyAnswer.maximumMediumLength)
        }
        self.orderID = orderID
        self.source = source
        self.medium = medium
    }
}
