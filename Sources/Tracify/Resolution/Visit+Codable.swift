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

extension Visit: Codable {
    private enum Key: String, CodingKey {
        case url, origin, referer, parameters, datetime, identity, customerSiteID, lowercasesEmail, isWithoutConsent, isUnread,
            skippedBy
    }

    private struct Parameter: Codable {
        let name: String
        let value: String
    }

    /// Encodes the page, the time, the campaign parameters and the anonymized hashes of a visit.
    ///
    /// Address, user agent and email address are encoded only as hashes, and the time is rounded down to the second. Of a visit
    /// without consent, only the time and the missing consent are encoded.
    ///
    /// What is skipped stays skipped: a crawler's visit, for example, is no page view after decoding either.
    ///
    /// Encode a visit that a tracker has created, such as ``current``. One that was made from a request is encoded by the default settings,
    /// without trusted proxies, and only a tracker whose consent is ``ConsentPolicy/always`` takes it.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: ``ValidationError`` with the field `visit` when the request has no valid host, or an error of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let rules: CaptureRules
        var isUnread = false
        switch self.source {
        case .request(let context):
            rules = context.rules ?? .default
            isUnread = context.rules == nil
        case .record: rules = .default
        case .resolved(let visit):
            rules = visit.lowercasesEmail ? .lowercasingEmail : .default
            isUnread = visit.isUnread
        case .noConsent:
            try container.encode(true, forKey: .isWithoutConsent)
            return try container.encode(self.date.timeIntervalSince1970.rounded(.down), forKey: .datetime)
        }
        var cache = IdentityCache(capacity: 2)
        let visit: ResolvedVisit
        do {
            visit = try self.resolve(with: &cache, by: rules)
        } catch {
            throw error.validationError
        }
        try container.encode(visit.url.text, forKey: .url)
        try container.encode(visit.origin.text, forKey: .origin)
        try container.encodeIfPresent(visit.referer?.text, forKey: .referer)
        try container.encode(visit.parameters.map { Parameter(name: $0.name, value: $0.value) }, forKey: .parameters)
        try container.encode(visit.date.timeIntervalSince1970.rounded(.down), forKey: .datetime)
        try container.encode(visit.identity, forKey: .identity)
        try container.encodeIfPresent(visit.customerSiteID?.text, forKey: .customerSiteID)
        try container.encodeIfPresent(visit.reasonToSkip?.description, forKey: .skippedBy)
        if isUnread { try container.encode(true, forKey: .isUnread) }
        if visit.lowercasesEmail { try container.encode(true, forKey: .lowercasesEmail) }
    }

    /// Decodes a visit that ``encode(to:)`` has encoded.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: ``ValidationError`` when a value violates the contract, or an error of the decoder.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let date = Date(timeIntervalSince1970: try container.decode(Double.self, forKey: .datetime))
        if try container.decodeIfPresent(Bool.self, forKey: .isWithoutConsent) == true {
            self.init(source: .noConsent, at: date)
            return
        }
        var identity = try container.decode(IdentityData.self, forKey: .identity)
        // Stored when a user agent that is only the address did not yet count as none; an event of the visit must be possible.
        if identity.userAgent == identity.address { identity.userAgent = AnonymizedHash(hashing: "") }
        var visit = ResolvedVisit(
            url: try PageURL(try container.decode(String.self, forKey: .url), keepsQuery: true),
            origin: try Origin(try container.decode(String.self, forKey: .origin)),
            referer: try container.decodeIfPresent(String.self, forKey: .referer).map { try Referer($0, keepsQuery: true) },
            parameters: try container.decode([Parameter].self, forKey: .parameters)
                .map { try URLParameter(name: $0.name, value: $0.value) }
                .firstOfEachName,
            date: date,
            identity: identity,
            customerSiteID: try container.decodeIfPresent(String.self, forKey: .customerSiteID).map { try CustomerSiteID($0) },
            lowercasesEmail: try container.decodeIfPresent(Bool.self, forKey: .lowercasesEmail) ?? false
        )
        visit.isUnread = try container.decodeIfPresent(Bool.self, forKey: .isUnread) ?? false
        visit.reasonToSkip = try container.decodeIfPresent(String.self, forKey: .skippedBy)
            .flatMap { name in SkipReason.allCases.first { $0.description == name } }
        self.init(source: .resolved(visit), at: date)
    }
}
