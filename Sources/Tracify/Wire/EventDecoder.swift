#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads events back from Tracify's wire form, as ``EventEncoder`` writes it with any of its options.
///
/// Decoding is strict and stops at the first fault. To learn all that is wrong with JSON of another origin, use
/// ``EventValidator``.
public struct EventDecoder: Sendable {
    /// Why bytes are no events.
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// The bytes are no JSON.
        case malformed(MalformedJSON)
        /// The event at `index` (0 for a single one) is not as the contract has it.
        case invalid(index: Int, InvalidValue)

        /// One line, without any of the content.
        public var description: String {
            switch self {
            case .malformed(let error): error.description
            case .invalid(let index, let error): "event \(index): \(error)"
            }
        }
    }

    /// Creates a decoder.
    public init() {}

    /// Reads a request's body, `{"events":[…]}`.
    ///
    /// - Throws: ``Failure``.
    public func decode(_ body: [UInt8]) throws(Failure) -> [Event] {
        guard case .array(let values)? = try self.parse(body)[key: "events"] else {
            throw .invalid(index: 0, InvalidValue(field: "events", code: .missing, allowed: "an object with an array of events"))
        }
        var events: [Event] = []
        events.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            events.append(try self.event(value, index: index))
        }
        return events
    }

    /// Reads one event's object.
    ///
    /// - Throws: ``Failure``.
    public func decodeEvent(_ object: [UInt8]) throws(Failure) -> Event {
        try self.event(try self.parse(object), index: 0)
    }

    private func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw .malformed(error)
        }
    }

    private func event(_ value: JSONValue, index: Int) throws(Failure) -> Event {
        do {
            return try self.event(value)
        } catch {
            throw .invalid(index: index, error)
        }
    }

    private func event(_ value: JSONValue) throws(InvalidValue) -> Event {
        guard let type = EventType(rawValue: try self.text("type", in: value)) else {
            throw InvalidValue(field: "type", code: .outOfRange, allowed: "one of the contract's event types")
        }
        guard let seconds = WireTime.parse(try self.text("datetime", in: value)) else {
            throw InvalidValue(field: "datetime", code: .malformed, allowed: "YYYY-MM-DD hh:mm:ss, a time that exists")
        }
        guard case .object(let members)? = value[key: "data"] else {
            throw InvalidValue(field: "data", code: .missing, allowed: "an object")
        }
        let data = try EventData(members)
        let detail = try self.detail(type, data)
        return try Event(
            detail,
            customerSiteID: CustomerSiteID(try self.text("customer_site_id", in: value)),
            url: PageURL(try self.text("url", in: value), keepsQuery: true),
            origin: Origin(data.required(DataKey.origin)),
            identity: self.identity(value[key: "identity_data"]),
            date: Date(timeIntervalSince1970: Double(seconds)),
            referer: self.referer(data[DataKey.referer]),
            parameters: data.parameters(besides: self.ownKeys(of: type))
        )
    }

    private func text(_ key: String, in value: JSONValue) throws(InvalidValue) -> String {
        guard let text = value[key: key]?.string else {
            throw InvalidValue(field: key, code: .missing, allowed: "a string")
        }
        return text
    }

    private func referer(_ text: String?) throws(InvalidValue) -> Referer? {
        guard let text else { return nil }
        return try Referer(text, keepsQuery: true)
    }

    private func identity(_ value: JSONValue?) throws(InvalidValue) -> IdentityData {
        guard case .object(let members)? = value else {
            throw InvalidValue(field: "identity_data", code: .missing, allowed: "an object from hash to class")
        }
        var hashes: [String: AnonymizedHash] = [:]
        for member in members {
            guard case .number(let kind) = member.value, ["1", "2", "3", "4"].contains(kind), hashes[kind] == nil else {
                throw InvalidValue(field: "identity_data", code: .outOfRange, allowed: "the classes 1 to 4, each once")
            }
            hashes[kind] = try AnonymizedHash(member.key)
        }
        // A hash that was equal to the address was written under that only, see the encoder.
        guard let session = hashes["2"], let address = hashes["3"] else {
            throw InvalidValue(field: "identity_data", code: .missing, allowed: "the classes 2, 3 and 4")
        }
        return IdentityData(email: hashes["1"], session: session, address: address, userAgent: hashes["4"] ?? address)
    }

    private func ownKeys(of type: EventType) -> Set<String> {
        switch type {
        case .pageView, .productView, .addToCart: []
        case .purchase: [DataKey.orderID, DataKey.currency, DataKey.currencyCC, DataKey.amount]
        case .conversion:
            [DataKey.conversionID, DataKey.currency, DataKey.currencyCC, DataKey.amount, DataKey.conversionValue]
        case .postPurchaseSurvey: [DataKey.orderID, DataKey.source, DataKey.medium]
        }
    }

    private func detail(_ type: EventType, _ data: EventData) throws(InvalidValue) -> Event.Detail {
        switch type {
        case .pageView:
            return .pageView
        case .productView:
            return .productView
        case .addToCart:
            return .addToCart(try data.items())
        case .purchase:
            return .purchase(
                try Order(
                    id: data.required(DataKey.orderID),
                    currency: Currency(data.required(DataKey.currency)),
                    amount: Amount(data.required(DataKey.amount)),
                    items: data.items()
                )
            )
        case .conversion:
            return .conversion(
                try Conversion(
                    id: data.required(DataKey.conversionID),
                    currency: Currency(data.required(DataKey.currency)),
                    amount: Amount(data.required(DataKey.amount))
                )
            )
        case .postPurchaseSurvey:
            guard let source = SurveyAnswer.Source(rawValue: try data.required(DataKey.source)) else {
                throw InvalidValue(field: DataKey.source, code: .outOfRange, allowed: "one of the survey's sources")
            }
            return .postPurchaseSurvey(
                try SurveyAnswer(orderID: data.required(DataKey.orderID), source: source, medium: data[DataKey.medium])
            )
        }
    }
}
