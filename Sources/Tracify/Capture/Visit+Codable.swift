#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Visit: Codable {
    private enum Key: String, CodingKey {
        case url, origin, referer, parameters, datetime, identity, lowercasesEmail, isWithheld
    }

    private struct Parameter: Codable {
        let name: String
        let value: String
    }

    /// Writes the page, the time, the campaign parameters and the anonymized hashes; neither address nor user agent nor email. Of
    /// a visit without consent nothing but the time and that there is none.
    ///
    /// - Throws: ``TrackerError/unusableVisit`` when the visit's request had no usable host; ``HashingUnavailable``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let lowercasingEmail: Bool
        switch self.source {
        case .request(let facts): lowercasingEmail = facts.rules.lowercasesEmail
        case .resolved(let visit): lowercasingEmail = visit.lowercasesEmail
        case .withheld(let date):
            try container.encode(true, forKey: .isWithheld)
            return try container.encode(date.timeIntervalSince1970.rounded(.down), forKey: .datetime)
        }
        var cache = IdentityCache(capacity: 2)
        let visit: ResolvedVisit
        do {
            visit = try self.resolve(with: &cache, lowercasingEmail: lowercasingEmail)
        } catch {
            throw error.publicError
        }
        try container.encode(visit.url.text, forKey: .url)
        try container.encode(visit.origin.text, forKey: .origin)
        try container.encodeIfPresent(visit.referer?.text, forKey: .referer)
        try container.encode(visit.parameters.map { Parameter(name: $0.name, value: $0.value) }, forKey: .parameters)
        try container.encode(visit.date.timeIntervalSince1970.rounded(.down), forKey: .datetime)
        try container.encode(visit.identity, forKey: .identity)
        if visit.lowercasesEmail { try container.encode(true, forKey: .lowercasesEmail) }
    }

    /// Reads what ``encode(to:)`` wrote.
    ///
    /// - Throws: ``InvalidValue`` when a part is not as the contract has it, or a `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let date = Date(timeIntervalSince1970: try container.decode(Double.self, forKey: .datetime))
        if try container.decodeIfPresent(Bool.self, forKey: .isWithheld) == true {
            self.init(source: .withheld(date), email: nil)
            return
        }
        self.init(
            ResolvedVisit(
                url: try PageURL(try container.decode(String.self, forKey: .url), keepsQuery: true),
                origin: try Origin(try container.decode(String.self, forKey: .origin)),
                referer: try container.decodeIfPresent(String.self, forKey: .referer).map { try Referer($0, keepsQuery: true) },
                parameters: try container.decode([Parameter].self, forKey: .parameters)
                    .map {
                        try URLParameter(name: $0.name, value: $0.value)
                    },
                date: date,
                identity: try container.decode(IdentityData.self, forKey: .identity),
                lowercasesEmail: try container.decodeIfPresent(Bool.self, forKey: .lowercasesEmail) ?? false
            )
        )
    }

    private init(_ visit: ResolvedVisit) {
        self.init(source: .resolved(visit), email: nil)
    }
}

extension UnresolvableVisit {
    /// The error a caller sees.
    var publicError: any Error {
        switch self {
        case .host, .withheld:
            TrackerError.unusableVisit
        case .hashing(let error):
            error
        }
    }
}
