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

/// A decoder of events in Tracify's wire form.
///
/// It decodes the output of ``EventEncoder`` with every ``EncodingConfiguration``. It accepts what ``EventValidator`` accepts, with
/// one exception: an event without a session, which the contract allows, is no ``Event``. Decoding stops at the first error.
package struct EventDecoder: Sendable {
    /// Creates a decoder.
    package init() {}

    /// Decodes the body of a request, `{"events":[…]}`.
    ///
    /// - Parameter body: The body as JSON in UTF-8.
    /// - Returns: The events in the order of the body.
    /// - Throws: ``EventDecodingError`` with the code `malformed` if the body is not JSON, or `invalid` if it violates the
    ///   contract.
    package func decode(_ body: [UInt8]) throws(EventDecodingError) -> [Event] {
        let document = try self.parse(body)
        guard case .array(let values)? = document[key: "events"] else {
            throw EventDecodingError(
                ValidationError(field: "events", code: .missing, allowed: "an object with an array of events")
            )
        }
        var events: [Event] = []
        events.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            events.append(try self.event(value, index: index))
        }
        try self.check(EventValidator.allowingEveryParameter.validate(document))
        return events
    }

    /// Decodes one event, an element of a body's `events` array.
    ///
    /// - Parameter object: The event's object as JSON in UTF-8.
    /// - Returns: The event.
    /// - Throws: ``EventDecodingError`` with the code `malformed` if the object is not JSON, or `invalid` if it violates the
    ///   contract.
    package func decodeEvent(_ object: [UInt8]) throws(EventDecodingError) -> Event {
        let value = try self.parse(object)
        let event = try self.event(value, index: 0)
        try self.check(EventValidator.allowingEveryParameter.validate(event: value))
        return event
    }

    /// Throws the first deviation.
    ///
    /// The parts of an event normalize what they are created from, so they accept more than the contract does.
    private func check(_ deviations: [EventValidator.Deviation]) throws(EventDecodingError) {
        if let deviation = deviations.first { throw EventDecodingError(deviation) }
    }

    private func parse(_ bytes: [UInt8]) throws(EventDecodingError) -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw EventDecodingError(error)
        }
    }

    private func event(_ value: JSONValue, index: Int) throws(EventDecodingError) -> Event {
        do {
            return try self.event(value)
        } catch {
            throw EventDecodingError(error, index: index)
        }
    }

    private func event(_ value: JSONValue) throws(ValidationError) -> Event {
        guard let type = EventType(rawValue: try self.text("type", in: value)) else {
            throw ValidationError(field: "type", code: .outOfRange, allowed: "one of the contract's event types")
        }
        guard let seconds = UTCDateTime.parse(try self.text("datetime", in: value)) else {
            throw ValidationError(field: "datetime", code: .malformed, allowed: "a valid date and time, YYYY-MM-DD hh:mm:ss")
        }
        guard case .object(let members)? = value[key: "data"] else {
            throw ValidationError(field: "data", code: .missing, allowed: "an object")
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

    private func text(_ key: String, in value: JSONValue) throws(ValidationError) -> String {
        guard let text = value[key: key]?.string else {
            throw ValidationError(field: key, code: .missing, allowed: "a string")
        }
        return text
    }

    private func referer(_ text: String?) throws(ValidationError) -> Referer? {
        guard let text else { return nil }
        return try Referer(text, keepsQuery: true)
    }

    private func identity(_ value: JSONValue?) throws(ValidationError) -> IdentityData {
        guard case .object(let members)? = value else {
            throw ValidationError(field: "identity_data", code: .missing, allowed: "an object that maps hashes to classes")
        }
        var hashes: [String: AnonymizedHash] = [:]
        for member in members {
            guard case .number(let kind) = member.value, ["1", "2", "3", "4"].contains(kind), hashes[kind] == nil else {
                throw ValidationError(field: "identity_data", code: .outOfRange, allowed: "the classes 1 to 4, each once")
            }
            hashes[kind] = try AnonymizedHash(member.key)
        }
        guard let session = hashes["2"], let address = hashes["3"], let userAgent = hashes["4"] else {
            throw ValidationError(field: "identity_data", code: .missing, allowed: "the classes 2, 3 and 4")
        }
        return IdentityData(email: hashes["1"], session: session, address: address, userAgent: userAgent)
    }

    /// Returns the keys of `data` that events of the type have, besides `origin`, `Referer` and the items.
    private func ownKeys(of type: EventType) -> Set<String> {
        switch type {
        case .pageView, .productView, .addToCart: []
        case .purchase: [DataKey.orderID, DataKey.currency, DataKey.currencyCC, DataKey.amount]
        case .conversion:
            [DataKey.conversionID, DataKey.currency, DataKey.currencyCC, DataKey.amount, DataKey.conversionValue]
        case .postPurchaseSurvey: [DataKey.orderID, DataKey.source, DataKey.medium]
        }
    }

    private func detail(_ type: EventType, _ data: EventData) throws(ValidationError) -> Event.Detail {
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
                throw ValidationError(field: DataKey.source, code: .outOfRange, allowed: "one of the survey's sources")
            }
            return .postPurchaseSurvey(
                try SurveyAnswer(orderID: data.required(DataKey.orderID), source: source, medium: data[DataKey.medium])
            )
        }
    }
}
